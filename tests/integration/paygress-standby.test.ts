// A workload that three providers were paid for: one runs it and two keep a place, over three relays. Whatever becomes of the first, there
// is never more than one copy, its customer is told how to get in, and nobody loses a sat.
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src-main/base/clock.ts';
import { DURABLE, takeoverMs } from '../../src-main/networks/paygress/durable/times.ts';
import { type Dial, dial } from '../../src-main/nostr/relay-socket.ts';
import type { Signer } from '../../src-main/nostr/signer.ts';
import { hurried } from '../support/clock.ts';
import { practiceRelay, testSigner } from '../support/nostr.ts';
import {
  letterTo,
  MemoryBoxes,
  newLife,
  openProvider,
  type Provider,
  type ProviderLife,
  spawnOf,
} from '../support/paygress.ts';
import { until } from '../support/wait.ts';
import { faultsInBooks, fund, practiceMint, spendable, type TestWallet, testWallet } from '../support/wallet.ts';

const FUNDS = 9000;
const PAID = 1000;
const WORKLOAD = 'my-relay';

/** The line of one provider: cut, nothing passes, and nobody says so. */
function line() {
  let isCut = false;
  const ends = new Set<() => void>();
  const through: Dial = (to, on) => {
    const socket = dial(to, { ...on, heard: (message) => void (isCut || on.heard(message)) });
    ends.add(() => {
      socket.close();
      on.closed('cut');
    });
    return { ...socket, send: (text) => void (isCut || socket.send(text)) };
  };
  return {
    dial: through,
    cut() {
      isCut = true;
    },
    mend() {
      isCut = false;
      for (const end of ends) end();
      ends.clear();
    },
  };
}

interface Party {
  /** As it runs now. */
  provider: Provider;
  readonly life: ProviderLife;
  readonly line: ReturnType<typeof line>;
  readonly key: string;
}

interface Scene {
  readonly primary: Party;
  readonly standbys: readonly [Party, Party];
  readonly customer: Signer;
  readonly payer: TestWallet;
  readonly clock: Clock;
  /** The most that ran at the same time. */
  copies(): number;
  /** So much later, with heartbeats of all whose lines are up, and all that is due by then begun. */
  later(ms: number): Promise<void>;
  replies(party: Party): readonly Record<string, unknown>[];
}

const runs = ({ life }: Party) => [...life.boxes.boxes.values()].some(({ running }) => running);
const leaseOf = ({ provider }: Party) => provider.shop.store.lease(1)!;

async function scene(): Promise<Scene> {
  const { clock, by } = hurried();
  const relays = await Promise.all([practiceRelay(), practiceRelay(), practiceRelay()]);
  const mint = await practiceMint({ paysItself: true });
  const payer = await testWallet();
  await fund(payer, mint, FUNDS);
  const all: Party[] = [];
  let most = 0;
  const down = new Set<Party>();
  for (let n = 0; n < 3; n++) {
    const own = line();
    const boxes = new MemoryBoxes();
    boxes.after = (call) => {
      if (call === 'start') most = Math.max(most, all.filter(runs).length);
    };
    const life = { ...newLife(), boxes, clock, relays: relays.map(({ url }) => url), dial: own.dial };
    const provider = await openProvider(life);
    await provider.own.wallet.trust(mint.url);
    await provider.start();
    const { cut, mend } = own;
    const party: Party = {
      provider,
      life,
      key: provider.signer.publicKey!,
      line: {
        dial: own.dial,
        cut() {
          cut();
          down.add(party);
        },
        mend() {
          mend();
          down.delete(party);
        },
      },
    };
    all.push(party);
  }
  const [primary, first, second] = all as [Party, Party, Party];
  const areHeard = (within: number) =>
    until('heartbeats to be heard', () =>
      all.every((party) => down.has(party) || party.provider.shop.heartbeats.ageMs < within),
    );
  await areHeard(30_000);
  const customer = await testSigner();
  return {
    primary,
    standbys: [first, second],
    customer,
    payer,
    clock,
    copies: () => most,
    async later(ms) {
      by(ms);
      for (const { provider } of all) provider.publisher.beatNow();
      await areHeard(Math.min(ms, 30_000));
      for (const { provider } of all) provider.shop.lookAtBoxes();
    },
    replies: ({ provider }) => provider.repliesTo(customer),
  };
}

/** The same request to each, as the official program sends it. */
async function rented(at: Scene): Promise<void> {
  const { primary, standbys, customer, payer, clock } = at;
  for (const party of [primary, ...standbys]) {
    const token = payer.wallet.tokenOf((await payer.wallet.send(PAID)).id)!;
    const request = spawnOf(token, {
      workload_id: WORKLOAD,
      primary_npub: primary.provider.signer.npub,
      replication: { mode: 'warm-standby', standby_providers: standbys.map(({ key }) => key) },
    });
    const now = Math.floor(clock.now() / 1000);
    party.provider.hand(letterTo(customer, party.provider, request, { at: now }));
    await until('its answer', () => at.replies(party).length === 1);
  }
}

/** What its customer holds, with all that was given back, and what the providers have. */
async function expectNothingLost(at: Scene): Promise<void> {
  const all = [at.primary, ...at.standbys];
  await until('refunds to be told of', () =>
    all.every(({ provider: { shop } }) => shop.store.refundsWaiting().n === 0 && shop.store.untold().length === 0),
  );
  for (const party of all) {
    expect(faultsInBooks(party.provider.own)).toEqual([]);
    const refunds = at.replies(party).flatMap(({ details }) => (typeof details === 'string' ? [details] : []));
    for (const token of refunds) expect(await at.payer.wallet.receive(token)).toMatchObject({ state: 'done' });
  }
  const ours = all.reduce((sum, { provider }) => sum + spendable(provider.own), 0);
  expect(spendable(at.payer) + ours).toBe(FUNDS);
}

