// How much of this computer others may have, as the settings that hold it, and three ready-made choices. Pure.
import type { RuleId } from '../../../src-preload/contract/availability.ts';
import type { SettingView } from '../../../src-preload/contract/settings/index.ts';
import { CAPS, type Caps, type CapsName, capsFor } from '../../../src-preload/contract/settings/presets.ts';
import { settingOf } from '../../settings.ts';

export const presets: Readonly<Record<CapsName, Caps>> = CAPS;
export type Preset = CapsName;
export const presetNames = Object.keys(presets) as Preset[];

export function capsOf(settings: readonly SettingView[]): Caps {
  const heat = (path: 'availability.gpuHeat' | 'availability.cpuHeat') => {
    const rule = settingOf(settings, path);
    return rule?.on ? rule.most : null;
  };
  return {
    tasks: settingOf(settings, 'capacity.maxConcurrent') ?? 0,
    graphics: heat('availability.gpuHeat'),
    processor: heat('availability.cpuHeat'),
    megabytes: settingOf(settings, 'storage.megabytes') ?? null,
  };
}

/** Undefined where it is a choice of the user's own. */
export function presetOf(caps: Caps, unreadable: readonly RuleId[] = []): Preset | undefined {
  return presetNames.find((name) => {
    const own = capsFor(name, unreadable);
    return (Object.keys(caps) as (keyof Caps)[]).every((key) => own[key] === caps[key]);
  });
}

/** Positions of the slider for heat: every five degrees, and no bound at its end. */
export const HEAT = { least: 60, most: 100, step: 5 } as const;
export const heatAt = (position: number): number | null => (position >= HEAT.most ? null : position);
export const positionOfHeat = (most: number | null): number => most ?? HEAT.most;

/** Positions of the slider for the disk; the last is without a bound. */
const SIZES = [256, 512, 1024, 2048, 4096, 8192, 16_384, null] as const;
export const LAST_SIZE = SIZES.length - 1;
export const sizeAt = (position: number): number | null => SIZES[position] ?? null;
/** The nearest that is not less. */
export function positionOfSize(megabytes: number | null): number {
  const found = SIZES.findIndex((size) => size !== null && megabytes !== null && size >= megabytes);
  return found < 0 ? LAST_SIZE : found;
}

/** Positions of the slider for tasks at once go up to here, or to what is set where that is more. */
export const MOST_TASKS = 16;
