// Makes the attacks of one surface and asserts the same four things of each: honest ones go on being answered, in at most ten times
// what they take beside an honest load of as many bytes, and at once afterwards; memory stays within its bound; nothing stays taken;
// the log grows by a bounded amount.
import { appendFileSync } from 'node:fs';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { until } from '../support/wait.ts';
import type { Attack, Stage, Surface } from './attack.ts';
import { Attacker } from './attacker.ts';
import type { Row } from './figures.ts';
import { forgetPeak, openFiles, peakMiB } from './process.ts';

const SOAK = process.env.HEARTH_SOAK === '1';
/** How long an attack goes on, and an honest load. */
const SHORT_MS = 1000;
const LONG_MS = 10_000;
const LOAD_MS = SOAK ? 3000 : 800;
const MOST_RATIO = 10;
/** A computer with other things to do is late by itself: what is quicker than this counts as this. */
const FLOOR_MS = 25;
const MOST_MIB = 400;
const MOST_LOGGED = 64 * 1024;
/** What the process itself may open meanwhile: a connection to the model server kept for the next task, a file of the database. */
const SPARE_FILES = 6;
/** An attacker who hangs up is found out by the next answer to it, at the latest by the bounds that the longest waits have. */
const SETTLES_MS = 30_000;
/** Honest loads are measured for these; an attack is compared with the next lower one. */
const RUNGS = [0, 1, 8, 64].map((mib) => mib * 1024 * 1024);

export function besiege<Target>(surface: Surface<Target>): void {
  describe(`strangers at ${surface.name}`, () => {
    let stage: Stage<Target> | undefined;
    const usual = new Map<number, Promise<number>>();
    afterAll(() => stage?.stop());

    for (const attack of surface.attacks) {
      it(`do no harm: ${attack.name}`, { timeout: 180_000 }, async () => {
        if (!stage) usual.clear();
        stage ??= await surface.stage();
        const at = stage;
        const { row, faults } = await withstand(surface.name, at, attack, usual);
        appendFileSync(inject('figures'), `${JSON.stringify({ ...row, faults } satisfies Row)}\n`);
        if (faults.length > 0) {
          // The next attack is not to meet what this one left behind.
          stage = undefined;
          await at.stop();
        }
        expect(faults).toEqual([]);
      });
    }
  });
}

async function withstand<Target>(
  surface: string,
  stage: Stage<Target>,
  attack: Attack<Target>,
  usual: Map<number, Promise<number>>,
): Promise<{ readonly row: Omit<Row, 'faults'>; readonly faults: string[] }> {
  const faults: string[] = [];
  await until('an honest answer before the attack', () => stage.ask());
  const before = { files: openFiles(stage.pid), logged: stage.logged() };
  forgetPeak(stage.pid);

  const { attacker, times, tookMs } = await underAttack(stage, attack, faults);
  const unanswered = times.filter((ms) => ms === undefined).length;
  const duringMs = slow(times);
  const { sent } = attacker;
  const bytesASecond = sent / (tookMs / 1000);
  const rung = RUNGS.findLast((each) => each <= bytesASecond)!;

  let afterMs: number | undefined;
  if (stage.alive) {
    const after = [await stage.ask(), await stage.ask(), await stage.ask()];
    afterMs = after.includes(undefined) ? undefined : slow(after.sort((one, other) => one! - other!).slice(0, 2));
  }
  const peak = stage.alive ? peakMiB(stage.pid) : undefined;
  if (stage.alive) {
    const left = () => (openFiles(stage.pid) ?? 0) - (before.files ?? 0);
    let taken: readonly string[] = [];
    await until(
      'what was taken to be given back',
      async () => {
        taken = left() > SPARE_FILES ? [`${left()} open files`] : await stage.taken().catch(() => ['no answer']);
        return taken.length === 0;
      },
      SETTLES_MS,
    ).catch(() => faults.push(`stays taken: ${taken.join(', ')}`));
  }
  const logged = stage.logged() - before.logged;
  if (stage.alive && !usual.has(rung)) usual.set(rung, beside(stage, rung));
  const usualMs = await (usual.get(rung) ?? FLOOR_MS);
  const most = MOST_RATIO * Math.max(FLOOR_MS, usualMs);

  if (!stage.alive) faults.push('it ended');
  if (unanswered > 0) faults.push(`${unanswered} of ${times.length} honest ones were not answered`);
  if (duringMs > most) faults.push(`honest ones took ${whole(duringMs)} ms, beside an honest load ${whole(usualMs)}`);
  if (stage.alive && (afterMs ?? Number.POSITIVE_INFINITY) > most)
    faults.push(`afterwards they took ${whole(afterMs)} ms`);
  if ((peak ?? 0) > MOST_MIB) faults.push(`memory went up to ${whole(peak)} MiB`);
  if (logged > MOST_LOGGED) faults.push(`the log grew by ${whole(logged / 1024)} KiB`);
  for (const each of attack.meets ?? []) if (!attacker.seen.has(each)) faults.push(`it never met: ${each}`);
  for (const each of attack.avoids ?? []) if (attacker.seen.has(each)) faults.push(`it met: ${each}`);
  const row = { surface, attack: attack.name, sent, duringMs, usualMs, unanswered, afterMs, peak, logged };
  return { row, faults };
}

async function underAttack<Target>(stage: Stage<Target>, attack: Attack<Target>, faults: string[]) {
  const stop = new AbortController();
  const attacker = new Attacker(stop.signal);
  const answers = stage.askOn();
  const began = performance.now();
  const ended = attack.run(stage.target, attacker).catch((error: unknown) => {
    if (stage.alive) faults.push(`the attack itself failed: ${String(error)}`);
  });
  await new Promise((resolve) => setTimeout(resolve, SOAK ? (attack.longMs ?? LONG_MS) : SHORT_MS));
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
  await new Promise((resolve) => setTimeout(resolve, LOAD_MS));
  stop.abort();
  const times = await answers();
  await loading;
  return slow(times);
}

/** What nine of ten were quicker than; those without an answer are not among them. */
function slow(times: readonly (number | undefined)[]): number {
  const known = times.filter((ms) => ms !== undefined).sort((one, other) => one - other);
  return known[Math.floor(known.length * 0.9)] ?? known.at(-1) ?? Number.POSITIVE_INFINITY;
}

const whole = (value: number | undefined) => (value === undefined ? '-' : Math.round(value));
