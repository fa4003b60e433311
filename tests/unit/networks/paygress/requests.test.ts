import { describe, expect, it } from 'vitest';
import { ADMISSION } from '../../../../src-main/networks/paygress/leases/bounds.ts';
import { bought, restMsat } from '../../../../src-main/networks/paygress/leases/price.ts';
import { unreached } from '../../../../src-main/networks/paygress/offered.ts';
import { heartbeatOf, nameFor, type OfferFacts, offerOf } from '../../../../src-main/networks/paygress/offers/offer.ts';
import { Queue } from '../../../../src-main/networks/paygress/requests/queue.ts';
import { Once, Rates } from '../../../../src-main/networks/paygress/requests/rates.ts';

const NOW = 1_700_000_000_000;

describe('how often strangers may ask', () => {
  it.each([ADMISSION.perKey, ADMISSION.perRelay])(
    'perKey and perRelay: %i at once, and the same again in a minute',
    (perMinute) => {
      const rates = new Rates(perMinute, 8);
      const taken = (at: number) =>
        Array.from({ length: perMinute + 5 }, () => rates.take('a', at)).filter(Boolean).length;
      expect([taken(NOW), taken(NOW), rates.take('b', NOW)]).toEqual([perMinute, 0, true]);
      expect([taken(NOW + 30_000), taken(NOW + 90_000)]).toEqual([perMinute / 2, perMinute]);
    },
  );

  it('keys: forgets the one that has been silent for longest', () => {
    const rates = new Rates(1, 2);
    expect([rates.take('a', NOW), rates.take('b', NOW), rates.take('c', NOW)]).toEqual([true, true, true]);
    expect([rates.take('c', NOW), rates.take('a', NOW)]).toEqual([false, true]);
  });

  it('is not more where the clock goes back', () => {
    const rates = new Rates(1, 2);
    rates.take('a', NOW);
    expect([rates.take('a', NOW - 3_600_000), rates.take('a', NOW - 3_600_000)]).toEqual([false, false]);
  });

  it('nonsenseMs: is said once in this time', () => {
    const once = new Once(ADMISSION.nonsenseMs, 8);
    expect([once.take('a', NOW), once.take('a', NOW + ADMISSION.nonsenseMs - 1), once.take('b', NOW)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(once.take('a', NOW + ADMISSION.nonsenseMs)).toBe(true);
  });

  it('atOnce and waiting: works on so many, lets so many wait in their order, and has no room for more', async () => {
    const queue = new Queue(ADMISSION.atOnce, ADMISSION.waiting);
    const began: number[] = [];
    const ends: (() => void)[] = [];
    const all = Array.from({ length: ADMISSION.atOnce + ADMISSION.waiting + 3 }, (_, n) =>
      queue.take(() => {
        began.push(n);
        return new Promise<void>((resolve) => ends.push(resolve));
      }),
    );
    expect(began).toHaveLength(ADMISSION.atOnce);
    expect(await Promise.all(all.slice(-3))).toEqual([false, false, false]);
    for (let n = 0; n < ADMISSION.atOnce + ADMISSION.waiting; n++) {
      ends[n]!();
      await all[n];
    }
    expect(began).toEqual(Array.from({ length: ADMISSION.atOnce + ADMISSION.waiting }, (_, n) => n));
    queue.stop();
    expect(await queue.take(async () => undefined)).toBe(false);
  });
});

describe('what a payment buys', () => {
  it.each([
    [60_000, 0, 1000, 60, 0],
    [60_999, 0, 1000, 60, 999],
    [1, 999, 1000, 1, 0],
    [999, 0, 1000, 0, 999],
    [7, 0, 3, 2, 1],
  ])('%i msat and %i before, at %i a second: %i seconds, %i left', (msat, credit, rate, seconds, creditMsat) => {
    expect(bought(msat, credit, rate)).toEqual({ seconds, creditMsat });
  });

  it('is given back by the whole second that is left, and never more than was paid', () => {
    const lease = { paidUntil: NOW + 10_500, rateMsat: 1000, creditMsat: 7, paidMsat: 60_000 };
    expect(restMsat(lease, NOW)).toBe(10_007);
    expect(restMsat({ ...lease, paidMsat: 5000 }, NOW)).toBe(5000);
    expect(restMsat(lease, NOW + 11_000)).toBe(7);
  });
});

describe('a machine', () => {
  const at = { host: '203.0.113.9', port: 41_099 };
  it.each([
    ['by an address', { wanted: false, sample: undefined }, 'box.example.org', []],
    ['without an address', { wanted: false, sample: undefined }, '', ['paygress.no-address']],
    ['while the router is asked', { wanted: true, sample: undefined }, '', ['paygress.router-asked']],
    ['by an address, while it is asked', { wanted: true, sample: undefined }, 'box.example.org', []],
    ['where the router opens ports', { wanted: true, sample: at }, '', []],
    ['where it opens none', { wanted: true, sample: null }, 'box.example.org', ['paygress.no-router-port']],
  ])('is offered %s only if customers reach it', (_what, outside, address, lacks) => {
    expect(unreached(outside, address).map(({ code }) => code)).toEqual(lacks);
  });
});

describe('what others are told', () => {
  const key = 'ab'.repeat(32);
  it('is nothing free while nothing is sold', () => {
    const free = { cpu_available: 0, memory_mb_available: 0, storage_gb_available: 0 };
    expect(heartbeatOf(key, NOW / 1000, 2, null)).toEqual({
      provider_npub: key,
      timestamp: NOW / 1000,
      active_workloads: 2,
      available_capacity: free,
      version: 1,
    });
    const some = { cpuMillicores: 1500, memoryMiB: 2000, diskMiB: 5000 };
    expect(heartbeatOf(key, NOW / 1000, 0, some).available_capacity).toEqual({
      cpu_available: 1500,
      memory_mb_available: 2000,
      storage_gb_available: 4,
    });
  });

  it('is the key in hex, and a name that follows from it', () => {
    expect(nameFor(key)).toMatch(/^[a-z]+-[a-z]+-[a-z]+$/);
    expect(nameFor(key)).toBe(nameFor(key));
    const facts: OfferFacts = {
      publicKey: key,
      name: 'mine',
      location: '',
      specs: [],
      mints: [],
      templates: ['agent-sandbox'],
      engine: 'podman',
      internet: true,
      uptimePercent: 99.96,
      jobsDone: 3,
      httpUrl: 'https://box.example.org',
    };
    const offer = offerOf(facts);
    expect(offer).toMatchObject({
      provider_npub: key,
      location: null,
      uptime_percent: 100,
      isolation_level: 'shared-kernel',
    });
    expect(offer.capabilities).toEqual(['podman', 'agent-sandbox']);
    const many = Array.from({ length: 64 }, (_, at) => `template-${at}`);
    const closed = offerOf({ ...facts, templates: many, internet: false });
    expect(closed.capabilities.slice(0, 3)).toEqual(['podman', 'no-internet', 'template-0']);
    expect(closed.capabilities).toHaveLength(64);
    const spec = { id: 'a', name: 'A', description: '', cpuMillicores: 1, memoryMiB: 1, diskMiB: 1, rateMsat: 1 };
    const capabilities = (specs: OfferFacts['specs']) => offerOf({ ...facts, specs }).capabilities;
    expect(capabilities([spec])).toEqual(['podman', 'agent-sandbox']);
    expect(capabilities([spec, { ...spec, gpuMiB: 1 }])).toEqual(['podman', 'gpu', 'agent-sandbox']);
  });
});
