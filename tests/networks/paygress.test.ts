// Paygress holds to what every network has to hold to, and sells to a customer of another program's making, over a relay and with a mint.
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock as clock } from '../../src-main/base/clock.ts';
import { systemRandom as random } from '../../src-main/base/random.ts';
import { openLetter } from '../../src-main/nostr/envelope.ts';
import { toHex } from '../../src-main/nostr/hex.ts';
import { readPublicKey } from '../../src-main/nostr/npub.ts';
import type { PracticeMint } from '../../src-main/practice/mint/mint.ts';
import type { PracticeRelay } from '../../src-main/practice/nostr/relay.ts';
import { PaygressCustomer } from '../../src-main/practice/paygress/customer.ts';
import type { LimitsView } from '../../src-preload/contract/limits.ts';
import { viewOf } from '../../src-preload/contract/networks/index.ts';
import { type JoinedNode, networkSuite } from '../suites/network.ts';
import { composed } from '../support/composed.ts';
import { crashCopy } from '../support/crash-copy.ts';
import { temporaryFolder } from '../support/folder.ts';
import { MadeEngine } from '../support/made-boxes.ts';
import { practiceRelay, testSigner } from '../support/nostr.ts';
import { until } from '../support/wait.ts';
import { practiceMint } from '../support/wallet.ts';

const SPEC = {
  id: 'basic',
  name: 'Basic',
  description: '',
  cpuMillicores: 500,
  memoryMiB: 1024,
  diskMiB: 5120,
  rateMsat: 1000,
};
const hexOf = (npub: string) => readPublicKey(npub)!;
const TEMPLATE = { template: 'agent-sandbox', spec: 'basic' };

interface Around {
  readonly relay: PracticeRelay;
  /** Beside it. */
  readonly second?: PracticeRelay;
  readonly mint: PracticeMint;
  readonly boxes: MadeEngine;
  readonly customer: PaygressCustomer;
}

async function around(): Promise<Around> {
  const relay = await practiceRelay();
  const mint = await practiceMint({ paysItself: true });
  const boxes = new MadeEngine();
  boxes.pulled.set('agent-sandbox', 'sha256:1');
  const customer = await customerAt({ relay, mint });
  return { relay, mint, boxes, customer };
}

const urls = ({ relay, second }: Pick<Around, 'relay' | 'second'>) => [relay.url, ...(second ? [second.url] : [])];

async function customerAt(
  { relay, second, mint }: Pick<Around, 'relay' | 'second' | 'mint'>,
  secret = random.bytes(32),
): Promise<PaygressCustomer> {
  const customer = await PaygressCustomer.open(
    { clock, random },
    { relays: urls({ relay, second }), mint: mint.url, secret },
  );
  onTestFinished(() => customer.close());
  await customer.purse.fill(20_000);
  return customer;
}

/** `more`: settings besides. */
async function nodeAt(
  { relay, second, mint, boxes }: Around,
  dataDir = temporaryFolder(),
  enabled = true,
  more: Readonly<Record<string, unknown>> = {},
) {
  const engine = await composed(dataDir, { open: boxes.open });
  onTestFinished(() => engine.stop());
  const set = async (path: string, value: unknown) => void (await engine.handle('settings.set', { path, value }));
  const { exists } = (await engine.handle('wallet.get', undefined)) as { exists: boolean };
  if (!exists) await engine.handle('wallet.make', {});
  await engine.handle('wallet.trust', { url: mint.url, anyway: false });
  const own = {
    relays: urls({ relay, second }),
    specs: [SPEC],
    address: '127.0.0.1',
    leastSeconds: 1,
  };
  for (const [name, value] of Object.entries(own)) await set(`networks.paygress.${name}`, value);
  const lent = { cpuMillicores: 4000, memoryMiB: 8192, diskMiB: 40_000, ports: 16 };
  for (const [name, value] of Object.entries(lent)) await set(`capacity.${name}`, value);
  for (const [path, value] of Object.entries(more)) await set(path, value);
  await set('networks.paygress.enabled', enabled);
  await engine.start();
  const view = () => viewOf(engine.take('networks').value, 'paygress')!;
  const { nsec } = (await engine.handle('networks.ask', { id: 'paygress', name: 'showKey' })) as { nsec: string };
  const { words } = (await engine.handle('wallet.words', undefined)) as { words: string };
  return { engine, dataDir, set, view, secrets: [nsec, words] };
}

