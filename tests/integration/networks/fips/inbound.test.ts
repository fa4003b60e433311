// The way in by UDP: what the router has opened and servers outside have proven is told to others, and nothing else. And what a node does
// when its computer is in another network.
import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { InboundUdp } from '../../../../src-main/networks/fips/inbound-udp.ts';
import type { PracticeRelay } from '../../../../src-main/practice/nostr/relay.ts';
import { fipsRun } from '../../../support/fips-run.ts';
import { EXTERNAL, PORT, playedReachability } from '../../../support/inbound.ts';
import { practiceRelay } from '../../../support/nostr.ts';
import { until } from '../../../support/wait.ts';

const ADVERT = 37_195;
const endpoints = ({ heard }: PracticeRelay) =>
  heard.flatMap(([word, event]) => {
    const { kind, content } = (event ?? {}) as { kind?: number; content?: string };
    return word === 'EVENT' && kind === ADVERT ? [JSON.parse(content!).endpoints as unknown] : [];
  });

async function behindRouter(settings: Readonly<Record<string, unknown>>) {
  const relay = await practiceRelay();
  const played = playedReachability();
  await played.reachability.start();
  onTestFinished(() => played.reachability.stop());
  const run = fipsRun({
    secret: 0x51,
    settings: { udpBind: '0.0.0.0:0', relays: [relay.url], advertise: true, ...settings },
    inboundAddresses: played.reachability,
  });
  await run.node.start();
  const passes = (what: string, look: () => boolean) =>
    until(what, async () => {
      await played.clock.turn(100);
      return look();
    });
  return { relay, played, run, passes };
}

it('tells others of the port that the router has opened once it was proven, and gives it back when it ends', async () => {
  const { relay, played, run, passes } = await behindRouter({});
  await passes('the wish', () => played.mappers.at(-1)?.requests.has('fips') ?? false);
  const port = Number(run.udp.split(':')[1]);
  expect(played.mapper().requests.get('fips')).toMatchObject({ transport: 'udp', port });
  // Proven by another socket it would say nothing of this one.
  expect(played.around.triedBy).toHaveLength(1);
  expect(endpoints(relay)).toEqual([]);
  played.mapper().map();
  await passes('the advert', () => endpoints(relay).length > 0);
  expect(endpoints(relay)[0]).toEqual([{ transport: 'udp', addr: `${EXTERNAL}:${PORT}` }]);
  const mapper = played.mapper();
  await run.node.stop();
  await passes('the port to be given back', () => mapper.stopped && mapper.requests.size === 0);
});

it('counts a port as long as the last try from outside got in', async () => {
  const { clock, reachability, prober, mapper } = playedReachability();
  await reachability.start();
  onTestFinished(() => reachability.stop());
  let changes = 0;
  const layer = { localOf: () => '0.0.0.0:2121', datagramsOf: () => ({ send: () => {}, onDatagram: () => () => {} }) };
  const changed = () => {
    changes += 1;
  };
  const inbound = new InboundUdp({ addresses: reachability, layer, changed });
  await inbound.start();
  await clock.turn(100);
  expect(inbound.proven).toBeUndefined();
  prober.answer = () => ({ kind: 'not-reached', why: 'silence' });
  mapper().map();
  await clock.turn(100);
  expect([prober.asked.length > 0, inbound.proven]).toEqual([true, undefined]);
  prober.answer = () => ({ kind: 'reached', nonce: true });
  await reachability.test();
  expect(inbound.proven).toEqual({ address: EXTERNAL, port: PORT });
  expect(changes).toBeGreaterThan(0);
  await inbound.stop();
  expect(inbound.proven).toBeUndefined();
});

it.each([
  ['tells nobody where it is', { advertise: false }],
  ['lets nobody in that it has not dialled', { accept: false }],
  ['is told its address by its user', { udpExternal: '192.0.2.7' }],
  ['listens on loopback alone', { udpBind: '127.0.0.1:0' }],
])('asks no router where it %s', async (_, settings) => {
  const { played, run } = await behindRouter(settings);
  expect([run.node.state, run.node.config.opensUdp]).toEqual(['running', false]);
  await played.clock.turn(5000);
  expect([played.mappers, played.around.triedBy]).toEqual([[], []]);
});

it('tells its parts, and dials anew, when its computer is in another network', async () => {
  let later = 0;
  let address = '192.168.178.20';
  let told = 0;
  const clock = {
    ...systemClock,
    now: () => systemClock.now() + later,
    monotonic: () => systemClock.monotonic() + later,
  };
  const run = fipsRun({
    secret: 0x51,
    clock,
    interfaces: () => ({ eth0: [{ address, internal: false } as NetworkInterfaceInfo] }),
    parts: [
      () => ({
        name: 'listening',
        start: async () => undefined,
        stop: async () => undefined,
        networkChanged: () => {
          told += 1;
        },
      }),
    ],
  });
  await run.node.start();
  address = '10.0.0.7';
  later = 5000;
  run.node.lookAround();
  expect([told, run.events.at(-1)]).toEqual([1, 'moved']);
  later = 3_605_000;
  run.node.lookAround();
  expect([told, run.events.at(-1)]).toEqual([2, 'woke']);
  await run.node.stop();
  address = '10.0.0.8';
  later += 60_000;
  run.node.lookAround();
  expect(told).toBe(2);
});
