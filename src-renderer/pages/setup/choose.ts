// Choices of the first run, kept as settings. One after the other, so that a failure is shown at the one it is of.
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { type Caps, weekOf } from '../../../src-preload/contract/settings/presets.ts';
import { changeSetting } from '../../settings.ts';
import type { When } from './hours.ts';

export async function keepCaps({ tasks, graphics, processor, megabytes }: Partial<Caps>): Promise<void> {
  if (tasks !== undefined) await changeSetting('capacity.maxConcurrent', () => tasks);
  if (graphics !== undefined) await changeSetting('availability.gpuHeat', (rule) => heatRule(rule, graphics));
  if (processor !== undefined) await changeSetting('availability.cpuHeat', (rule) => heatRule(rule, processor));
  if (megabytes !== undefined) await changeSetting('storage.megabytes', () => megabytes);
}

function heatRule(rule: { readonly on: boolean; readonly most: number }, most: number | null) {
  return most === null ? { ...rule, on: false } : { on: true, most };
}

/** `hours`: as far as they are painted. */
export async function keepWhen(when: When, painted: Grid | undefined): Promise<void> {
  const grid = when === 'nights' ? weekOf('nights') : when === 'hours' ? painted : null;
  await changeSetting('availability.idle', (rule) => ({ ...rule, on: when === 'away' }));
  if (grid !== undefined) await changeSetting('availability.grid', () => grid);
}
