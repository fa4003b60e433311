// A provider of the tests for those who ask one: it publishes an offer and a heartbeat by the codecs, takes no money and runs nothing, and
// answers each request as it is told. What it was asked, it keeps.
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { toKey } from '../../src-main/networks/paygress/wire/filters.ts';
import { heartbeatEvents } from '../../src-main/networks/paygress/wire/heartbeat.ts';
import { answerTo } from '../../src-main/networks/paygress/wire/letter.ts';
import { type Offer, offerEvent } from '../../src-main/networks/paygress/wire/offer.ts';
import { type Reply, writeReply } from '../../src-main/networks/paygress/wire/reply.ts';
import { type PrivateRequest, readRequest } from '../../src-main/networks/paygress/wire/request.ts';
import { type Letter, openLetter } from '../../src-main/nostr/envelope.ts';
import { testPool, testSigner } from './nostr.ts';
import { until } from './wait.ts';

export const SPEC = {
  id: 'basic',
  name: 'Basic',
  description: '1 vCPU',
  cpu_millicores: 1000,
  memory_mb: 1024,
  rate_msats_per_sec: 50,
};

export interface TestProvider {
  readonly key: string;
  readonly npub: string;
  readonly asked: readonly { readonly letter: Letter; readonly request: PrivateRequest }[];
}

export interface TestProviderOptions {
  readonly relays: readonly string[];
  readonly offer?: Partial<Offer>;
  /** undefined: nothing is said. */
  readonly answer: (request: PrivateRequest, letter: Letter) => Reply | undefined;
}

/** Resolves when its offer and its heartbeat are on every relay. */
export async function testProvider({ relays, offer, answer }: TestProviderOptions): Promise<TestProvider> {
  const signer = await testSigner();
  const own = signer.publicKey!;
  const pool = testPool();
  const asked: { letter: Letter; request: PrivateRequest }[] = [];
  const soon = { until: Date.now() + 600_000, wanted: relays.length };
  pool.subscribe({ name: 'letters', filters: toKey(own), since: Math.floor(Date.now() / 1000) }, ({ event }) => {
    const letter = openLetter(event, signer);
    if (typeof letter === 'string') return;
    const request = readRequest(letter.text);
    asked.push({ letter, request });
    const reply = answer(request, letter);
    if (!reply) return;
    const deps = { signer, random: systemRandom, now: systemClock.now() };
    void pool.publish(answerTo(letter, writeReply(reply), deps), { ...soon, wanted: 1 });
  });
  const done = new Set<string>();
  pool.outbox.on('taken', ({ id, enough }) => {
    if (enough) done.add(id);
  });
  pool.start(relays);
  const beat = heartbeatEvents({
    provider_npub: own,
    timestamp: Math.floor(Date.now() / 1000),
    active_workloads: 0,
    available_capacity: { cpu_available: 2000, memory_mb_available: 4096, storage_gb_available: 20 },
    version: 1,
  });
  const events = [
    signer.sign(
      offerEvent({
        provider_npub: own,
        hostname: 'calm-test-otter',
        location: null,
        capabilities: ['docker'],
        specs: [SPEC],
        whitelisted_mints: [],
        uptime_percent: 100,
        total_jobs_completed: 0,
        api_endpoint: null,
        version: 1,
        isolation_level: 'shared-kernel',
        ...offer,
      }),
    ),
    signer.sign(beat.stored),
  ];
  for (const event of events) await pool.publish(event, soon);
  pool.send(signer.sign(beat.live));
  await until('the offer and the heartbeat on every relay', () => events.every(({ id }) => done.has(id)));
  onTestFinished(() => pool.stop());
  return { key: own, npub: signer.npub!, asked };
}
