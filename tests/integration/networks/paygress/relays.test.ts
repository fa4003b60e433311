// How workloads and places use relays, with the pool and three practice relays: what a majority has, and what a look shows of it.
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { HeartbeatAcks } from '../../../../src-main/networks/paygress/durable/acks.ts';
import {
  type Answers,
  type LookFor,
  lookFilters,
  lookOf,
} from '../../../../src-main/networks/paygress/durable/look.ts';
import { poolRelays } from '../../../../src-main/networks/paygress/durable/relays.ts';
import { promotionEvent, readPromotion } from '../../../../src-main/networks/paygress/wire/handover.ts';
import { heartbeatEvents } from '../../../../src-main/networks/paygress/wire/heartbeat.ts';
import type { PracticeRelay } from '../../../../src-main/practice/nostr/relay.ts';
import { practiceRelay, testPool, testSigner } from '../../../support/nostr.ts';
import { until } from '../../../support/wait.ts';

const seconds = () => Math.floor(Date.now() / 1000);

async function provider(urls: readonly string[]) {
  const signer = await testSigner();
  const own = signer.publicKey!;
  const pool = testPool();
  const acks = new HeartbeatAcks(systemClock);
  const relays = poolRelays({
    clock: systemClock,
    pool,
    own,
    sign: (template) => signer.sign(template),
    acks,
    relays: () => urls,
    beat: () => {},
    until: () => Date.now() + 600_000,
    failed: (error) => {
      throw error;
    },
  });
  onTestFinished(() => relays.end());
  pool.start(urls);
  const beat = async () => {
    const capacity = { cpu_available: 0, memory_mb_available: 0, storage_gb_available: 0 };
    const beat = {
      provider_npub: own,
      timestamp: seconds(),
      active_workloads: 0,
      available_capacity: capacity,
      version: 1,
    };
    const event = signer.sign(heartbeatEvents(beat).stored);
    acks.signed(event.id);
    await pool.publish(event, { wanted: urls.length, until: Date.now() + 600_000 });
  };
  return { own, pool, relays, beat };
}

const heard = (relays: readonly PracticeRelay[], by: string) =>
  relays.filter(({ kept }) => kept.all().some(({ pubkey }) => pubkey === by)).length;

it('a majority has what is said, a heartbeat counts by it, and a look tells a dead line from a dead primary', async () => {
  const three = [await practiceRelay(), await practiceRelay(), await practiceRelay()];
  const urls = three.map(({ url }) => url);
  three[2]!.faults.away = true;
  three[2]!.cut();
  const primary = await provider(urls);
  const standby = await provider(urls);
  await primary.beat();
  await standby.beat();
  await until('heartbeats at two of three', () => primary.relays.quorumAgeMs() < 60_000);
  await until('heartbeats of the standby, too', () => standby.relays.quorumAgeMs() < 60_000);
  expect(heard(three, primary.own)).toBe(2);

  const what: LookFor = {
    workload: 'w',
    own: standby.own,
    primary: primary.own,
    peers: [primary.own],
    beat: -1,
    reservedAt: seconds(),
  };
  const ask = () =>
    new Promise<Answers>((resolve) => standby.relays.ask(lookFilters(what, Date.now()), resolve)).then((answers) =>
      lookOf(answers, what, Date.now()),
    );
  const seen = await ask();
  expect(seen).toMatchObject({ relays: 2, promotions: [] });
  expect(seen.beat).toBeGreaterThan(seconds() - 60);

  const say = (state: 'claimed' | 'withdrawn') =>
    new Promise<void>((taken) => {
      const said = { workload_id: 'w', new_primary_npub: primary.own, promoted_at: seconds(), state, version: 1 };
      primary.relays.say(promotionEvent(said, seconds()), taken);
    });
  await say('claimed');
  expect((await ask()).promotions).toEqual([{ by: primary.own, state: 'claimed' }]);
  // Within the same second, as it may be: the later word is the newer event.
  await say('withdrawn');
  expect((await ask()).promotions).toEqual([{ by: primary.own, state: 'withdrawn' }]);
  const words = three[0]!.kept.all().flatMap((event) => readPromotion(event) ?? []);
  expect(words).toMatchObject([{ state: 'withdrawn' }]);

  for (const relay of three) {
    relay.faults.away = true;
    relay.cut();
  }
  expect(await ask()).toEqual({ relays: 0, beat: undefined, promotions: [] });
});
