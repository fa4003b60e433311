// Whether encrypted volumes are offered: by what a box said of its own, and not by what it was to have.
import { expect, it } from 'vitest';
import type { BoxSpec } from '../../../../src-main/backends/workloads/backend.ts';
import { tryEncryption } from '../../../../src-main/backends/workloads/encryption-trial.ts';
import { NoEncryption } from '../../../../src-main/backends/workloads/errors.ts';
import { HandClock } from '../../../support/clock.ts';

const signal = new AbortController().signal;

async function tried(says: string, device: string | undefined, create: () => Promise<void> = () => Promise.resolve()) {
  const made: (readonly [BoxSpec, Uint8Array | undefined])[] = [];
  let removed = 0;
  const verdict = await tryEncryption(
    {
      clock: new HandClock(),
      boxes: {
        create: async (spec, _, key) => {
          made.push([spec, key]);
          await create();
        },
        start: () => Promise.resolve(),
        remove: () => {
          removed += 1;
          return Promise.resolve();
        },
        status: () => Promise.resolve('stopped'),
        logs: () => Promise.resolve(says),
      },
      image: () => Promise.resolve('sha256:1'),
      device: () => Promise.resolve(device),
    },
    signal,
  );
  return { verdict, made, removed };
}

it.each([
  ['on its volume', '254:3\nkept\n', '254:3', { works: true }],
  ['on the disk of all', '0:57\nkept\n', '254:3', { works: false, seen: 'its data was at 0:57 kept' }],
  ['nowhere', '', '254:3', { works: false, seen: 'its data was at ' }],
  ['where it could not write', '254:3\n', '254:3', { works: false, seen: 'its data was at 254:3' }],
  ['on one that is not open', '254:3\nkept\n', undefined, { works: false, seen: 'its data was at 254:3 kept' }],
])('a box whose data is %s', async (_, says, device, verdict) => {
  const trial = await tried(says, device);
  expect(trial.verdict).toEqual(verdict);
  expect(trial.removed).toBe(2);
  const [[spec, key]] = trial.made as [[BoxSpec, Uint8Array]];
  expect([spec.encrypted, spec.dataPath, key.length]).toEqual([true, '/data', 32]);
});

it('says what the helper said, and leaves nothing', async () => {
  const trial = await tried('', '254:3', () => Promise.reject(new NoEncryption(new Error('modprobe: no dm-crypt'))));
  expect([trial.verdict, trial.removed]).toEqual([{ works: false, seen: 'modprobe: no dm-crypt' }, 2]);
});
