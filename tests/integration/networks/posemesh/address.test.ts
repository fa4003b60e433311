// A node that is called back where its router, and not its user, says that it is reached: it registers as soon as there is an address, and
// again when there is another.
import { expect, it, onTestFinished } from 'vitest';
import { Runners } from '../../../../src-main/backends/runners/runner.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { silentLogger as logger } from '../../../../src-main/base/logger.ts';
import { systemRandom as random } from '../../../../src-main/base/random.ts';
import { InboundMemory } from '../../../../src-main/inbound/memory.ts';
import type { Config } from '../../../../src-main/networks/posemesh/config/config.ts';
import { PosemeshNode, type PosemeshNodeDeps } from '../../../../src-main/networks/posemesh/node.ts';
import { Wallet } from '../../../../src-main/networks/posemesh/wallet/wallet.ts';
import { startDds } from '../../../../src-main/practice/posemesh/dds.ts';
import { PORT, playedReachability } from '../../../support/inbound.ts';
import { freePort } from '../../../support/network.ts';
import { until } from '../../../support/wait.ts';

const INTERVAL_MS = 120_000;

it('registers with the address that a router has opened, and anew with the next', async () => {
  const played = playedReachability();
  const { clock, reachability } = played;
  const port = await freePort();
  const dds = await startDds({ clock: systemClock, random }, { callsBack: false });
  await reachability.start();
  const events: string[] = [];
  const deps = {
    host: {
      clock,
      random,
      logger,
      inboundMemory: new InboundMemory(),
      inboundAddresses: reachability,
      availability: { answer: () => ({ accepting: false }) },
      fault: (error: unknown) => events.push(`fault ${String(error)}`),
    },
    wallet: Wallet.of(Wallet.newKey(random)),
    history: { note: (event: string) => void events.push(event) },
    log: { owed: () => [] },
    runners: new Runners([{ capability: '/test/v1', run: () => Promise.resolve() }]),
    changed: () => {},
  } as unknown as PosemeshNodeDeps;
  const config = {
    mode: 'callback',
    gate: 'secret',
    nodeUrl: '',
    ddsBaseUrl: dds.url,
    dmsBaseUrl: 'http://127.0.0.1:9',
    regSecret: 'a-secret',
    timeoutMs: 5000,
    version: '1.0.0',
    intervalMs: INTERVAL_MS,
    maxRetry: -1,
    strict: false,
    tokens: { safetyRatio: 0.75, maxRetries: 0, jitterMs: 10 },
    pollMs: [1000, 1000],
    atOnce: 1,
    http: { host: '0.0.0.0', port },
    resources: {},
    job: {},
  } as unknown as Config;
  const node = new PosemeshNode(deps, config);
  onTestFinished(async () => {
    await node.stop();
    await reachability.stop();
    await dds.stop();
  });
  await node.start();
  const passes = (what: string, look: () => boolean) =>
    until(what, async () => {
      await clock.turn(100);
      return look();
    });

  // Far within the interval: what wakes it is the address.
  await passes('a first look', () => played.mappers.length > 0);
  await clock.turn(5000);
  expect([dds.nodes(), node.nodeUrl]).toEqual([[], undefined]);
  const before = clock.monotonic();
  played.mapper().map();
  await passes('its registration', () => dds.nodes().length === 1);
  expect(clock.monotonic() - before).toBeLessThan(INTERVAL_MS / 2);
  expect(dds.nodes()).toMatchObject([{ by: 'callback', url: `http://11.0.0.1:${PORT}/`, times: 1 }]);
  await passes('its answer', () => node.registrar.status === 'registered');
  expect(node.registrar.open).toBe(false);

  expect(await dds.callBack(`http://127.0.0.1:${port}/`)).toBe(200);
  expect([node.registrar.open, events]).toEqual([true, expect.arrayContaining(['registered', 'called-back'])]);
  await passes('its log-in', () => dds.tokens.length === 1);

  const again = clock.monotonic();
  played.mapper().map({}, '11.0.0.2');
  await passes('the other address', () => dds.nodes()[0]!.url === `http://11.0.0.2:${PORT}/`);
  expect(clock.monotonic() - again).toBeLessThan(INTERVAL_MS / 2);
  expect(events.filter((event) => event.startsWith('fault'))).toEqual([]);
});
