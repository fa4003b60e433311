// Both sides of relaying as a node has them: which relay it asks, and what being one brings; relays, workers and peers around it are
// the practice network's.
import type { LookupAddress } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { systemRandom } from '../../../../../src-main/base/random.ts';
import type { Peer } from '../../../../../src-main/networks/iicp/mesh/peers.ts';
import {
  type RelaySettings,
  RelaySide,
  type RelaySideDeps,
} from '../../../../../src-main/networks/iicp/relay/index.ts';
import { listen } from '../../../../../src-main/practice/http-server.ts';
import { startRelay } from '../../../../simulators/relay.ts';
import { startRelayWorker } from '../../../../simulators/relay-worker.ts';
import { HandClock } from '../../../../support/clock.ts';
import { offloadHere } from '../../../../support/offload.ts';
import { until } from '../../../../support/wait.ts';

const CHAT = 'urn:iicp:intent:llm:chat:v1';
const OFF: RelaySettings = { use: 'off', serve: false, port: 0, bind: '127.0.0.1', tickets: false };
const away = async () => {
  throw new Error('the directory is away');
};

function side(
  more: {
    readonly settings?: Partial<RelaySettings>;
    readonly directory?: Partial<RelaySideDeps['directory']>;
    readonly deps?: Partial<RelaySideDeps>;
  },
  { local = true } = {},
) {
  let settings: RelaySettings = { ...OFF, ...more.settings };
  const self = new RelaySide(
    {
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      nodeId: 'node-1',
      directory: {
        discoverRelays: async () => [],
        relayTicket: async () => undefined,
        directoryKey: async () => undefined,
        ...more.directory,
      },
      token: () => undefined,
      settings: () => settings,
      homeless: () => true,
      mayDial: () => true,
      peers: () => [],
      httpPort: () => 9484,
      offer: () => ({ intent: CHAT, models: ['m1'] }),
      handle: async () => ({ status: 200, text: '{}' }),
      offload: offloadHere(),
      connected() {},
      arrived() {},
      changed() {},
      fault: (error) => {
        throw error;
      },
      ...more.deps,
    },
    { most: 2 ** 21, local },
  );
  self.start();
  onTestFinished(() => self.stop());
  const set = (changes: Partial<RelaySettings>) => {
    settings = { ...settings, ...changes };
    self.look();
  };
  return { self, set };
}

async function relay() {
  const started = await startRelay({ random: systemRandom });
  onTestFinished(() => started.stop());
  return started;
}

const peer = (nodeId: string, endpoint: string, relayPort?: number): Peer => ({
  nodeId,
  endpoint,
  region: '',
  source: 'directory',
  proven: true,
  heardAt: 0,
  relayCapable: relayPort !== undefined,
  relayPort: relayPort ?? 9485,
  relayLoad: 0,
});

const listed = (nodeId: string, endpoint: string, port: number, load: number) => ({
  node_id: nodeId,
  endpoint,
  relay_capable: true,
  relay_accept_port: port,
  load,
});

