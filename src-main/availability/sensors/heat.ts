// The temperatures of processor and graphics card. Linux tells in /sys (hwmon, thermal), NVIDIA's driver by its own program.
// What a board calls a temperature without saying of what is not read: many of those never move.

import { namesIn, numberOf, textOf } from '../../base/files.ts';
import type { Run } from '../../base/run.ts';
import { nvidia } from './nvidia.ts';
import { firstOf, type Heat, NOT_HERE, type Reading, reads, type Sensor } from './sensor.ts';

/** By the names of their drivers in /sys/class/hwmon. */
const CPU_CHIPS = /^(coretemp|k8temp|k10temp|zenpower|cpu_thermal|soc_thermal|scpi_sensors)$/;
const GPU_CHIPS = /^(amdgpu|radeon|nouveau|xe|i915)$/;
const CPU_ZONES = /^(x86_pkg_temp|cpu[-_]?thermal|cpu\d*[-_]thermal|soc[-_]?\d*[-_]?thermal)$/;
/** A sensor that is broken, asleep or not wired says things like 0, -128 or 255. */
const CREDIBLE = { least: 1, most: 130 };
/** For each, what it says of where the driver knows better than the rest: AMD adds to `Tctl` to steer its fans. */
const BETTER = ['Tdie', 'edge'];

export function linuxCpuHeat(root: string): Sensor<Heat> {
  const read = firstOf(
    () => hottest(root, CPU_CHIPS),
    () => hottestZone(root),
  );
  return { everyMs: 10_000, read };
}

/** The program of NVIDIA's driver takes its time, so it is asked less often. */
export function gpuHeat(run: Run, root: string | undefined): Sensor<Heat> {
  const read = firstOf<Heat>(
    async () => (root === undefined ? NOT_HERE : hottest(root, GPU_CHIPS)),
    async (signal) => {
      const cards = await nvidia(run, signal);
      return cards.ok ? best(cards.value.flatMap(({ celsius, name }) => heatOf(celsius, name))) : cards;
    },
  );
  return { everyMs: 30_000, read };
}

async function hottest(root: string, chips: RegExp): Promise<Reading<Heat>> {
  const folder = [root, 'sys', 'class', 'hwmon'];
  const found: Heat[] = [];
  for (const each of await namesIn(...folder)) {
    const chip = await textOf(...folder, each, 'name');
    if (chip !== undefined && chips.test(chip)) found.push(...(await inputs(chip, ...folder, each)));
  }
  return best(found);
}

async function inputs(chip: string, ...at: readonly string[]): Promise<readonly Heat[]> {
  const names = (await namesIn(...at)).flatMap((name) => /^(temp\d{1,3})_input$/.exec(name)?.[1] ?? []);
  const all = await Promise.all(
    names.map(async (name) => {
      const [milli, label] = await Promise.all([numberOf(...at, `${name}_input`), textOf(...at, `${name}_label`)]);
      return { label, heat: milli === undefined ? [] : heatOf(milli / 1000, label ? `${chip} ${label}` : chip) };
    }),
  );
  const better = all.filter(({ label, heat }) => label !== undefined && BETTER.includes(label) && heat.length > 0);
  return (better.length > 0 ? better : all).flatMap(({ heat }) => heat);
}

async function hottestZone(root: string): Promise<Reading<Heat>> {
  const folder = [root, 'sys', 'class', 'thermal'];
  const zones = (await namesIn(...folder)).filter((name) => name.startsWith('thermal_zone'));
  const found = await Promise.all(
    zones.map(async (zone) => {
      const type = await textOf(...folder, zone, 'type');
      if (type === undefined || !CPU_ZONES.test(type)) return [];
      const milli = await numberOf(...folder, zone, 'temp');
      return milli === undefined ? [] : heatOf(milli / 1000, type);
    }),
  );
  return best(found.flat());
}

function heatOf(celsius: number, sensor: string): readonly Heat[] {
  const credible = celsius >= CREDIBLE.least && celsius <= CREDIBLE.most;
  return credible ? [{ celsius, sensor: sensor.replace(/[^\p{L}\p{N} ._-]/gu, '').slice(0, 60) }] : [];
}

function best(found: readonly Heat[]): Reading<Heat> {
  const [first] = found.toSorted((a, b) => b.celsius - a.celsius);
  return first ? reads(first) : NOT_HERE;
}
