// When a worker asks again, with a clock that is turned by hand; relays here are the practice network's.
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { type Random, systemRandom } from '../../../../../src-main/base/random.ts';
import { RelayWorker, type RelayWorkerDeps } from '../../../../../src-main/networks/iicp/relay/worker.ts';
import { startRelay } from '../../../../../src-main/practice/relay.ts';
import { HandClock } from '../../../../support/clock.ts';
import { until } from '../../../../support/wait.ts';

const noChance: Random = { ...systemRandom, int: () => 0 };

function worker(find: RelayWorkerDeps['find'], more: Partial<RelayWorkerDeps> = {}) {
  const clock = new HandClock();
  const asked: number[] = [];
  let changes = 0;
  const self = new RelayWorker(
    {
      clock,
      random: noChance,
      logger: silentLogger,
      nodeId: 'worker-1',
      wanted: () => true,
      find: (signal) => {
        asked.push(Math.round(clock.monotonic() / 1000));
        return find(signal);
      },
      ticket: async () => undefined,
      offer: () => ({ intent: 'urn:iicp:intent:llm:chat:v1', models: ['m1'] }),
      handle: async () => ({ status: 200, text: '{}' }),
      connected() {},
      changed: () => {
        changes += 1;
      },
      ...more,
    },
    { most: 2 ** 21 },
  );
  const stop = new AbortController();
  const loop = self.run(stop.signal);
  const end = async () => {
    stop.abort(new Error('the test ends'));
    await loop;
  };
  onTestFinished(end);
  return { self, clock, asked, changes: () => changes, end };
}

it('asks again after 2 s, then twice as long each time, up to a minute', async () => {
  const { clock, asked, end } = worker(async () => undefined);
  await clock.turn(250_000);
  expect(asked).toEqual([0, 2, 6, 14, 30, 62, 122, 182, 242]);
  await end();
  expect(clock.timers).toBe(0);
});

it('goes on when it can’t be found out which relays there are', async () => {
  const { clock, asked } = worker(async () => {
    throw new Error('the directory is away');
  });
  await clock.turn(6000);
  expect(asked).toEqual([0, 2, 6]);
});

it('asks for nothing while none is wanted, and at once when one is', async () => {
  let wanted = false;
  const { self, clock, asked } = worker(async () => undefined, { wanted: () => wanted });
  await clock.turn(100_000);
  expect(asked).toEqual([]);
  wanted = true;
  self.wake();
  await clock.turn(0);
  expect(asked).toEqual([100]);
});

it('begins anew with 2 s, then 4 s, after a relay had let it in, and tells of its endpoint until three tries have failed', async () => {
  const relay = await startRelay({ random: systemRandom });
  const { self, clock, asked, changes } = worker(async () => ({ nodeId: 'r', host: '127.0.0.1', port: relay.port }));
  await until('the worker to be bound', () => self.advertised !== undefined);
  const endpoint = `${relay.url}/v1/relay-for/worker-1`;
  expect([self.advertised?.endpoint, changes()]).toEqual([endpoint, 1]);
  await relay.stop();
  await until('the worker to notice', () => changes() === 2);
  expect(self.advertised?.endpoint).toBe(endpoint);
  const lost = asked.length;
  await until('a try at a time', async () => {
    await clock.turn(100);
    return asked.length > lost;
  });
  expect(asked.at(-1)).toBe(2);
  await until('three tries to fail', async () => {
    await clock.turn(100);
    return asked.length >= lost + 3;
  });
  // 4 s and then 8 s later at the soonest; the clock goes on while a try takes its time.
  expect([asked.at(lost + 1)! >= 6, asked.at(lost + 2)! >= 14]).toEqual([true, true]);
  await until('the endpoint to be given up', () => self.advertised === undefined);
  expect(changes()).toBe(3);
});
