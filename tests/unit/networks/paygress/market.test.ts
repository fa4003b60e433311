// What of others' offers counts for who thinks about a price.
import { expect, it } from 'vitest';
import { marketOf } from '../../../../src-main/networks/paygress/offers/market.ts';
import { type Offer, offerEvent } from '../../../../src-main/networks/paygress/wire/offer.ts';
import type { NostrEvent } from '../../../../src-main/nostr/event.ts';
import { testSigner } from '../../../support/nostr.ts';

const NOW = 1_800_000_000_000;
const spec = (id: string, rate_msats_per_sec: number) => ({
  id,
  name: id,
  description: '',
  cpu_millicores: 1000,
  memory_mb: 1024,
  rate_msats_per_sec,
});

async function offered(specs: Offer['specs'], ago = 60, as?: string): Promise<{ event: NostrEvent; relays: string[] }> {
  const signer = await testSigner();
  const template = offerEvent({
    provider_npub: as ?? signer.publicKey!,
    hostname: 'x',
    location: null,
    capabilities: [],
    specs,
    whitelisted_mints: [],
    uptime_percent: 100,
    total_jobs_completed: 0,
    api_endpoint: null,
    version: 1,
    isolation_level: 'shared-kernel',
  });
  return { event: signer.sign({ ...template, created_at: NOW / 1000 - ago }), relays: ['wss://a'] };
}

it('counts fresh offers of others in their own name, a few machines each, and none for nothing', async () => {
  const own = await offered([spec('own', 1)]);
  const events = [
    own,
    await offered([spec('a', 10), spec('free', 0)]),
    await offered(['b', 'c', 'd', 'e', 'f'].map((id) => spec(id, 20))),
    await offered([spec('old', 30)], 3 * 86_400),
    await offered([spec('forged', 40)], 60, own.event.pubkey),
    await offered([]),
  ];
  const pool = { ask: () => Promise.resolve({ events, answered: ['wss://a'] }) };
  const { providers, machines } = await marketOf(pool, own.event.pubkey, NOW);
  expect([providers, machines.map(({ rateMsat }) => rateMsat)]).toEqual([2, [10, 20, 20, 20, 20]]);
});
