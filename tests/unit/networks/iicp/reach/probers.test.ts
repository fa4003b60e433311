import { describe, expect, it } from 'vitest';
import { type CallAnswer, callOnce } from '../../../../../src-main/networks/iicp/reach/call.ts';
import { CombinedProber, type Voice } from '../../../../../src-main/networks/iicp/reach/combined.ts';
import { HearthProber } from '../../../../../src-main/networks/iicp/reach/hearth-prober.ts';
import { PeersProber } from '../../../../../src-main/networks/iicp/reach/peers-prober.ts';
import { PendingNonces } from '../../../../../src-main/networks/iicp/reach/pending-nonces.ts';
import type { ProbeResult } from '../../../../../src-main/reachability/prober.ts';
import { scriptedServer } from '../../../../suites/scripted-server.ts';
import { HandClock } from '../../../../support/clock.ts';
import { seededRandom } from '../../../../support/random.ts';

const NONCE = 'c3'.repeat(16);
const V4 = { host: '11.0.0.1', port: 9484, nonce: NONCE };
const V6 = { host: '2a00::1', port: 9484, nonce: NONCE };
const signal = new AbortController().signal;

interface Told {
  readonly reached: boolean;
  readonly seen_from?: string;
}

describe('a second Hearth', () => {
  async function tried(told: Told | number, brings: false | 4 | 6, target = V4, url = 'http://second.example:9484') {
    const pendingNonces = new PendingNonces();
    const prober = new HearthProber(
      {
        pendingNonces,
        own: () => [V6.host],
        resolve: async (name) => (name === 'home.example' ? ['11.0.0.1'] : []),
        call: async ({ family, from }): Promise<CallAnswer> => {
          expect(from).toBe(family === 6 ? V6.host : undefined);
          if (brings) pendingNonces.bring(NONCE, brings);
          if (typeof told === 'number') return { status: told, text: '{}' };
          const text = JSON.stringify({ seen_from: family === 6 ? '2A00:0::1' : '11.0.0.1', ...told });
          return { status: 200, text };
        },
      },
      url,
    );
    const probeResult = await prober.reach(target, signal);
    // Whatever it said: nobody waits any more.
    expect(pendingNonces.bring(NONCE, 4)).toBe(false);
    return probeResult.kind;
  }

  it.each<[string, ProbeResult['kind'], Parameters<typeof tried>]>([
    ['brings the nonce and says so', 'reached', [{ reached: true }, 4]],
    ['brings it by IPv6', 'reached', [{ reached: true }, 6, V6]],
    ['lies: nothing arrived', 'not-reached', [{ reached: true }, false]],
    ['came in by the other family', 'not-reached', [{ reached: true }, 6]],
    ['could not connect', 'not-reached', [{ reached: false }, false]],
    ['brought it, but heard no answer', 'unknown', [{ reached: false }, 4]],
    ['saw us come from elsewhere', 'unknown', [{ reached: true, seen_from: '11.9.9.9' }, 4]],
    ['saw us come from elsewhere and did not connect', 'unknown', [{ reached: false, seen_from: '11.9.9.9' }, false]],
    ['tells rubbish for an address', 'unknown', [{ reached: true, seen_from: 'x' }, 4]],
    ['does not do that', 'unknown', [404, false]],
    ['has only the other family', 'unknown', [{ reached: false }, false, V6, 'http://11.5.5.5:9484']],
    ['is asked for a port of the system', 'unknown', [{ reached: false }, false, { ...V4, port: 443 }]],
    ['reaches us by our name', 'reached', [{ reached: true }, 4, { ...V4, host: 'home.example' }]],
    ['misses what a proxy has by name', 'unknown', [{ reached: false }, false, { ...V4, host: 'home.example' }]],
    ['is asked for a name that leads nowhere', 'unknown', [{ reached: true }, false, { ...V4, host: 'no.example' }]],
  ])('that %s: %s', async (_what, kind, args) => {
    expect(await tried(...args)).toBe(kind);
  });
});

