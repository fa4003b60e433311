import { afterEach, describe, expect, it } from 'vitest';
import { Observed } from '../../../src-main/practice/iicp/directory/observed.ts';
import { type Joined, type Town, town } from './directory-help.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('what others observed of a node', () => {
  /** One report a minute, by turns. */
  function reported(latencies: readonly number[], by = ['a', 'b', 'c']) {
    const observed = new Observed();
    for (const [i, latency] of latencies.entries()) observed.note(by[i % by.length]!, latency, i * MINUTE);
    return observed;
  }

  it('is believed once three have reported, and smoothed from then on', () => {
    expect(reported([100, 100]).latencyMs).toBeUndefined();
    expect(reported([100, 100, 300]).latencyMs).toBe(300);
    expect(reported([100, 100, 300, 400]).latencyMs).toBe(310);
  });

  it('is not believed of one alone, however often it reports', () => {
    expect(reported(Array(50).fill(1), ['a', 'b']).latencyMs).toBeUndefined();
  });

  it('takes one report a minute of each', () => {
    const observed = new Observed();
    const verdicts = [
      observed.note('a', 100, 0),
      observed.note('a', 200, MINUTE - 1),
      observed.note('b', 100, MINUTE - 1),
      observed.note('a', 100, MINUTE),
    ];
    expect(verdicts).toEqual([
      { accepted: true, reporters: 1 },
      { accepted: false, reporters: 1 },
      { accepted: true, reporters: 2 },
      { accepted: true, reporters: 2 },
    ]);
  });

  it('stays as it was when those who reported fall silent for a week', () => {
    const observed = reported([100, 100, 300]);
    expect(observed.note('d', 999, 8 * DAY)).toEqual({ accepted: true, reporters: 1 });
    expect(observed.latencyMs).toBe(300);
  });

  it('counts far too much for a tenth, from one who has reported ten times', () => {
    const usual = Array(30).fill(100);
    expect(reported([...usual, 1000]).latencyMs).toBe(109);
    expect(reported([...usual.slice(0, 27), 1000]).latencyMs).toBe(190);
    expect(reported([...usual, 300]).latencyMs).toBe(120);
  });

  it('forgets those who reported first when there are more than a thousand', () => {
    const observed = new Observed();
    for (let i = 0; i < 1200; i++) observed.note(`node-${i}`, 100, i);
    expect(observed.note('one-more', 100, 1200)).toEqual({ accepted: true, reporters: 1000 });
  });
});

describe('POST /v1/telemetry', () => {
  const open: Town[] = [];
  const start = async () => {
    const one = await town();
    open.push(one);
    const report = (by: Joined, more: Record<string, unknown> = {}, token = by.proxy_token) =>
      one.post(
        '/v1/telemetry',
        {
          node_id: 'node-1',
          proxy_node_id: by.node_id,
          latency_ms_observed: 100,
          tokens_observed: 5,
          status: 'success',
          qos_met: true,
          ...more,
        },
        token,
      );
    return { ...one, report };
  };

  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });

  it('shows what three nodes saw of a fourth', async () => {
    const { discover, register, report } = await start();
    await register();
    const replies = [];
    for (const id of ['p1', 'p2', 'p3']) replies.push(await report(await register({ node_id: id })));
    expect(replies.map(({ status, body }) => [status, body])).toEqual(
      [1, 2, 3].map((count) => [202, { accepted: true, proxy_quorum_count: count, quorum_met: count === 3 }]),
    );
    const seen = (await discover()).map((node) => [node.node_id, node.observed_latency_ms]);
    expect(Object.fromEntries(seen)).toEqual({ 'node-1': 100, p1: null, p2: null, p3: null });
  });

  it('takes the second report in a minute for a duplicate', async () => {
    const { clock, register, report } = await start();
    await register();
    const proxy = await register({ node_id: 'p1' });
    await report(proxy);
    const again = await report(proxy);
    expect([again.status, again.body]).toEqual([200, { accepted: false, reason: 'duplicate' }]);
    clock.turn(MINUTE);
    expect((await report(proxy)).status).toBe(202);
  });

  it('wants the newest token that registration gave for this alone', async () => {
    const { post, register, report } = await start();
    await register();
    const old = await register({ node_id: 'p1' });
    const now = await register({ node_id: 'p1', current_node_token: old.node_token });
    const refused = [
      await post('/v1/telemetry', {}),
      await report(now, {}, now.node_token),
      await report(now, {}, old.proxy_token),
      await report(now, { proxy_node_id: undefined }),
      await report(now, { proxy_node_id: 'stranger' }),
    ];
    expect(refused.map(({ status, body }) => [status, (body.error as { code: string }).code])).toEqual(
      Array(5).fill([401, 'IICP-E032']),
    );
    expect((await report(now)).status).toBe(202);
  });

  it.each<[string, Record<string, unknown>, number]>([
    ['about itself', { node_id: 'p1' }, 422],
    ['about nobody', { node_id: 'stranger' }, 404],
    ['of less than no time', { latency_ms_observed: -1 }, 422],
    ['of more than five minutes', { latency_ms_observed: 300_001 }, 422],
    ['of half a token', { tokens_observed: 0.5 }, 422],
    ['with an end nobody knows', { status: 'maybe' }, 422],
    ['that does not say whether it was quick enough', { qos_met: undefined }, 422],
  ])('refuses a report %s', async (_, more, status) => {
    const { register, report } = await start();
    await register();
    expect((await report(await register({ node_id: 'p1' }), more)).status).toBe(status);
  });
});
