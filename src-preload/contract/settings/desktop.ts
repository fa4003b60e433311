import { z } from 'zod';
import { setting } from './define.ts';

const on = z.boolean();

/** What of a node's life is worth a notification; what a click of the user's own brought is always shown. */
export const NoticeKind = z.enum(['needsYou', 'limited', 'sharing', 'updates']);
export type NoticeKind = z.infer<typeof NoticeKind>;

/** Of the desktop app; console mode and headless nodes keep them and do nothing with them. */
export const desktopSettings = {
  'desktop.closeKeepsServing': setting(
    z.enum(['ask', 'keep', 'quit']),
    'ask',
    'Closing the window: ask, keep serving in the background, or quit.',
  ),
  'desktop.openAtLogin': setting(on, false, 'Open Hearth in the background when you log in.'),
  'desktop.notifications': setting(
    z.strictObject({ needsYou: on, limited: on, sharing: on, updates: on }),
    { needsYou: true, limited: true, sharing: false, updates: true },
    'What is notified outside the window: something needs you, sharing is limited, sharing stops or goes on by itself, updates.',
  ),
  'desktop.updates': setting(
    z.enum(['notify', 'drained', 'off']),
    'notify',
    'New versions: notify only, install by itself once no task runs (drained), or off. Never over a metered line.',
  ),
  'desktop.releaseKeys': setting(
    z
      .string()
      .max(64)
      .regex(
        /^$|^((CommandOrControl|Control|Ctrl|Command|Cmd|Alt|Option|Shift|Super|Meta)\+)+([A-Z0-9]|F([1-9]|1\d|2[0-4])|Space|Home|End|Insert|Delete|PageUp|PageDown)$/,
        'keys such as CommandOrControl+Alt+P',
      ),
    '',
    'Keys that give your computer back from any program, such as CommandOrControl+Alt+P. Empty: none.',
  ),
};