describe('a node that nobody can call', () => {
  it('asks the relay with the least to do, of those that the directory lists and those it heard of', async () => {
    const [busy, idle] = [await relay(), await relay()];
    const { self } = side({
      settings: { use: 'auto' },
      directory: { discoverRelays: async () => [listed('busy', busy.url, busy.port, 0.5)] },
      deps: { peers: () => [peer('idle', idle.url, idle.port), peer('no relay', busy.url)] },
    });
    await until('a relay to have let it in', () => self.through);
    expect([busy.workers(), idle.workers()]).toEqual([[], ['node-1']]);
    expect(self.bound).toMatchObject({
      nodeId: 'idle',
      host: '127.0.0.1',
      port: idle.port,
      endpoint: `${idle.url}/v1/relay-for/node-1`,
    });
  });

  it('asks one that it heard of while the directory is away', async () => {
    const heard = await relay();
    const { self } = side({
      settings: { use: 'auto' },
      directory: { discoverRelays: away },
      deps: { peers: () => [peer('heard', heard.url, heard.port)] },
    });
    await until('the relay to have let it in', () => self.through);
    expect(heard.workers()).toEqual(['node-1']);
  });

  it('asks at the port that it heard of where the directory lists the relay and tells none', async () => {
    const heard = await relay();
    const { relay_accept_port: _, ...portless } = listed('heard', heard.url, heard.port, 0);
    const { self } = side({
      settings: { use: 'auto' },
      directory: { discoverRelays: async () => [portless] },
      deps: { peers: () => [peer('heard', heard.url, heard.port)] },
    });
    await until('the relay to have let it in', () => self.through);
    expect([self.through, heard.workers()]).toEqual([`127.0.0.1:${heard.port}`, ['node-1']]);
  });

  it('asks none of which the directory thinks little, whoever else speaks for it', async () => {
    const [bad, good] = [await relay(), await relay()];
    const { self } = side({
      settings: { use: 'auto' },
      directory: {
        discoverRelays: async () => [
          { ...listed('bad', bad.url, bad.port, 0), reputation_score: 0.05 },
          listed('good', good.url, good.port, 0.9),
        ],
      },
      deps: { peers: () => [peer('bad', bad.url, bad.port)] },
    });
    await until('a relay to have let it in', () => self.through);
    expect([bad.workers(), good.workers()]).toEqual([[], ['node-1']]);
  });

  it('asks the next one where the first is full, and the first one again once it is its turn', async () => {
    const full = await startRelay({ random: systemRandom }, { refuse: () => 'relay_full' });
    onTestFinished(() => full.stop());
    const good = await relay();
    const clock = new HandClock();
    const offers = [listed('full', full.url, full.port, 0), listed('good', good.url, good.port, 0.9)];
    const asked: number[] = [];
    const { self } = side({
      settings: { use: 'auto' },
      directory: {
        discoverRelays: async () => {
          asked.push(clock.monotonic());
          return offers;
        },
      },
      deps: { clock, random: { ...systemRandom, int: () => 0 } },
    });
    await until('a relay to have let it in', async () => {
      await clock.turn(100);
      return self.through;
    });
    expect([asked.length, good.workers()]).toEqual([2, ['node-1']]);
  });

  it('goes nowhere where the name of a relay that strangers told of leads into a private network', async () => {
    let looked = 0;
    const resolve = ((_name: string, _options: object, done: (error: null, found: LookupAddress[]) => void) => {
      looked += 1;
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    }) as unknown as NonNullable<RelaySideDeps['resolve']>;
    const [trap, named] = [await relay(), 'http://relay.example.com'];
    const from = (use: string, peers: readonly Peer[]) =>
      side({ settings: { use }, deps: { resolve, peers: () => peers } }, { local: false });
    from('auto', [peer('trap', named, trap.port)]);
    await until('the name to be looked up', () => looked === 1);
    // The user may name any relay; once that one is bound the other would have been, too.
    const { self } = from(`127.0.0.1:${trap.port}`, []);
    await until('the relay that the user named to have let it in', () => self.through);
    expect(trap.workers()).toEqual(['node-1']);
    expect([looked, trap.connections()]).toEqual([1, 1]);
  });

  it('brings the relay it has chosen a ticket for it, and asks none for without its own token', async () => {
    const shown: string[] = [];
    const asked: unknown[] = [];
    const started = await startRelay(
      { random: systemRandom },
      {
        refuse: (_worker, ticket) => {
          shown.push(ticket);
          return undefined;
        },
      },
    );
    onTestFinished(() => started.stop());
    const directory = {
      discoverRelays: async () => [listed('relay-1', started.url, started.port, 0)],
      relayTicket: async (...all: unknown[]) => {
        asked.push(all.slice(0, 3));
        return 'the ticket';
      },
    };
    const first = side({ settings: { use: 'auto' }, directory });
    await until('the first to be let in', () => first.self.through);
    await first.self.stop();
    await until('its place to be free', () => started.workers().length === 0);
    const second = side({ settings: { use: 'auto' }, directory, deps: { token: () => 'a token' } });
    await until('the second to be let in', () => second.self.through);
    expect([shown, asked]).toEqual([['', 'the ticket'], [['node-1', 'relay-1', 'a token']]]);
  });

  it('uses no relay while it is one', async () => {
    const other = await relay();
    const { self, set } = side({ settings: { use: `127.0.0.1:${other.port}` } });
    await until('the relay to have let it in', () => self.through);
    set({ serve: true });
    await until('it to leave', () => other.workers().length === 0);
    await until('it to be a relay', () => self.acceptPort);
    expect([self.wanted, self.bound]).toEqual([false, undefined]);
  });
});

describe('a node that is a relay', () => {
  it('takes workers in where its settings say, until it is switched off', async () => {
    const { self, set } = side({ settings: { serve: true } });
    await until('a door', () => self.acceptPort);
    const worker = await startRelayWorker({ port: self.acceptPort!, workerId: 'worker-1', answer: () => '{}' });
    expect([worker.said, self.workers, self.load]).toEqual(['ok', 1, 1 / 256]);
    set({ serve: false });
    await worker.gone;
    await until('no door', () => self.acceptPort === undefined);
    expect([self.workers, self.load]).toEqual([undefined, 0]);
  });

  it('asks for the directory’s key again after half a minute where it could not be had, and lets nobody in before', async () => {
    const clock = new HandClock();
    let asked = 0;
    const { self } = side({
      settings: { serve: true, tickets: true },
      directory: {
        directoryKey: async () => {
          asked += 1;
          return asked < 3 ? away() : 'f'.repeat(64);
        },
      },
      deps: { clock },
    });
    await until('a door', () => self.acceptPort);
    const worker = await startRelayWorker({ port: self.acceptPort!, workerId: 'w', ticket: 'x.y', answer: () => '{}' });
    expect([worker.said, asked]).toEqual(['relay_bind_ticket_invalid', 1]);
    await clock.turn(29_999);
    expect(asked).toBe(1);
    await clock.turn(1);
    expect(asked).toBe(2);
    await clock.turn(30_000);
    expect(asked).toBe(3);
    await clock.turn(3_599_999);
    expect(asked).toBe(3);
    await clock.turn(1);
    expect(asked).toBe(4);
  });

  it('hands tasks on to those it knows, and to no others', async () => {
    const known = await listen(async (_req, res) => void res.writeHead(200).end('{"by":"known"}'));
    onTestFinished(() => known.stop());
    const { self } = side({ settings: { serve: true }, deps: { peers: () => [peer('known', known.url)] } });
    await until('a door', () => self.acceptPort);
    const route = self.routes.find(({ path }) => path === '/v1/relay')!;
    const ask = (target_node_id: string) =>
      route.handle({
        request: {} as IncomingMessage,
        params: {},
        body: [Buffer.from(JSON.stringify({ target_node_id, task: { task_id: 't' } }))],
        stop: new AbortController(),
      });
    expect(await ask('known')).toEqual({ status: 200, text: Buffer.from('{"by":"known"}') });
    expect(await ask('stranger')).toMatchObject({ status: 404, text: expect.stringContaining('IICP-E030') });
  });
});
