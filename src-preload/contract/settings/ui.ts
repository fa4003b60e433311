import { z } from 'zod';
import { setting } from './define.ts';

export const Language = z.enum(['system', 'en', 'de']);
export type Language = z.infer<typeof Language>;

export const Theme = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof Theme>;

export const uiSettings = {
  'ui.language': setting(Language, 'system', 'The language of the pages: system, en or de.'),
  'ui.theme': setting(Theme, 'system', 'Light or dark pages, or as the system has it: system, light or dark.'),
  'ui.characterKeys': setting(
    z.boolean(),
    true,
    'Shortcuts that are a single character, such as ? for the list of shortcuts. Off: only those with Ctrl or Cmd.',
  ),
};