describe('several witnesses', () => {
  const BY_NONCE: ProbeResult = { kind: 'reached', nonce: true };
  const YES: ProbeResult = { kind: 'reached' };
  const NO: ProbeResult = { kind: 'not-reached', why: '' };
  const UNKNOWN: ProbeResult = { kind: 'unknown' };

  it.each<[Partial<Record<Voice['kind'], ProbeResult>>, string, string | undefined]>([
    [{ own: BY_NONCE, directory: NO }, 'reached', 'own'],
    [{ own: NO, stranger: BY_NONCE, directory: NO }, 'reached', 'stranger'],
    [{ own: NO, stranger: NO, directory: YES }, 'not-reached', 'own'],
    [{ own: UNKNOWN, stranger: NO, directory: YES }, 'reached', 'directory'],
    [{ own: UNKNOWN, stranger: NO, directory: UNKNOWN }, 'not-reached', 'stranger'],
    [{ stranger: UNKNOWN, directory: NO }, 'not-reached', 'directory'],
    [{ directory: YES }, 'reached', 'directory'],
    [{ own: UNKNOWN, directory: UNKNOWN }, 'unknown', undefined],
  ])('of whom %j: %s, by %s', async (said, kind, by) => {
    const clock = new HandClock();
    const voices = Object.entries(said).map(([name, probeResult]) => ({
      kind: name as Voice['kind'],
      withinMs: 1000,
      prober: { name, reach: async () => probeResult },
    }));
    const probeResult = await new CombinedProber(clock, () => voices).reach(V4, signal);
    expect([probeResult.kind, 'by' in probeResult ? probeResult.by : undefined]).toEqual([kind, by]);
    expect(clock.timers).toBe(0);
  });

  it('go on to the next when one is silent', async () => {
    const clock = new HandClock();
    const silent = { name: 'silent', reach: () => new Promise<ProbeResult>(() => {}) };
    const voices: Voice[] = [
      { kind: 'own', withinMs: 1000, prober: silent },
      { kind: 'directory', withinMs: 1000, prober: { name: 'directory', reach: async () => YES } },
    ];
    const reached = new CombinedProber(clock, () => voices).reach(V4, signal);
    await clock.turn(1000);
    expect(await reached).toEqual({ kind: 'reached', by: 'directory' });
  });
});

describe('peers', () => {
  function peers(urls: readonly string[], local = false) {
    const asked: string[] = [];
    const clock = new HandClock();
    const prober = new PeersProber(
      {
        clock,
        random: seededRandom(),
        pendingNonces: new PendingNonces(),
        own: () => [],
        peers: () => urls,
        call: async ({ url }) => {
          asked.push(url.origin);
          return { status: 404, text: '' };
        },
      },
      { local },
    );
    return { asked, clock, prober };
  }

  it('are asked at public addresses of the same family only, two at a time', async () => {
    const { asked, prober } = peers([
      'http://192.168.1.5:9484',
      'http://name.example:9484',
      'http://[2a00::5]:9484',
      'http://11.0.0.2:9484',
      'http://11.0.0.3:9484',
      'http://11.0.0.4:9484',
    ]);
    expect(await prober.reach(V4, signal)).toEqual({ kind: 'unknown' });
    expect(new Set(asked).size).toBe(2);
    for (const url of asked) expect(url).toMatch(/^http:\/\/11\.0\.0\.[234]:9484$/);
  });

  it('are left alone for half an hour when they do not do this', async () => {
    const { asked, clock, prober } = peers(['http://11.0.0.2:9484']);
    await prober.reach(V4, signal);
    await prober.reach(V4, signal);
    expect(asked).toHaveLength(1);
    await clock.turn(1_800_000);
    await prober.reach(V4, signal);
    expect(asked).toHaveLength(2);
  });
});

describe('one call', () => {
  it('takes a short answer, and no long or endless one', async () => {
    const server = await scriptedServer((res, { path }) => {
      if (path === '/short') res.end('short');
      else if (path === '/long') res.end('x'.repeat(600));
      else res.write('x');
    });
    const call = (path: string, within = signal) =>
      callOnce({ method: 'GET', url: new URL(path, server.url), family: 4, mostBytes: 512 }, within);
    expect(await call('/short')).toEqual({ status: 200, text: 'short' });
    await expect(call('/long')).rejects.toThrow('too long');
    const stop = new AbortController();
    const endless = call('/endless', stop.signal);
    stop.abort(new Error('enough'));
    await expect(endless).rejects.toThrow('enough');
  });

  it('goes by the family it is told, and to nobody where that is not to be had', async () => {
    const server = await scriptedServer((res) => res.end('here'));
    const url = new URL(server.url.replace('127.0.0.1', 'localhost'));
    const from = '127.0.0.1';
    expect((await callOnce({ method: 'GET', url, family: 4, from, mostBytes: 64 }, signal)).text).toBe('here');
    await expect(callOnce({ method: 'GET', url, family: 6, mostBytes: 64 }, signal)).rejects.toThrow();
  });
});
