// The official provider of Paygress and ours, paid for one workload that lives on: over practice relays, with a practice mint, and with
// time that goes faster for ours alone.
import { describe, expect, it, onTestFinished } from 'vitest';
import { DURABLE } from '../../src-main/networks/paygress/durable/times.ts';
import { KIND, openLetter } from '../../src-main/nostr/envelope.ts';
import type { NostrEvent } from '../../src-main/nostr/event.ts';
import { hurried } from '../support/clock.ts';
import { practiceRelay, testPool, testSigner } from '../support/nostr.ts';
import { officialProvider } from '../support/official-provider.ts';
import { letterTo, MemoryBoxes, newLife, openProvider, spawnOf } from '../support/paygress.ts';
import { paygressCliMissing } from '../support/paygress-cli.ts';
import { until } from '../support/wait.ts';
import { practiceMint, tokenOf } from '../support/wallet.ts';

const WORKLOAD = 'shared-relay';
const PAID = 500;

if (paygressCliMissing) console.warn(`SKIPPED: the official provider was not tried: ${paygressCliMissing}`);

/** The official provider, one of ours, and a customer of both. */
async function scene() {
  const { clock, by } = hurried();
  const relays = await Promise.all([practiceRelay(), practiceRelay(), practiceRelay()]);
  const urls = relays.map(({ url }) => url);
  const mint = await practiceMint({ paysItself: true });
  const official = await officialProvider(urls, mint.url);
  const boxes = new MemoryBoxes();
  const ours = await openProvider({ ...newLife(), boxes, clock, relays: urls });
  await ours.own.wallet.trust(mint.url);
  await ours.start();
  await until('our heartbeat', () => ours.shop.heartbeats.ageMs < 30_000);

  const customer = await testSigner();
  const pool = testPool();
  onTestFinished(() => pool.stop());
  const heard: NostrEvent[] = [];
  const since = Math.floor(Date.now() / 1000) - 600;
  const own = customer.publicKey!;
  const filters = [{ filter: { kinds: [KIND.old, KIND.wrap], '#p': [own] }, overlapS: 0 }];
  pool.subscribe({ name: 'answers', filters, since }, ({ event }) => void heard.push(event));
  pool.start(urls);
  const answersOf = (key: string) =>
    heard
      .map((event) => openLetter(event, customer))
      .filter((letter) => typeof letter !== 'string')
      .filter((letter) => letter.from === key)
      .map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  const ourKey = ours.signer.publicKey!;
  return {
    clock,
    official,
    ours,
    ourKey,
    answersOf,
    runsHere: () => [...boxes.boxes.values()].some(({ running }) => running),
    /** The same workload of both. */
    async rent(primary: string, standby: string): Promise<void> {
      const more = {
        workload_id: WORKLOAD,
        primary_npub: primary,
        replication: { mode: 'warm-standby', standby_providers: [standby] },
      };
      for (const key of [primary, standby]) {
        const request = spawnOf(await tokenOf(mint, PAID), { ...more, ...(key !== ourKey && { template_slug: null }) });
        const to = { signer: { publicKey: key } } as Parameters<typeof letterTo>[1];
        await pool.publish(letterTo(customer, to, request), { until: Date.now() + 600_000, wanted: 1 });
        await until('its answer', () => answersOf(key).length > 0);
      }
    },
    async later(ms: number): Promise<void> {
      by(ms);
      ours.publisher.beatNow();
      await until('our heartbeat', () => ours.shop.heartbeats.ageMs < Math.min(ms, 30_000));
      ours.shop.lookAtBoxes();
    },
  };
}

describe.skipIf(paygressCliMissing)('with the official provider', { timeout: 240_000 }, () => {
  it('keeps a place for what runs there, and takes it over when that is silent', async () => {
    const at = await scene();
    await at.rent(at.official.key, at.ourKey);
    expect(at.answersOf(at.official.key)).toMatchObject([{ host_address: '203.0.113.7' }]);
    expect(at.answersOf(at.ourKey)).toMatchObject([{ pod_npub: `standby-slot-${WORKLOAD}` }]);
    expect(at.official.running()).toEqual(['paygress-1000']);
    // While it is heard, its place stays a place.
    await at.later(60_000);
    expect(at.runsHere()).toBe(false);
    await at.official.kill();
    const silentSince = at.clock.monotonic();
    while (!at.runsHere()) await at.later(5000);
    expect(at.clock.monotonic() - silentSince).toBeGreaterThan(DURABLE.silenceMs - 90_000);
    await until('its customer to be told', () => at.answersOf(at.ourKey).length === 2);
  });

  it('hands what runs here over to it, having stopped it before', async () => {
    const at = await scene();
    await at.rent(at.ourKey, at.official.key);
    expect(at.runsHere()).toBe(true);
    expect(at.official.running()).toEqual([]);
    await at.ours.work.endLease(1);
    expect(at.runsHere()).toBe(false);
    await until('the official provider to run it', () => at.official.running().length === 1, 60_000);
    expect(at.runsHere()).toBe(false);
  });
});