async function joined(all: Around, dataDir?: string): Promise<JoinedNode> {
  const node = await nodeAt(all, dataDir);
  const tokens: string[] = [];
  const key = () => hexOf(node.view().detail.npub!);
  // Each request is another customer's: the practice customer takes what was answered within a minute, as the official one does.
  const rent = async (seconds: number) => {
    const { token, answer } = await (await customerAt(all)).spawn(key(), seconds, TEMPLATE);
    tokens.push(token);
    return answer;
  };
  return {
    ...node,
    async do() {
      expect(await rent(2)).toMatchObject({ is: 'access' });
      await until('its end', () => node.engine.take('work').value.live.length === 0);
    },
    begin: () => void rent(3600).catch(() => undefined),
    async offer(leaseMs = 2000) {
      return (await rent(Math.max(1, Math.round(leaseMs / 1000)))).is === 'access';
    },
    async seen() {
      return await until('a word of it', async () => {
        const found = (await all.customer.providers()).find(({ name }) => name !== undefined);
        const isOff = node.view().state === 'off';
        if (found && (found.freeCpu ?? 0) > 0) return isOff ? undefined : { there: true };
        return isOff ? { there: false } : undefined;
      }).then(({ there }) => there);
    },
    async again(copy) {
      await node.engine.stop();
      return await joined(all, copy);
    },
    secrets: () => [...node.secrets, ...tokens],
  };
}

networkSuite({ id: 'paygress', longRehearsal: true, join: async () => await joined(await around()) });

describe('paygress in a whole node', () => {
  it('is found by its offer, rents a machine out, and has it gone after its time', async () => {
    const all = await around();
    const node = await nodeAt(all);
    await until('it to be online', () => node.view().state === 'online');
    const seen = await until('its offer', async () => (await all.customer.providers())[0]);
    expect(seen).toMatchObject({ freeCpu: expect.toSatisfy((cpu: number) => cpu > 0), specs: [{ id: 'basic' }] });
    const { answer } = await all.customer.spawn(hexOf(node.view().detail.npub!), 3, TEMPLATE, 'nip17');
    expect(answer).toMatchObject({ is: 'access' });
    expect([...all.boxes.boxes.values()]).toMatchObject([
      { running: true, spec: { image: 'sha256:1', env: { EXEC_USER: 'root' } } },
    ]);
    expect(node.view().detail.leases).toMatchObject([{ state: 'active', image: 'agent-sandbox', paidMsat: 3000 }]);
    await until('it to be gone', () => all.boxes.boxes.size === 0);
    await until('the books', () => node.view().detail.jobsDone === 1);
    expect(node.engine.take('earnings').value.total).toMatchObject([{ network: 'paygress', amountMicro: 3_000_000 }]);
  });

  it('sells at an engine elsewhere what that has, of a computer that lends nothing, and holds it there after a crash', async () => {
    const all = await around();
    const there = { at: 'tcp://server:2376', certificates: '/keys' };
    all.boxes.engine = { ...all.boxes.engine, ...there, host: 'server', elsewhere: true };
    all.boxes.capacity = { cpuMillicores: 64_000, memoryMiB: 2 * SPEC.memoryMiB + 1, diskMiB: 900_000 };
    const open = async (dataDir?: string) => {
      const node = await nodeAt(all, dataDir, true, {
        'capacity.cpuMillicores': 0,
        'capacity.memoryMiB': 0,
        'capacity.diskMiB': 0,
        'capacity.ports': 0,
        'backends.boxEngine': { engine: 'containers', ...there },
      });
      await until('it to be online', () => node.view().state === 'online');
      await until('it to sell', () => node.view().blockers.length === 0);
      return node;
    };
    const node = await open();
    const rent = async () =>
      (await (await customerAt(all)).spawn(hexOf(node.view().detail.npub!), 3600, TEMPLATE)).answer;
    const held = async ({ engine }: typeof node) => {
      const limits = (await engine.handle('limits.get', undefined)) as LimitsView;
      return [limits.held, limits.elsewhere].map((all) =>
        all.map(({ claims, resources }) => [claims, resources.memoryMiB]),
      );
    };
    const two = [[], [[2, 2 * SPEC.memoryMiB]]];
    for (const is of ['access', 'access', 'error']) expect(await rent()).toMatchObject({ is });
    expect(await held(node)).toEqual(two);

    const copy = await crashCopy(node.dataDir, 2);
    // Who wants this computer back is not asked about what is elsewhere.
    expect(await node.engine.handle('availability.release', undefined)).toMatchObject({ leases: [] });
    await node.engine.stop();
    const next = await open(copy);
    expect(await held(next)).toEqual(two);
    const [first] = (await next.engine.handle('work.leases', undefined)) as readonly { id: number }[];
    await next.engine.handle('work.endLease', { id: first!.id });
    expect(await held(next)).toEqual([[], [[1, SPEC.memoryMiB]]]);
  });

  /** Somebody has rented a machine for long. `back`: what they are given back by a message, in sat. */
  async function rented() {
    const all = await around();
    const node = await nodeAt(all);
    await until('it to be online', () => node.view().state === 'online');
    const secret = random.bytes(32);
    const customer = await customerAt(all, secret);
    const { answer } = await customer.spawn(hexOf(node.view().detail.npub!), 10_000, TEMPLATE);
    expect(answer).toMatchObject({ is: 'access' });
    const reader = await testSigner(toHex(secret));
    const back = async () => {
      const message = await until('a message', () =>
        all.relay.kept
          .all()
          .map((event) => openLetter(event as never, reader))
          .find((letter) => typeof letter === 'object' && letter.text.includes('cashuB')),
      );
      return customer.purse.claim(/cashuB[\w=-]+/.exec((message as { text: string }).text)![0]);
    };
    return { all, node, back };
  }

  it('ends what is rented and gives back what is left where it was switched off after a crash', async () => {
    const { all, node, back } = await rented();
    const copy = await crashCopy(node.dataDir);
    await node.engine.stop();
    const next = await nodeAt(all, copy, false);
    await until('nothing to be held', () => next.engine.take('work').value.live.length === 0);
    expect(all.boxes.boxes.size).toBe(0);
    expect(await back()).toBeGreaterThan(9000);
    expect(next.view().state).toBe('off');
  });

  it('gives back what its mint could not do yet when it was left', async () => {
    const { all, node, back } = await rented();
    all.mint.faults.away = true;
    await node.set('networks.paygress.enabled', false);
    await until('it to be off', () => node.view().state === 'off' && node.engine.take('work').value.live.length === 0);
    await until('the refund to be owed', () => node.view().detail.refundsWaiting.n === 1);
    all.mint.faults.away = false;
    expect(await back()).toBeGreaterThan(9000);
    await until('nothing to be owed', () => node.view().detail.refundsWaiting.n === 0);
  });

  it('keeps a place for a workload of another node, and runs it when that one gives it up', async () => {
    const all = { ...(await around()), second: await practiceRelay() };
    const primary = await nodeAt(all);
    const other = { ...all, boxes: new MadeEngine() };
    other.boxes.pulled.set('agent-sandbox', 'sha256:1');
    const standby = await nodeAt(other);
    const keys = [primary, standby].map(({ view }) => hexOf(view().detail.npub!));
    for (const { view } of [primary, standby]) await until('it to be online', () => view().state === 'online');
    const replication = { mode: 'warm-standby', standby_providers: [keys[1]] };
    const wanted = { ...TEMPLATE, more: { workload_id: 'my-relay', primary_npub: keys[0], replication } };
    // Until relays have said that they take the first heartbeat, it is refused, and nothing is paid.
    const rent = (key: string) =>
      until('an answer', async () => {
        const paid = await (await customerAt(all)).spawn(key, 600, wanted);
        if (paid.answer.is === 'access') return paid.answer;
        expect(paid.answer).toMatchObject({ type: 'no_capacity' });
        return undefined;
      });
    expect(await rent(keys[0]!)).toMatchObject({ pod: expect.stringMatching(/^container-/) });
    expect(await rent(keys[1]!)).toMatchObject({ pod: 'standby-slot-my-relay', sshPort: 0 });
    const runs = ({ boxes }: MadeEngine) => [...boxes.values()].filter(({ running }) => running).length;
    expect([runs(all.boxes), runs(other.boxes)]).toEqual([1, 0]);
    const [lease] = primary.view().detail.leases;
    await primary.engine.handle('networks.ask', { id: 'paygress', name: 'end', input: { id: lease!.id } });
    expect(runs(all.boxes)).toBe(0);
    await until('the standby to run it', () => runs(other.boxes) === 1);
  });
});