describe('a workload with standbys', () => {
  it('runs at its primary alone, while the others keep a place for it', async () => {
    const at = await scene();
    await rented(at);
    const { primary, standbys } = at;
    expect(at.replies(primary)).toMatchObject([{ pod_npub: 'container-1', node_port: 31_000 }]);
    for (const standby of standbys) {
      expect(at.replies(standby)).toMatchObject([{ pod_npub: `standby-slot-${WORKLOAD}`, node_port: 0 }]);
      expect(standby.provider.work.leases()).toMatchObject([{ id: 1 }]);
      const status = letterTo(at.customer, standby.provider, { pod_id: `standby-slot-${WORKLOAD}` });
      standby.provider.hand(status);
      await until('its status', () => at.replies(standby).some((reply) => reply.status === 'Standby'));
    }
    // Ten minutes, in which nothing is amiss.
    for (let n = 0; n < 10; n++) await at.later(60_000);
    expect([primary, ...standbys].map(runs)).toEqual([true, false, false]);
    expect(at.copies()).toBe(1);
  }, 120_000);

  it('is taken over by the first standby when its primary falls silent, which has stopped it before', async () => {
    const at = await scene();
    await rented(at);
    const { primary, standbys } = at;
    const silentSince = at.clock.monotonic();
    primary.line.cut();
    for (let n = 0; n < 6; n++) await at.later(15_000);
    expect([primary, ...standbys].map(runs)).toEqual([true, false, false]);
    await at.later(DURABLE.fenceMs - 6 * 15_000 + 1000);
    await until('the primary to stop it', () => !runs(primary));
    expect(standbys.map(runs)).toEqual([false, false]);
    while (!runs(standbys[0])) {
      await at.later(5000);
      expect(at.clock.monotonic() - silentSince).toBeLessThan(takeoverMs(0) + 60_000);
    }
    const told = await until('its customer to be told', () => at.replies(standbys[0])[1]);
    expect(told).toMatchObject({ pod_npub: 'container-1', node_port: 31_000, host_address: 'box.example.org' });
    expect(told.instructions).toContain('Password: AsecretWord12');
    // The other one is not needed any more; and the primary, back again, leaves it where it is.
    while (leaseOf(standbys[1]).endedAs === null) await at.later(15_000);
    primary.line.mend();
    await until('the primary to have ended it', () => leaseOf(primary).state === 'closed');
    for (let n = 0; n < 3; n++) await at.later(15_000);
    expect([primary, ...standbys].map(runs)).toEqual([false, true, false]);
    expect([leaseOf(primary).endedAs, leaseOf(standbys[1]).endedAs, at.copies()]).toEqual(['failed', 'failed', 1]);
    await expectNothingLost(at);
  }, 180_000);

  it('is handed over at once where its box is lost, or its primary’s owner wants the computer back', async () => {
    const at = await scene();
    await rented(at);
    const { primary, standbys } = at;
    await primary.provider.work.endLease(1);
    expect(runs(primary)).toBe(false);
    while (!runs(standbys[0])) await at.later(5000);
    expect(at.copies()).toBe(1);
    // What it does when its own box ends is what it does for any lease.
    for (const box of standbys[0].life.boxes.boxes.values()) box.running = false;
    standbys[0].provider.shop.lookAtBoxes();
    await until('it to be looked at', () => leaseOf(standbys[0]).tries > 0);
    while (!runs(standbys[0]) || leaseOf(standbys[1]).endedAs === null) await at.later(6000);
    await expectNothingLost(at);
  }, 120_000);

  it('starts again where its box has ended, and goes to a standby when that is of no use', async () => {
    const at = await scene();
    await rented(at);
    const { primary, standbys } = at;
    const [box] = primary.life.boxes.boxes.values();
    box!.running = false;
    while (!runs(primary)) await at.later(15_000);
    primary.life.boxes.before = (call) => {
      if (call === 'start') throw new Error('no luck');
    };
    box!.running = false;
    while (!runs(standbys[0])) await at.later(15_000);
    expect([at.copies(), runs(primary)]).toEqual([1, false]);
    while (leaseOf(standbys[1]).endedAs === null || leaseOf(primary).state !== 'closed') await at.later(15_000);
    await expectNothingLost(at);
  }, 180_000);

  it('is stopped where its primary’s program ends, and goes on where it comes back in time', async () => {
    const at = await scene();
    await rented(at);
    const { primary } = at;
    await primary.provider.stop();
    expect(runs(primary)).toBe(false);
    primary.provider = await openProvider(primary.life);
    await primary.provider.start();
    while (!runs(primary)) await at.later(10_000);
    expect([leaseOf(primary).state, at.copies()]).toEqual(['active', 1]);
  }, 120_000);
});

describe('a provider that nobody hears', () => {
  it('takes no workload with standbys, and no sat for it', async () => {
    const at = await scene();
    const { primary, standbys, customer, payer } = at;
    primary.line.cut();
    await at.later(100_000);
    const token = payer.wallet.tokenOf((await payer.wallet.send(PAID)).id)!;
    const request = spawnOf(token, {
      workload_id: WORKLOAD,
      primary_npub: primary.key,
      replication: { mode: 'warm-standby', standby_providers: standbys.map(({ key }) => key) },
    });
    primary.provider.hand(letterTo(customer, primary.provider, request));
    const answer = await until('its answer', () => at.replies(primary)[0]);
    expect(answer).toMatchObject({ error_type: 'no_capacity', details: null });
    expect(await payer.wallet.receive(token)).toMatchObject({ state: 'done' });
  }, 60_000);
});
