// Free graphics memory, all cards together: the proof that it was given back.

import { namesIn, numberOf } from '../../base/files.ts';
import type { Run } from '../../base/run.ts';
import { nvidia } from './nvidia.ts';
import { firstOf, NOT_HERE, type Reading, reads, type Sensor, type Vram } from './sensor.ts';

export function vram(run: Run, root: string | undefined): Sensor<Vram> {
  const read = firstOf(
    async (signal) => {
      const cards = await nvidia(run, signal);
      return cards.ok ? sum(cards.value) : cards;
    },
    async () => (root === undefined ? NOT_HERE : amd(root)),
  );
  return { everyMs: 60_000, read };
}

/** The amdgpu driver, in /sys/class/drm. */
async function amd(root: string): Promise<Reading<Vram>> {
  const folder = [root, 'sys', 'class', 'drm'];
  const cards = (await namesIn(...folder)).filter((name) => /^card\d{1,3}$/.test(name));
  const found = await Promise.all(
    cards.map(async (card) => {
      const total = await numberOf(...folder, card, 'device', 'mem_info_vram_total');
      const used = await numberOf(...folder, card, 'device', 'mem_info_vram_used');
      if (total === undefined || used === undefined) return [];
      return [{ totalBytes: total, freeBytes: Math.max(0, total - used) }];
    }),
  );
  return sum(found.flat());
}

function sum(cards: readonly Vram[]): Reading<Vram> {
  const telling = cards.filter(({ totalBytes, freeBytes }) => totalBytes > 0 && freeBytes >= 0);
  if (telling.length === 0) return NOT_HERE;
  return reads({
    totalBytes: telling.reduce((total, card) => total + card.totalBytes, 0),
    freeBytes: telling.reduce((total, card) => total + card.freeBytes, 0),
  });
}
