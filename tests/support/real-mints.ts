// Mints that other people wrote, where they are installed: HEARTH_NUTSHELL and HEARTH_CDK_MINTD name their folders, and each with
// _SCRIPT behind it the program that starts, stops and rotates them there. What each of them needs is in the head of that program.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { Lightning } from '../../src-main/practice/mint/lightning.ts';
import { freePort } from './free-port.ts';

export interface RealMint {
  readonly name: 'Nutshell' | 'cdk-mintd';
  /** Where it is; '' before it was started. */
  readonly url: string;
  /** Why it can't be tried; undefined: it can. */
  readonly missing: string | undefined;
  start(): Promise<void>;
  stop(): void;
  /** A new keyset with that fee signs from now on. */
  rotate(feePpk: number): void;
  /** Of a node elsewhere, for so many sat. */
  invoice(sat: number): string;
}

const MINTS = {
  Nutshell: { folder: 'HEARTH_NUTSHELL', program: 'venv/bin/mint' },
  'cdk-mintd': { folder: 'HEARTH_CDK_MINTD', program: 'bin/cdk-mintd' },
} as const;

const MOST_STARTS = 3;

export function realMint(name: RealMint['name']): RealMint {
  const { folder, program } = MINTS[name];
  const dir = process.env[folder] ?? '';
  const script = process.env[`${folder}_SCRIPT`] ?? '';
  const run = (command: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('bash', [script, command, dir, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name}: ${command} failed: ${stderr}`);
    return stdout.trim();
  };
  const lightning = new Lightning({ clock: systemClock, random: systemRandom });
  let url = '';
  return {
    name,
    get url() {
      return url;
    },
    get missing() {
      if (dir === '' || script === '') return `${folder} and ${folder}_SCRIPT are not set`;
      return existsSync(join(dir, program)) ? undefined : `there is no ${join(dir, program)}`;
    },
    async start() {
      for (let tries = 1; ; tries++) {
        const port = await freePort();
        try {
          run('start', String(port), String(port + 1));
          url = `http://127.0.0.1:${port}`;
          return;
        } catch (error) {
          // Somebody else may have taken one of the two since.
          if (tries === MOST_STARTS) throw error;
        }
      }
    },
    stop: () => void run('stop'),
    rotate: (feePpk) => void run('rotate', String(feePpk)),
    invoice: (sat) => (name === 'Nutshell' ? run('invoice', String(sat)) : lightning.invoice(sat * 1000, '').text),
  };
}

export const realMints: readonly RealMint[] = [realMint('Nutshell'), realMint('cdk-mintd')];
