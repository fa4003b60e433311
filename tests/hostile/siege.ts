// Makes the attacks of one surface and asserts the same four things of each: honest ones go on being answered, and afterwards as well;
// memory stays within its bound; nothing stays taken; the log grows by a bounded amount. In the long form also how long honest ones wait.
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { until } from '../support/wait.ts';
import type { Attack, Stage, Surface } from './attack.ts';
import { Attacker } from './attacker.ts';
import type { Row } from './figures.ts';
import { type Judged, judge, nineOfTen, soonAfter } from './judge.ts';
import { forgetPeak, openFiles, peakMiB, residentMiB } from './process.ts';

const SOAK = process.env.HEARTH_SOAK === '1';
/** How long an attack goes on, and an honest load. */
const SHORT_MS = 500;
const LONG_MS = 10_000;
const LOAD_MS = SOAK ? 3000 : 400;
/** How often an attack is made again that only took too much memory or time. */
const AGAIN = 2;
/** What earlier attacks left for the collector to take is not held against the next: it begins below this. */
const MOST_LEFT_MIB = 256;
/** What the process itself may open meanwhile: a connection to the model server kept for the next task, a file of the database. */
const SPARE_FILES = 6;
/** An attacker who hangs up is found out by the next answer to it, at the latest by the bounds that the longest waits have. */
const SETTLES_MS = 30_000;
/** How much longer it goes on where it has not met yet what it attacks. */
const MEETS_MS = 10_000;
/** Honest loads are measured for these; an attack is compared with the next lower one. */
const RUNGS = [0, 1, 8, 64].map((mib) => mib * 1024 * 1024);

interface Result extends Judged {
  readonly row: Omit<Row, 'faults'>;
}

/** What honest ones take beside an honest load, by its bytes a second: measured when it is first wanted. */
type Usual = Map<number, Promise<number>>;

export function expectNoHarm<Target>(surface: Surface<Target>): void {
  describe(`strangers at ${surface.name}`, () => {
    let stage: Stage<Target> | undefined;
    const usual: Usual = new Map();
    afterAll(() => stage?.stop());

    for (const attack of surface.attacks) {
      it(`do no harm: ${attack.name}`, { timeout: 300_000 }, async () => {
        if (stage && (residentMiB(stage.pid) ?? 0) > MOST_LEFT_MIB) {
          usual.clear();
          await stage.stop();
          stage = undefined;
        }
        stage ??= await surface.stage();
        let at = stage;
        let result = await withstand(surface.name, at, attack, usual);
        // A computer that does other things is slow for a moment, also in collecting garbage: what counts is what is so each time,
        // with a node and a measure as fresh.
        for (let left = AGAIN; left > 0 && at.alive && isHeavyOnly(result); left -= 1) {
          usual.clear();
          await at.stop();
          at = await surface.stage();
          stage = at;
          result = await withstand(surface.name, at, attack, usual);
        }
        const faults = [...result.faults, ...result.heavy];
        appendFileSync(inject('figures'), `${JSON.stringify({ ...result.row, faults } satisfies Row)}\n`);
        if (faults.length > 0) {
          // The next attack is not to meet what this one left behind.
          stage = undefined;
          usual.clear();
          await at.stop();
        }
        expect(faults).toEqual([]);
      });
    }
  });
}

const isHeavyOnly = ({ faults, heavy }: Result) => faults.length === 0 && heavy.length > 0;

async function withstand<Target>(
  surface: string,
  stage: Stage<Target>,
  attack: Attack<Target>,
  usual: Usual,
): Promise<Result> {
  const faults: string[] = [];
  await until('an honest answer before the attack', () => stage.ask());
  const files = openFiles(stage.pid);
  const log = stage.logged();
  forgetPeak(stage.pid);

  const { attacker, times, tookMs } = await underAttack(stage, attack, faults);
  const { sent, seen } = attacker;
  const after = stage.alive ? [await stage.ask(), await stage.ask(), await stage.ask()] : [];
  const peak = stage.alive ? peakMiB(stage.pid) : undefined;
  if (stage.alive) faults.push(...(await stays(stage, files)));
  const logged = stage.logged() - log;

  const rung = RUNGS.findLast((each) => each <= sent / (tookMs / 1000))!;
  if (stage.alive && !usual.has(rung)) usual.set(rung, beside(stage, rung));
  const usualMs = await (usual.get(rung) ?? 0);

  const judged = judge({ alive: stage.alive, during: times, after, usualMs, peak, logged }, { byTime: SOAK });
  for (const each of attack.meets ?? []) if (!seen.has(each)) faults.push(`it never met: ${each}`);
  for (const each of attack.avoids ?? []) if (seen.has(each)) faults.push(`it met: ${each}`);
  const row = {
    surface,
    attack: attack.name,
    sent,
    duringMs: nineOfTen(times),
    usualMs,
    unanswered: times.filter((ms) => ms === undefined).length,
    afterMs: soonAfter(after),
    peak,
    logged,
  };
  return { row, faults: [...faults, ...judged.faults], heavy: judged.heavy };
}

/** What is not given back within the time that the longest waits have. */
async function stays<Target>(stage: Stage<Target>, before: number | undefined): Promise<readonly string[]> {
  let taken: readonly string[] = [];
  const free = async () => {
    const files = (openFiles(stage.pid) ?? 0) - (before ?? 0);
    taken = files > SPARE_FILES ? [`${files} open files`] : await stage.taken().catch(() => ['no answer']);
    return taken.length === 0;
  };
  return until('what was taken to be given back', free, SETTLES_MS).then(
    () => [],
    () => [`stays taken: ${taken.join(', ')}`],
  );
}

async function underAttack<Target>(stage: Stage<Target>, attack: Attack<Target>, faults: string[]) {
  const stop = new AbortController();
  const attacker = new Attacker(stop.signal);
  const answers = stage.askOn();
  const began = performance.now();
  const ended = attack.run(stage.target, attacker).catch((error: unknown) => {
    if (stage.alive) faults.push(`the attack itself failed: ${String(error)}`);
  });
  await wait(SOAK ? (attack.longMs ?? LONG_MS) : SHORT_MS);
  // A computer that does other things may not have come to it yet.
  await until('it to meet what it attacks', () => !stage.alive || metAll(attack, attacker), MEETS_MS).catch(() => {});
  stop.abort();
  const tookMs = performance.now() - began;
  // Those that wait for an answer wait on while the attackers are still there.
  const times = await answers();
  attacker.leave();
  await ended;
  return { attacker, times, tookMs };
}

/** What honest ones take while others send so many bytes a second, just as honestly. */
async function beside<Target>(stage: Stage<Target>, bytesASecond: number): Promise<number> {
  const stop = new AbortController();
  const loading = stage.load(bytesASecond, stop.signal);
  const answers = stage.askOn();
  await wait(LOAD_MS);
  stop.abort();
  const times = await answers();
  await loading;
  return nineOfTen(times);
}

const metAll = ({ meets = [] }: Pick<Attack<never>, 'meets'>, { seen }: Attacker) =>
  meets.every((each) => seen.has(each));
