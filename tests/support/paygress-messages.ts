// Messages of Paygress as fast-check makes them up, each within what a reader takes.
import fc from 'fast-check';
import type { Promotion, Revocation } from '../../src-main/networks/paygress/wire/handover.ts';
import type { Heartbeat } from '../../src-main/networks/paygress/wire/heartbeat.ts';
import { ISOLATION_LEVELS, type IsolationLevel, type Offer } from '../../src-main/networks/paygress/wire/offer.ts';

export const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const printable = '!#$%&()*+,-./0123456789:;<=>?@ABCXYZ[]^_`abcxyz{|}~"\\';
export const workloads = fc.string({ unit: fc.constantFrom(...printable.split('')), minLength: 1, maxLength: 128 });
const shown = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'Z', ' ', 'é', '🍕', '"', '\\', '漢', '\u{fffd}'), maxLength: maxLength / 2 });
const counts = fc.maxSafeNat();

const specs = fc.record({
  id: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 128 }),
  name: shown(200),
  description: shown(2000),
  cpu_millicores: counts,
  memory_mb: counts,
  rate_msats_per_sec: counts,
});

export const offers: fc.Arbitrary<Offer> = fc.record(
  {
    provider_npub: keys,
    hostname: shown(200),
    location: fc.option(shown(200)),
    capabilities: fc.array(shown(200), { maxLength: 8 }),
    specs: fc.array(specs, { maxLength: 8 }),
    whitelisted_mints: fc.array(fc.webUrl(), { maxLength: 8 }),
    uptime_percent: fc.float({ min: 0, max: 100, noNaN: true }).map((percent) => percent + 0),
    total_jobs_completed: counts,
    api_endpoint: fc.option(fc.webUrl()),
    version: fc.nat(255),
    isolation_level: fc.constantFrom<IsolationLevel[]>(...ISOLATION_LEVELS),
    stake_proof: fc.record({
      utxo_outpoint: fc.constant(`${'ab'.repeat(32)}:1`),
      locktime_unix: counts,
      sats: counts,
      provider_pubkey_hex: keys,
      signature_hex: keys.map((hex) => hex + hex),
      version: fc.nat(255),
    }),
  },
  {
    requiredKeys: [
      'provider_npub',
      'hostname',
      'location',
      'capabilities',
      'specs',
      'whitelisted_mints',
      'uptime_percent',
      'total_jobs_completed',
      'api_endpoint',
      'version',
      'isolation_level',
    ],
  },
);

export const heartbeats: fc.Arbitrary<Heartbeat> = fc.record({
  provider_npub: keys,
  timestamp: counts,
  active_workloads: fc.nat(0x7fff_ffff).map((count) => count * 2),
  available_capacity: fc.record({ cpu_available: counts, memory_mb_available: counts, storage_gb_available: counts }),
  version: fc.nat(255),
});

export const revocations: fc.Arbitrary<Revocation> = fc.record(
  {
    workload_id: workloads,
    primary_provider_npub: keys,
    standby_providers: fc.array(keys, { maxLength: 16 }),
    reason: shown(2000),
    revoked_at: counts,
    state_uri: fc.webUrl(),
    version: fc.nat(255),
  },
  {
    requiredKeys: ['workload_id', 'primary_provider_npub', 'standby_providers', 'reason', 'revoked_at', 'version'],
  },
);

export const promotions: fc.Arbitrary<Promotion> = fc.record({
  workload_id: workloads,
  new_primary_npub: keys,
  promoted_at: counts,
  state: fc.constantFrom('claimed', 'promoted', 'withdrawn'),
  version: fc.nat(255),
});