it('takes another key only when it was left, and nobody is owed anything by the one before', {
  timeout: 120_000,
}, async () => {
  const all = await around();
  const replace = { key: (await testSigner()).reveal(), replace: true };
  const bring = ({ engine }: Awaited<ReturnType<typeof nodeAt>>) =>
    engine.handle('networks.ask', { id: 'paygress', name: 'bringKey', input: replace });
  const node = await nodeAt(all);
  await expect(bring(node)).rejects.toMatchObject({ code: 'paygress.key-in-use' });
  await until('it to sell', () => node.view().detail.closed === null && node.view().detail.beatAt !== null);
  const before = node.view().detail.npub!;
  expect((await all.customer.spawn(hexOf(before), 3600, TEMPLATE)).answer).toMatchObject({ is: 'access' });
  all.boxes.down();
  await node.set('networks.paygress.enabled', false);
  await until('it to be left', () => node.view().state === 'off');
  await expect(bring(node)).rejects.toMatchObject({ code: 'paygress.key-held' });
  expect(node.view().detail.npub).toBe(before);
  all.boxes.up();
});

it('takes another key in place of one that nobody knows yet', async () => {
  const engine = await composed(temporaryFolder());
  onTestFinished(() => engine.stop());
  await engine.handle('networks.identify', { id: 'paygress' });
  const fresh = await testSigner();
  const input = { key: fresh.reveal(), replace: true };
  const taken = await engine.handle('networks.ask', { id: 'paygress', name: 'bringKey', input });
  expect(taken).toEqual({ npub: fresh.npub });
});
