import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { addressText, OutsideChecks, type OutsideResult, restMs } from '../../../src-main/reachability/outside.ts';
import type { OutsideProber, OutsideTarget, ProbeResult } from '../../../src-main/reachability/prober.ts';
import { HandClock } from '../../support/clock.ts';
import { seededRandom } from '../../support/random.ts';

const REACHED: ProbeResult = { kind: 'reached' };
const NOT: ProbeResult = { kind: 'not-reached', why: 'refused' };
const V4 = { host: '11.0.0.1', port: 9484, through: 'mapping', mustArrive: false };
const V6 = { host: '2a00::1', port: 9484, through: 'ipv6', mustArrive: false };

class Script implements OutsideProber {
  readonly name = 'directory.example';
  readonly asked: OutsideTarget[] = [];
  answer: (target: OutsideTarget, signal: AbortSignal) => ProbeResult | Promise<ProbeResult> = () => REACHED;

  async reach(target: OutsideTarget, signal: AbortSignal): Promise<ProbeResult> {
    this.asked.push(target);
    return this.answer(target, signal);
  }
}

function checks() {
  const clock = new HandClock();
  const results: OutsideResult[] = [];
  const outside = new OutsideChecks({
    clock,
    random: seededRandom(),
    logger: silentLogger,
    tried: (result) => results.push(result),
  });
  return { clock, results, outside, prober: new Script() };
}

describe('OutsideChecks', () => {
  it('tries each address at once and tells what was found', async () => {
    const { clock, results, outside, prober } = checks();
    prober.answer = ({ host }) => (host === V4.host ? REACHED : NOT);
    outside.watch([V4, V6], prober);
    await clock.turn(0);
    expect(results.map(({ address, probeResult, failures }) => [address, probeResult.kind, failures])).toEqual([
      ['11.0.0.1:9484', 'reached', 0],
      ['[2a00::1]:9484', 'not-reached', 1],
    ]);
    expect(outside.result(V4)).toMatchObject({ prober: 'directory.example', seen: false });
    await outside.stop();
    expect(clock.timers).toBe(0);
  });

  it('forgets what was found at an address when something else leads there', async () => {
    const { clock, outside, prober } = checks();
    outside.watch([V4], prober);
    await clock.turn(0);
    outside.watch([V4], prober);
    expect([outside.result(V4)?.probeResult.kind, prober.asked.length]).toEqual(['reached', 1]);
    prober.answer = () => NOT;
    outside.watch([{ ...V4, through: 'forwarded' }], prober);
    expect(outside.result(V4)).toBeUndefined();
    await clock.turn(0);
    expect([outside.result(V4)?.probeResult.kind, prober.asked.length]).toEqual(['not-reached', 2]);
    await outside.stop();
    expect(clock.timers).toBe(0);
  });

  it('carries a nonce of its own in each try', async () => {
    const { clock, outside, prober } = checks();
    outside.watch([V4], prober);
    await clock.turn(0);
    await outside.tryNow();
    const nonces = prober.asked.map(({ nonce }) => nonce);
    expect(new Set(nonces).size).toBe(2);
    for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{32}$/);
    await outside.stop();
  });

  it('tries again soon where it was not reached, and counts', async () => {
    const { clock, results, outside, prober } = checks();
    prober.answer = () => NOT;
    outside.watch([V4], prober);
    await clock.turn(0);
    await clock.turn(10_000);
    await clock.turn(60_000);
    expect(results.map(({ failures }) => failures)).toEqual([1, 2, 3]);
    prober.answer = () => REACHED;
    await clock.turn(300_000);
    expect(outside.result(V4)).toMatchObject({ probeResult: REACHED, failures: 0 });
    await outside.stop();
  });

  it('keeps what is known of an address that stays, and forgets one that goes', async () => {
    const { clock, outside, prober } = checks();
    outside.watch([V4, V6], prober);
    await clock.turn(0);
    outside.watch([V4], prober);
    await clock.turn(0);
    expect(prober.asked).toHaveLength(2);
    expect(outside.result(V4)).toBeDefined();
    expect(outside.result(V6)).toBeUndefined();
    await outside.stop();
  });

  it('calls a witness that is silent or fails no proof of anything', async () => {
    const { clock, outside, prober } = checks();
    prober.answer = (_target, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    outside.watch([V4], prober);
    await clock.turn(20_000);
    expect(outside.result(V4)).toMatchObject({ probeResult: { kind: 'unknown' }, failures: 0 });
    await outside.stop();
  });

  it('takes a connection that comes in meanwhile as further evidence', async () => {
    const { clock, outside, prober } = checks();
    prober.answer = () => {
      outside.arrived();
      return REACHED;
    };
    outside.watch([V4], prober);
    await clock.turn(0);
    expect(outside.result(V4)).toMatchObject({ seen: true });
    await outside.stop();
  });

  it('waits a moment for what comes in after it was said to have got in, and takes silence for somebody else', async () => {
    const { clock, outside, prober } = checks();
    const way = { ...V4, mustArrive: true };
    outside.watch([way], prober);
    await clock.turn(200);
    expect(outside.result(V4)).toBeUndefined();
    outside.arrived();
    await clock.turn(100);
    expect(outside.result(V4)).toMatchObject({ probeResult: { kind: 'reached' }, seen: true });
    const again = outside.tryNow();
    await clock.turn(300);
    await again;
    expect(outside.result(V4)).toMatchObject({ probeResult: { kind: 'not-reached', elsewhere: true }, failures: 1 });
    await outside.stop();
    expect(clock.timers).toBe(0);
  });

  it('names who found it out, and counts a nonce that came back as seen', async () => {
    const { clock, outside, prober } = checks();
    prober.answer = () => ({ kind: 'reached', nonce: true, by: 'second.example' });
    outside.watch([V4], prober);
    await clock.turn(0);
    expect(outside.result(V4)).toMatchObject({ prober: 'second.example', seen: true });
    await outside.stop();
  });

  it('tells nothing after it has stopped, and leaves no timer', async () => {
    const { clock, results, outside, prober } = checks();
    let answer: (probeResult: ProbeResult) => void = () => {};
    prober.answer = () => new Promise((resolve) => (answer = resolve));
    outside.watch([V4], prober);
    await clock.turn(0);
    const stopped = outside.stop();
    answer(REACHED);
    await stopped;
    expect(results).toEqual([]);
    expect(clock.timers).toBe(0);
  });
});

describe('restMs', () => {
  it.each([
    [NOT, 1, 10_000],
    [NOT, 2, 60_000],
    [NOT, 3, 300_000],
    [NOT, 4, 600_000],
    [NOT, 99, 600_000],
    [{ kind: 'unknown' } as const, 0, 300_000],
  ])('rests after %j number %i for %i ms', (probeResult, failures, ms) => {
    expect(restMs(probeResult, failures, seededRandom())).toBe(ms);
  });

  it('looks again within half an hour where it was reached, but not at once', () => {
    for (let seed = 1; seed < 50; seed += 1) {
      const ms = restMs(REACHED, 0, seededRandom(seed));
      expect(ms).toBeGreaterThanOrEqual(900_000);
      expect(ms).toBeLessThan(1_800_000);
    }
  });
});

describe('addressText', () => {
  it('puts brackets around IPv6', () => {
    expect([addressText(V4), addressText(V6)]).toEqual(['11.0.0.1:9484', '[2a00::1]:9484']);
  });
});
