// Every setting as a place to go to: the page that it can be changed on, or its line among all settings. Pure.
import { ListTree } from 'lucide-react';
import type { SettingView } from '../../src-preload/contract/settings/index.ts';
import type { Action } from '../actions.ts';
import type { Speech } from '../i18n/speech.ts';
import type { RailPlaceId } from '../places.ts';
import { go } from './where.ts';

/** By the beginning of its path; what is none of these stands under all settings. */
const HOMES: Readonly<Record<string, readonly [place: RailPlaceId, detail?: string]>> = {
  availability: ['availability'],
  backends: ['capacity'],
  capacity: ['capacity'],
  networks: ['network'],
  power: ['earnings'],
  pricing: ['earnings'],
  reachability: ['network'],
  safety: ['settings', 'privacy'],
  storage: ['capacity'],
  ui: ['settings', 'general'],
  'desktop.closeKeepsServing': ['settings', 'general'],
  'desktop.openAtLogin': ['settings', 'general'],
  'desktop.notifications': ['settings', 'notifications'],
  'desktop.updates': ['settings', 'updates'],
};

/** What Hearth keeps for itself, which is nothing to look for. */
const OWN = /^(setup\.|availability\.learnDismissed$)/;

export function settingActions(settings: readonly SettingView[], { about }: Pick<Speech, 'about'>): readonly Action[] {
  return settings
    .filter(({ path }) => !OWN.test(path))
    .map((setting): Action => {
      const { path } = setting;
      const [place, detail] = HOMES[path] ?? HOMES[path.split('.', 1)[0]!] ?? ['settings', 'all'];
      return {
        id: `setting ${path}`,
        group: 'settings',
        title: 'actions.setting',
        values: { about: firstSentence(about(setting)) },
        note: path,
        icon: ListTree,
        opens: true,
        run: () => go(place, detail),
      };
    });
}

/** What it is for; the rest is for the command line. */
function firstSentence(text: string): string {
  return /^.*?[.:;](?=\s|$)/.exec(text)?.[0].slice(0, -1) ?? text;
}
