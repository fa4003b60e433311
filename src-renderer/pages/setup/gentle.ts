// What a first run begins with, before anything was chosen. Pure.
import type { RuleId } from '../../../src-preload/contract/availability.ts';
import { type Beginning, beginningFor } from '../../../src-preload/contract/settings/presets.ts';
import type { Facts } from './step.ts';

/** What to preselect of what nobody has chosen yet; nothing of a node that was set up, or practises. */
export function beginningOf(
  { settings, networks, practice }: Pick<Facts, 'settings' | 'networks' | 'practice'>,
  unreadable: readonly RuleId[],
): Beginning {
  const set = new Set<string>(settings.flatMap(({ path, isSet }) => (isSet ? [path] : [])));
  if (practice || set.has('setup.done') || networks.some(({ enabled }) => enabled)) return {};
  return beginningFor((path) => set.has(path), unreadable);
}
