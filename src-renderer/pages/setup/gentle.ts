// What a first run begins with, before anything was chosen: quiet, and while the user is away. Pure.
import type { RuleId } from '../../../src-preload/contract/availability.ts';
import type { SettingPath } from '../../../src-preload/contract/settings/index.ts';
import type { Preset } from './caps.ts';
import type { When } from './hours.ts';
import type { Facts } from './step.ts';

const MUCH: readonly SettingPath[] = [
  'capacity.maxConcurrent',
  'availability.gpuHeat',
  'availability.cpuHeat',
  'storage.megabytes',
];
const HOURS: readonly SettingPath[] = ['availability.grid', 'availability.idle'];

export interface Beginning {
  readonly preset?: Preset;
  readonly when?: When;
}

/**
 * What to preselect of what nobody has chosen yet; nothing of a node that was set up, or practises. Where it can't be read whether
 * the user is away, the nights stand in for that.
 */
export function beginningOf(
  { settings, networks, practice }: Pick<Facts, 'settings' | 'networks' | 'practice'>,
  unreadable: readonly RuleId[],
): Beginning {
  const isSet = (paths: readonly SettingPath[]) => settings.some(({ path, isSet: set }) => set && paths.includes(path));
  if (practice || isSet(['setup.done']) || networks.some(({ enabled }) => enabled)) return {};
  return {
    ...(!isSet(MUCH) && { preset: 'quiet' }),
    ...(!isSet(HOURS) && { when: unreadable.includes('idle') ? 'nights' : 'away' }),
  };
}
