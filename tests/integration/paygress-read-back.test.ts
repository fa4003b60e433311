// The doctor's look at this provider's offer, at a relay of its own process's.
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { readBack } from '../../src-main/networks/paygress/offers/read-back.ts';
import { offerEvent, readOffer } from '../../src-main/networks/paygress/wire/offer.ts';
import { RelayPool } from '../../src-main/nostr/pool.ts';
import { startRelay } from '../../src-main/practice/nostr/relay.ts';
import { testSigner } from '../support/nostr.ts';
import { providerDatabase } from '../support/paygress.ts';
import { until } from '../support/wait.ts';
import { committerOf } from '../support/wallet.ts';

it('reads the offer by a connection of its own, and tells none from nobody there', async () => {
  const relay = await startRelay({ random: systemRandom });
  onTestFinished(() => relay.stop());
  const db = providerDatabase();
  const own = { clock: systemClock, random: systemRandom, logger: silentLogger, committer: committerOf(db), read: db };
  const signer = await testSigner();
  const key = signer.publicKey!;
  const event = signer.sign(
    offerEvent({
      provider_npub: key,
      hostname: 'amber-birch-crane',
      location: null,
      capabilities: [],
      specs: [],
      whitelisted_mints: [],
      uptime_percent: 100,
      total_jobs_completed: 0,
      api_endpoint: null,
      version: 1,
      isolation_level: 'shared-kernel',
    }),
  );
  expect(readOffer(event)).toBeDefined();
  expect(await readBack(own, [relay.url], key)).toBe('missing');

  const pool = new RelayPool(own, { network: 'paygress' });
  onTestFinished(() => pool.stop());
  pool.start([relay.url]);
  await pool.publish(event, { wanted: 1, until: systemClock.now() + 60_000 });
  await until('the offer at the relay', async () => (await readBack(own, [relay.url], key)) === 'there');
  // Its connections have gone, the pool's has not.
  await until('one connection', () => relay.clients === 1);
  await pool.stop();
  expect(await readBack(own, [relay.url], key)).toBe('there');

  await relay.stop();
  // Nobody waits as long as the doctor does.
  const hasty = { ...systemClock, after: (ms: number, fn: () => void) => systemClock.after(Math.min(ms, 500), fn) };
  expect(await readBack({ ...own, clock: hasty }, [relay.url], key)).toBe('away');
});
