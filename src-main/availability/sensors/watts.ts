// What the graphics cards draw now, all together. Linux tells in /sys for AMD, NVIDIA's driver by its own program.

import { namesIn, numberOf, textOf } from '../../base/files.ts';
import type { Run } from '../../base/run.ts';
import { nvidia } from './nvidia.ts';
import { firstOf, NOT_HERE, type Reading, reads, type Sensor } from './sensor.ts';

/** No card draws more; a sensor that is asleep says nothing or nonsense. */
const MOST_WATTS = 2000;

export function gpuWatts(run: Run, root: string | undefined): Sensor<number> {
  const read = firstOf(
    async () => (root === undefined ? NOT_HERE : amd(root)),
    async (signal) => {
      const cards = await nvidia(run, signal);
      return cards.ok ? sum(cards.value.map(({ watts }) => watts)) : cards;
    },
  );
  return { everyMs: 60_000, read };
}

/** Millionths of a watt; the average where the card makes one, else of this moment. */
async function amd(root: string): Promise<Reading<number>> {
  const folder = [root, 'sys', 'class', 'hwmon'];
  const found: number[] = [];
  for (const each of await namesIn(...folder)) {
    if ((await textOf(...folder, each, 'name')) !== 'amdgpu') continue;
    const micro =
      (await numberOf(...folder, each, 'power1_average')) ?? (await numberOf(...folder, each, 'power1_input'));
    if (micro !== undefined) found.push(micro / 1e6);
  }
  return sum(found);
}

function sum(watts: readonly number[]): Reading<number> {
  const credible = watts.filter((each) => each > 0 && each <= MOST_WATTS);
  return credible.length > 0 ? reads(credible.reduce((all, each) => all + each, 0)) : NOT_HERE;
}
