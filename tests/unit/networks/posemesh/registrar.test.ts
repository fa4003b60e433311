// The registration loop at work: what it sends when, what it says of failures, and from when on this node may log in.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Logger } from '../../../../src-main/base/logger.ts';
import type { RegistrationAnswer } from '../../../../src-main/networks/posemesh/dds/dds-client.ts';
import { Registrar, type RegistrarOptions } from '../../../../src-main/networks/posemesh/dds/registrar.ts';
import { Refused, Unreachable } from '../../../../src-main/networks/posemesh/errors.ts';
import { HandClock } from '../../../support/clock.ts';
import { seededRandom } from '../../../support/random.ts';

const OPTIONS: RegistrarOptions = { mode: 'wallet', gate: 'either', intervalMs: 120_000, maxRetry: -1 };
const REGISTERED: RegistrationAnswer = { outcome: 'registered', status: 200 };

/** `answer`: to each registration; what it throws is no usable answer, undefined is nothing to register with. */
function registering(
  answer: (count: number) => RegistrationAnswer | undefined,
  options: Partial<RegistrarOptions> = {},
) {
  const clock = new HandClock();
  const sent: number[] = [];
  const warned: number[] = [];
  const noted: (string | undefined)[] = [];
  const logger = { warn: () => void warned.push(clock.monotonic()) } as unknown as Logger;
  const registrar = new Registrar(
    {
      clock,
      random: seededRandom(),
      logger,
      register: () => {
        const given = (() => {
          try {
            return answer(sent.length + 1);
          } catch (error) {
            return error as Error;
          }
        })();
        if (given === undefined) return undefined;
        sent.push(clock.monotonic());
        return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
      },
      noted: (failure) => void noted.push(failure?.code),
      changed: () => {},
    },
    { ...OPTIONS, ...options },
  );
  const stop = new AbortController();
  const run = registrar.run(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await run;
    expect(clock.timers).toBe(0);
  });
  return { clock, registrar, sent, warned, noted };
}

describe('a registrar', () => {
  it('with a wallet registers at once and then no more, until a log-in says that it is not known', async () => {
    const { clock, registrar, sent } = registering(() => REGISTERED);
    await clock.turn(3_600_000);
    expect([sent, registrar.open]).toEqual([[0], true]);
    registrar.forgotten();
    expect(registrar.open).toBe(false);
    await clock.turn(10);
    expect([sent.length, registrar.open]).toEqual([2, true]);
  });

  it('that is called back registers anew when health probes stay away, and not while they come', async () => {
    const { clock, registrar, sent } = registering(() => REGISTERED, { mode: 'callback', gate: 'secret' });
    await clock.turn(1500);
    expect(sent).toEqual([1000]);
    for (let minute = 0; minute < 30; minute += 1) {
      registrar.probed();
      await clock.turn(60_000);
    }
    expect(sent).toHaveLength(1);
    await clock.turn(2 * 120_000 + 2000);
    expect(sent).toHaveLength(2);
  });

  it.each([
    ['secret', false],
    ['either', true],
  ] as const)('whose gate is %s may log in by an answer alone: %s', async (gate, open) => {
    const { clock, registrar } = registering(() => REGISTERED, { mode: 'callback', gate });
    await clock.turn(1500);
    expect([registrar.open, registrar.secretCame]).toEqual([open, false]);
    registrar.calledBack();
    expect([registrar.open, registrar.secretCame]).toEqual([true, true]);
  });

  it('whose identity another online node uses waits for an interval, and warns every three minutes at most', async () => {
    const { clock, sent, warned, noted } = registering(() => ({ outcome: 'busy', status: 409 }));
    await clock.turn(1_200_000 - 1);
    expect(sent).toEqual(Array.from({ length: 10 }, (_, at) => at * 120_000));
    expect(warned).toEqual([0, 240_000, 480_000, 720_000, 960_000]);
    expect(new Set(noted)).toEqual(new Set(['posemesh.dds-refused']));
  });

  it('with nothing to register with sends nothing, and looks again after an interval', async () => {
    let ready = false;
    const { clock, sent } = registering(() => (ready ? REGISTERED : undefined));
    await clock.turn(100_000);
    ready = true;
    expect(sent).toEqual([]);
    await clock.turn(20_000);
    expect(sent).toEqual([120_000]);
  });

  it.each<[string, Error, boolean]>([
    ['without an answer is tried again with growing pauses', new Unreachable('dds'), true],
    ['whose challenge is refused with 500 is, too', new Refused('dds', 500), true],
    ['whose challenge is refused with 400 is tried after an interval', new Refused('dds', 400), false],
  ])('%s', async (_, error, soon) => {
    const { clock, registrar, sent } = registering((count) => {
      if (count < 3) throw error;
      return REGISTERED;
    });
    await clock.turn(119_000);
    expect([sent.length, registrar.open]).toEqual(soon ? [3, true] : [1, false]);
    expect(registrar.failure).toBe(soon ? undefined : error);
  });

  it('stops after so many retries for an interval only', async () => {
    const { clock, sent } = registering(
      () => {
        throw new Unreachable('dds');
      },
      { maxRetry: 2 },
    );
    await clock.turn(10_000);
    expect(sent).toHaveLength(2);
    await clock.turn(125_000);
    expect(sent).toHaveLength(4);
  });

  it('that has moved while its answer was on the way registers anew, whatever was answered', async () => {
    const { clock, registrar, sent } = registering(
      (count) => {
        if (count === 1) registrar.moved();
        return REGISTERED;
      },
      { mode: 'callback', gate: 'secret' },
    );
    await clock.turn(1500);
    expect([sent, registrar.status]).toEqual([[1000, 1000], 'registered']);
  });
});
