import { unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import type { Run } from '../../../../src-main/base/run.ts';
import type { Gateway } from '../../../../src-main/reachability/gateway/gateway.ts';
import type { HostNetwork } from '../../../../src-main/reachability/gateway/look.ts';
import { GatewayWatcher } from '../../../../src-main/reachability/gateway/watcher.ts';
import { HandClock } from '../../../support/clock.ts';
import { until } from '../../../support/wait.ts';
import { CARD, linux, nodeInterfaces, other } from '../../../unit/reachability/gateway/support.ts';

const routes = (router: string) => `Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
eth0 00000000 ${router} 0003 0 0 100 00000000 0 0 0
`;
const FIRST = routes('0101A8C0');
const SECOND = routes('0201A8C0');
const arp = (last: string) => `IP address HW type Flags HW address Mask Device
192.168.1.1 0x1 0x2 3c:a6:2f:00:11:${last} * eth0
`;
const NOBODY = 'IP address HW type Flags HW address Mask Device\n';

let clock: HandClock;
let host: HostNetwork;
/** How often the next look was planned: a round is over then. */
let rounds: number;
beforeEach(() => {
  clock = new HandClock();
  rounds = 0;
  const after = clock.after.bind(clock);
  clock.after = (ms, fn) => {
    if (ms === 15_000) rounds += 1;
    return after(ms, fn);
  };
  host = linux({ route: FIRST, arp: NOBODY }, { eth0: CARD }, { eth0: '192.168.1.10/24' });
});

const write = (name: string, text: string) => writeFileSync(join(host.root, 'proc/net', name), text);

async function watching() {
  const watcher = new GatewayWatcher({ clock, logger: silentLogger, host });
  const told: string[] = [];
  const router = (gateway: Gateway | undefined) => gateway?.v4?.router ?? 'none';
  watcher.onChange((gateway) => void told.push(router(gateway)));
  watcher.onResume(() => void told.push('resume'));
  onTestFinished(() => watcher.stop());
  await through(watcher.start());
  return { watcher, told, router };
}

/** Lets it wait for a router that nobody knows yet. */
async function through<T>(looking: Promise<T>): Promise<T> {
  let done = false;
  const ended = looking.finally(() => {
    done = true;
  });
  await until('the look to be over', async () => {
    if (!done) await clock.turn(1);
    return done;
  });
  return ended;
}

/** Turns the clock and waits for the round to be over: reading files takes turns of the real loop. */
async function turn(ms: number): Promise<void> {
  const before = rounds;
  await clock.turn(ms);
  await until('the round to be over', async () => {
    if (rounds === before) await clock.turn(1);
    return rounds > before;
  });
}

it('tells of the gateway when it starts, of another within fifteen seconds, and of one that is gone', async () => {
  const { watcher, told, router } = await watching();
  expect(told).toEqual(['192.168.1.1']);
  write('route', SECOND);
  await turn(15_000);
  expect(told).toEqual(['192.168.1.1', '192.168.1.2']);
  expect(router(watcher.current())).toBe('192.168.1.2');
  unlinkSync(join(host.root, 'proc/net/route'));
  await turn(15_000);
  expect(told).toEqual(['192.168.1.1', '192.168.1.2', 'none']);
  expect(watcher.current()).toBeUndefined();
});

it('says nothing while nothing changes', async () => {
  const { told } = await watching();
  for (let turns = 0; turns < 10; turns += 1) await turn(15_000);
  expect(told).toEqual(['192.168.1.1']);
});

it('looks at once when it is told to', async () => {
  const { watcher, told } = await watching();
  write('route', SECOND);
  expect((await through(watcher.look()))?.v4?.router).toBe('192.168.1.2');
  expect(told).toEqual(['192.168.1.1', '192.168.1.2']);
});

it('looks once more for somebody who asks while a look is under way', async () => {
  let open = () => {};
  let asked = 0;
  const outward = async () => {
    asked += 1;
    if (asked === 2)
      await new Promise<void>((resolve) => {
        open = resolve;
      });
    return undefined;
  };
  host = { ...host, outward };
  const started = watching();
  await until('the first look', () => asked === 2);
  write('route', SECOND);
  open();
  const { watcher } = await started;
  const both = await through(Promise.all([watcher.look(), watcher.look()]));
  expect(both.map((gateway) => gateway?.v4?.router)).toEqual(['192.168.1.2', '192.168.1.2']);
});

it('makes a router known that the system has not met, and waits a moment for its hardware address', async () => {
  const knocks: string[] = [];
  const knock = async (address: string, local: string) => {
    knocks.push(`${local} ${address}`);
    write('arp', arp('22'));
  };
  host = { ...host, knock };
  const { watcher } = await watching();
  expect(watcher.current()?.hardware).toBe('3c:a6:2f:00:11:22');
  expect(knocks).toEqual(['192.168.1.10 192.168.1.1']);
  await turn(15_000);
  expect(knocks).toHaveLength(1);
});

it('knows the hardware address for as long as the line is the same, and another one for another router', async () => {
  const { watcher, told } = await watching();
  expect(watcher.current()?.hardware).toBeUndefined();
  write('arp', arp('22'));
  await turn(15_000);
  expect(watcher.current()?.hardware).toBe('3c:a6:2f:00:11:22');
  write('arp', NOBODY);
  await turn(15_000);
  expect(watcher.current()?.hardware).toBe('3c:a6:2f:00:11:22');
  expect(told).toEqual(['192.168.1.1']);
  write('arp', arp('33'));
  await turn(15_000);
  expect(told).toEqual(['192.168.1.1', '192.168.1.1']);
});

it.each([
  ['a sleep, in which the steady clock stood', 20_000],
  ['somebody setting the clock back', -3_600_000],
])('tells of %s', async (_, ms) => {
  const { told } = await watching();
  const real = clock.now;
  clock.now = () => real() + ms;
  await turn(15_000);
  expect(told).toEqual(['192.168.1.1', 'resume']);
  await turn(15_000);
  expect(told).toEqual(['192.168.1.1', 'resume']);
});

it('tells of a process that was stopped for a while', async () => {
  const { told } = await watching();
  const { monotonic, now } = clock;
  clock.monotonic = () => monotonic() + 30_000;
  clock.now = () => now() + 30_000;
  await turn(15_000);
  expect(told).toEqual(['192.168.1.1', 'resume']);
});

it('starts programs only when something has moved, where looking takes programs', async () => {
  let address = '192.168.1.10/24';
  let asked = 0;
  const run: Run = async () => {
    asked += 1;
    return { kind: 'failed' };
  };
  host = { ...other('win32', {}), run, interfaces: () => nodeInterfaces({ WLAN: address }) };
  await watching();
  expect(asked).toBe(1);
  await turn(15_000);
  await turn(15_000);
  expect(asked).toBe(1);
  address = '192.168.1.11/24';
  await turn(15_000);
  expect(asked).toBe(2);
});

it('keeps what it knew when the system does not answer in time', async () => {
  let answers = true;
  const answer = {
    routes: [
      { DestinationPrefix: '0.0.0.0/0', NextHop: '192.168.1.1', InterfaceAlias: 'LAN', ifIndex: 1, RouteMetric: 0 },
    ],
  };
  const addresses = [{ IPAddress: '192.168.1.10', InterfaceAlias: 'LAN', PrefixLength: 24 }];
  const run: Run = (_program, _args, signal) => {
    if (answers) return Promise.resolve({ kind: 'done', text: JSON.stringify({ ...answer, addresses }) });
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'failed' })));
  };
  host = { ...other('win32', {}), run };
  const { watcher, told } = await watching();
  answers = false;
  const looking = watcher.look();
  await until('the limit to be set', () => clock.timers === 2);
  await clock.turn(10_000);
  expect((await looking)?.v4?.router).toBe('192.168.1.1');
  expect(told).toEqual(['192.168.1.1']);
});

it('stops in the middle of a look, tells nothing after, and starts again', async () => {
  let asked = 0;
  const run: Run = (_program, _args, signal) => {
    asked += 1;
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'failed' })));
  };
  host = { ...other('win32', {}), run };
  const watcher = new GatewayWatcher({ clock, logger: silentLogger, host });
  const first = watcher.start();
  await until('it to be asked', () => asked === 1);
  await Promise.all([watcher.stop(), watcher.stop(), first]);
  expect(clock.timers).toBe(0);
  const second = watcher.start();
  await until('it to be asked again', () => asked === 2);
  await watcher.stop();
  await second;
  expect(clock.timers).toBe(0);
});
