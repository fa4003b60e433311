import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Capacity, type Claim, type Rank } from '../../../src-main/work/capacity.ts';
import { fits, Totals } from '../../../src-main/work/grants.ts';
import { NOTHING, ONE_SLOT, RESOURCES, type Resources } from '../../../src-main/work/resources.ts';
import { HandClock } from '../../support/clock.ts';

interface World {
  lent: Resources;
  shared: boolean;
  limits: Record<string, Partial<Resources>>;
  order: string[];
  longest: number | null;
  elsewhere: Resources;
}

function setUp(changes: Partial<World> = {}) {
  const clock = new HandClock();
  const world: World = {
    lent: { ...ONE_SLOT, slots: 2 },
    shared: false,
    limits: {},
    order: ['iicp', 'posemesh', 'paygress'],
    longest: null,
    elsewhere: NOTHING,
    ...changes,
  };
  const capacity = new Capacity({
    clock,
    lent: () => ({ resources: world.lent, gpuShared: world.shared, limitOf: (network) => world.limits[network] }),
    placeOf: (network) => world.order.indexOf(network),
    longestOffer: () => world.longest,
    elsewhere: () => world.elsewhere,
  });
  const slot = (network = 'iicp') => capacity.tryClaim(ONE_SLOT, { network });
  const wait = (network: string, rank: Rank, need = ONE_SLOT, waitMs = 2000, signal = never) =>
    capacity.claim(need, { network, rank, waitMs, signal });
  return { clock, world, capacity, slot, wait };
}
const never = new AbortController().signal;
const needs = (need: Partial<Resources>): Resources => ({ ...NOTHING, ...need });

describe('Capacity', () => {
  it('gives as many slots as there are, and one again for each release', () => {
    const { capacity, slot } = setUp();
    const first = slot();
    expect([slot(), slot()].map(Boolean)).toEqual([true, false]);
    first!.release();
    first!.release();
    expect([slot(), slot()].map(Boolean)).toEqual([true, false]);
    expect(capacity.active).toBe(2);
  });

  it('hands what is released to the most urgent waiter of a network, then to who came first', async () => {
    const { clock, slot, wait } = setUp({ lent: needs({ slots: 1 }) });
    let held: Claim | undefined = slot();
    const got: string[] = [];
    const waits = async (name: string, rank: Rank) => {
      const claim = await wait('iicp', rank);
      if (claim) got.push(name);
      held = claim ?? held;
    };
    const all = [waits('interactive 1', 1), waits('realtime', 0), waits('interactive 2', 1)];
    for (let round = 0; round < 3; round += 1) {
      held?.release();
      await clock.turn(1);
    }
    await Promise.all(all);
    expect(got).toEqual(['realtime', 'interactive 1', 'interactive 2']);
  });

  it('serves networks in the order of the user, whatever the ranks within them', async () => {
    const { clock, slot, wait } = setUp({ lent: needs({ slots: 1 }), order: ['paygress', 'iicp', 'posemesh'] });
    let held: Claim | undefined = slot();
    const got: string[] = [];
    const waits = async (network: string, rank: Rank) => {
      held = await wait(network, rank);
      got.push(network);
    };
    const all = [waits('posemesh', 0), waits('iicp', 3), waits('paygress', 3)];
    for (let round = 0; round < 3; round += 1) {
      held?.release();
      await clock.turn(1);
    }
    await Promise.all(all);
    expect(got).toEqual(['paygress', 'iicp', 'posemesh']);
  });

  it('gives up after the wait, and leaves no timer behind', async () => {
    const { clock, wait } = setUp({ lent: NOTHING });
    const claim = wait('iicp', 0);
    await clock.turn(1999);
    const early = await Promise.race([claim.then(() => 'done'), Promise.resolve('waiting')]);
    await clock.turn(1);
    expect([early, await claim, clock.timers]).toEqual(['waiting', undefined, 0]);
  });

  it('sees what is lent while it waits', async () => {
    const { clock, world, wait } = setUp({ lent: NOTHING });
    const claim = wait('iicp', 1);
    world.lent = ONE_SLOT;
    await clock.turn(50);
    expect(await claim).toBeDefined();
  });

  it('ends a wait when the caller goes', async () => {
    const { clock, wait } = setUp({ lent: NOTHING });
    const caller = new AbortController();
    const claim = wait('iicp', 1, ONE_SLOT, 2000, caller.signal);
    caller.abort();
    expect(await claim).toBeUndefined();
    expect(clock.timers).toBe(0);
  });

  it('does not wait where no wait is wanted, nor with too many of the network waiting already', async () => {
    const { clock, wait } = setUp({ lent: NOTHING });
    expect(await wait('iicp', 3, ONE_SLOT, 0)).toBeUndefined();
    const waiting = Array.from({ length: 256 }, () => wait('iicp', 1));
    const now = (claim: Promise<unknown>) => Promise.race([claim, Promise.resolve('still waiting')]);
    expect(await now(wait('iicp', 1))).toBeUndefined();
    const other = wait('posemesh', 1);
    expect(await now(other)).toBe('still waiting');
    await clock.turn(2000);
    await Promise.all([...waiting, other]);
  });

  it('lets no newcomer take what an earlier claim waits for, and lets it have the rest', async () => {
    const { clock, capacity, wait } = setUp({ lent: needs({ slots: 2, memoryMiB: 100 }) });
    const box = needs({ memoryMiB: 60 });
    const held = capacity.tryClaim(box, { network: 'posemesh' })!;
    const large = wait('posemesh', 3, needs({ memoryMiB: 80 }));
    const small = needs({ memoryMiB: 20 });
    expect(capacity.tryClaim(small, { network: 'paygress' })).toBeUndefined();
    expect(capacity.tryClaim(ONE_SLOT, { network: 'paygress' })).toBeDefined();
    held.release();
    await clock.turn(1);
    expect((await large)?.resources).toEqual(needs({ memoryMiB: 80 }));
    expect(capacity.tryClaim(small, { network: 'paygress' })).toBeDefined();
  });

  it('keeps nothing back for what could never be granted', () => {
    const { capacity, wait, slot } = setUp({ limits: { posemesh: { memoryMiB: 10 } } });
    void wait('posemesh', 0, needs({ slots: 9 }));
    void wait('posemesh', 0, needs({ slots: 1, memoryMiB: 20 }));
    expect(capacity.waiting).toBe(2);
    expect(slot('paygress')).toBeDefined();
  });

  it('keeps nothing back from other networks for a claim that waits for its own network’s limit', async () => {
    const { clock, capacity, slot, wait } = setUp({ lent: needs({ slots: 4 }), limits: { iicp: { slots: 2 } } });
    const held = slot()!;
    const both = wait('iicp', 0, needs({ slots: 2 }));
    const one = wait('iicp', 1);
    expect([slot('posemesh'), slot('posemesh')].map(Boolean)).toEqual([true, true]);
    // Within the network the one that came first has its turn all the same.
    await clock.turn(50);
    expect(capacity.waiting).toBe(2);
    held.release();
    expect((await both)?.resources.slots).toBe(2);
    await clock.turn(2000);
    expect(await one).toBeUndefined();
  });

  it('keeps nothing back for a lease that would by now outlast the hours', () => {
    const { capacity, clock, world, slot } = setUp({ longest: 60_000, lent: ONE_SLOT });
    const held = slot()!;
    const lease = { network: 'iicp', kind: 'lease', until: clock.now() + 60_000, waitMs: 2000, signal: never } as const;
    void capacity.claim(ONE_SLOT, lease);
    world.longest = 1000;
    held.release();
    expect([capacity.waiting, Boolean(slot('paygress'))]).toEqual([1, true]);
  });

  it('keeps a network within its own limit', () => {
    const { slot } = setUp({ lent: needs({ slots: 3 }), limits: { iicp: { slots: 1 } } });
    expect([slot(), slot(), slot('posemesh'), slot('posemesh')].map(Boolean)).toEqual([true, false, true, true]);
  });

  it.each([
    ['leaves slots to models', false, [true, true, true, true]],
    [
      'leaves as many slots as it leaves of the graphics card, where the user shares it',
      true,
      [true, true, false, false],
    ],
  ])('a container %s', (_what, shared, slots) => {
    const { capacity, slot } = setUp({ shared, lent: needs({ slots: 4, gpuMiB: 8000 }) });
    capacity.tryClaim(needs({ gpuMiB: 4000 }), { network: 'paygress' });
    expect(slots.map(() => slot()).map(Boolean)).toEqual(slots);
  });

  it('gives no container the part of a shared graphics card that models use', () => {
    const { capacity, slot } = setUp({ shared: true, lent: needs({ slots: 4, gpuMiB: 8000 }) });
    const claims = [slot(), slot(), slot()];
    const box = needs({ gpuMiB: 4000 });
    expect(capacity.tryClaim(box, { network: 'paygress' })).toBeUndefined();
    claims[0]!.release();
    expect(capacity.tryClaim(box, { network: 'paygress' })).toBeDefined();
  });

  it('knows what is free at a time to come, and trusts no claim that is overdue', async () => {
    const { capacity, clock } = setUp({ lent: needs({ memoryMiB: 100 }) });
    const box = needs({ memoryMiB: 100 });
    const end = clock.now() + 60_000;
    const claim = capacity.tryClaim(box, { network: 'paygress', kind: 'lease', until: end })!;
    expect([end - 1, end].map((at) => capacity.freeAt(box, 'paygress', at))).toEqual([false, true]);
    expect(claim.extend(end + 5)).toBe(true);
    expect([end, end + 5].map((at) => capacity.freeAt(box, 'paygress', at))).toEqual([false, true]);
    await clock.turn(70_000);
    expect(capacity.freeAt(box, 'paygress', clock.now() + 1)).toBe(false);
    claim.release();
    expect(capacity.freeAt(box, 'paygress', clock.now())).toBe(true);
  });

  it('sells nothing beyond the hours, and lets jobs and tasks be', () => {
    const { capacity, clock, world } = setUp({ lent: needs({ memoryMiB: 9 }), longest: 1000 });
    const box = needs({ memoryMiB: 1 });
    const now = clock.now();
    const lease = (until?: number) => capacity.tryClaim(box, { network: 'paygress', kind: 'lease', until });
    expect([lease(), lease(now + 1001)]).toEqual([undefined, undefined]);
    const claim = lease(now + 1000)!;
    expect([claim.extend(now + 1001), claim.until]).toEqual([false, now + 1000]);
    world.longest = 0;
    expect(lease(now + 1)).toBeUndefined();
    const job = capacity.tryClaim(box, { network: 'posemesh', kind: 'job', until: now + 9000 });
    expect(job!.extend(now + 10_000)).toBe(true);
  });

  it('holds again what outlived a crash, however little is lent by now', () => {
    const { capacity } = setUp({ lent: NOTHING });
    const claim = capacity.hold(needs({ memoryMiB: 50 }), { network: 'paygress', kind: 'lease', until: 5 });
    expect(capacity.held()).toEqual([
      { network: 'paygress', kind: 'lease', claims: 1, resources: needs({ memoryMiB: 50 }), until: 5 },
    ]);
    claim.release();
    expect(capacity.held()).toEqual([]);
  });

  describe('of an engine elsewhere', () => {
    const cluster = needs({ cpuMillicores: 64_000, memoryMiB: 256_000, diskMiB: 900_000, ports: 100 });
    const laptop = needs({ slots: 1, cpuMillicores: 2000, memoryMiB: 2000, diskMiB: 4000, ports: 2 });
    const large = needs({ cpuMillicores: 32_000, memoryMiB: 100_000, diskMiB: 400_000, ports: 9 });
    const limits = { paygress: { memoryMiB: 1000, ports: 1 } };
    const setUpBoth = () => {
      const all = setUp({ lent: laptop, elsewhere: cluster, limits, longest: 1000 });
      const { capacity, clock } = all;
      const lease = (need: Resources, elsewhere: boolean, lasts = 1000) =>
        capacity.tryClaim(need, { network: 'paygress', kind: 'lease', until: clock.now() + lasts, elsewhere });
      return { ...all, lease };
    };

    it.each([
      ['more than this computer lends, and than its network may hold of it', large, 1000, true],
      ['all that there is', cluster, 1000, true],
      ['a core too many', needs({ cpuMillicores: 64_001 }), 1000, false],
      ['too much memory', needs({ memoryMiB: 256_001 }), 1000, false],
      ['too much disk', needs({ diskMiB: 900_001 }), 1000, false],
      ['what it has nothing of, although this computer has', ONE_SLOT, 1000, false],
      ['beyond the hours', large, 1001, false],
    ])('is claimed %s', (_, need, lasts, granted) => {
      const { lease } = setUpBoth();
      expect(lease(need, true, lasts) !== undefined).toBe(granted);
    });

    it('is held apart from this computer, until it is released', () => {
      const { capacity, lease } = setUpBoth();
      const claims = [lease(large, true)!, lease(large, true)!];
      expect(claims.map(({ elsewhere }) => elsewhere)).toEqual([true, true]);
      expect(lease(needs({ cpuMillicores: 1 }), true)).toBeUndefined();
      expect([capacity.active, capacity.held(), capacity.roomFor('posemesh')]).toEqual([0, [], laptop]);
      expect(capacity.held({ elsewhere: true })).toMatchObject([
        { network: 'paygress', kind: 'lease', claims: 2, resources: { cpuMillicores: 64_000, ports: 18 } },
      ]);
      expect(capacity.roomFor('paygress', { elsewhere: true })).toMatchObject({ cpuMillicores: 0, memoryMiB: 56_000 });
      expect(capacity.tryClaim(laptop, { network: 'posemesh', kind: 'job' })).toBeDefined();
      claims[0]!.release();
      claims[0]!.release();
      expect(capacity.roomFor('paygress', { elsewhere: true })).toMatchObject({ cpuMillicores: 32_000, ports: 91 });
    });

    it('is granted beside what waits for this computer, and frees nothing of it', async () => {
      const { clock, capacity, lease, slot, wait } = setUpBoth();
      slot();
      let got: Claim | undefined;
      const waits = wait('posemesh', 0).then((claim) => {
        got = claim;
      });
      const there = lease(large, true)!;
      there.release();
      await clock.turn(100);
      expect([got, capacity.waiting]).toEqual([undefined, 1]);
      await clock.turn(2000);
      await waits;
    });

    it('does not count as free here when it ends', () => {
      const { capacity, clock, lease } = setUpBoth();
      capacity.tryClaim(laptop, { network: 'posemesh', kind: 'job' });
      lease(laptop, true);
      expect(capacity.freeAt(needs({ memoryMiB: 1 }), 'posemesh', clock.now() + 5000)).toBe(false);
    });

    it('is held again after a crash, also where the engine does not answer yet', () => {
      const { capacity, world, lease } = setUpBoth();
      world.elsewhere = NOTHING;
      capacity.hold(large, { network: 'paygress', kind: 'lease', until: 5, elsewhere: true });
      expect(capacity.held()).toEqual([]);
      expect(lease(needs({ memoryMiB: 1 }), true)).toBeUndefined();
      world.elsewhere = cluster;
      expect([lease(large, true), lease(large, true)].map(Boolean)).toEqual([true, false]);
    });
  });

  it('says who holds what, by network and kind of work', () => {
    const { capacity } = setUp({ lent: needs({ slots: 3, memoryMiB: 9, cpuMillicores: 9 }), longest: 1000 });
    const task = () => capacity.tryClaim(needs({ slots: 1 }), { network: 'iicp' })!;
    const first = task();
    task();
    const box = needs({ memoryMiB: 2, cpuMillicores: 1 });
    for (const until of [100, 300]) capacity.hold(box, { network: 'paygress', kind: 'lease', until });
    capacity.tryClaim(needs({ memoryMiB: 1 }), { network: 'paygress', kind: 'job' });
    first.release();
    first.release();
    expect(capacity.held()).toEqual([
      { network: 'iicp', kind: 'task', claims: 1, resources: needs({ slots: 1 }), until: null },
      {
        network: 'paygress',
        kind: 'lease',
        claims: 2,
        resources: needs({ memoryMiB: 4, cpuMillicores: 2 }),
        until: 300,
      },
      { network: 'paygress', kind: 'job', claims: 1, resources: needs({ memoryMiB: 1 }), until: null },
    ]);
  });

  const amount = fc.constantFrom(0, 0, 1, 2, 3);
  const need = fc.record({
    slots: amount,
    cpuMillicores: amount,
    memoryMiB: amount,
    diskMiB: fc.constant(0),
    gpuMiB: amount,
    ports: fc.constant(0),
  });
  const step = fc.oneof(
    fc.record({ do: fc.constant('claim' as const), need, network: fc.nat(2), rank: fc.nat(3) }),
    fc.record({ do: fc.constant('try' as const), need, network: fc.nat(2) }),
    fc.record({ do: fc.constant('release' as const), which: fc.nat(20), twice: fc.boolean() }),
    fc.record({ do: fc.constant('turn' as const), ms: fc.nat(90) }),
  );
  const NETWORKS = ['iicp', 'posemesh', 'paygress'];
  const LENT = needs({ slots: 3, cpuMillicores: 4, memoryMiB: 3, gpuMiB: 4 });

  interface Wish {
    readonly need: Resources;
    readonly network: number;
    readonly rank: number;
    waits: boolean;
  }

  it('never grants more than is lent, and keeps none waiting for what is free', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, shared) => {
        const limits = { paygress: { slots: 1 } };
        const { clock, capacity } = setUp({ lent: LENT, shared, limits });
        const lent = {
          resources: LENT,
          gpuShared: shared,
          limitOf: (network: string) => limits[network as 'paygress'],
        };
        const held: Claim[] = [];
        const wishes: Wish[] = [];
        const waits: Promise<unknown>[] = [];
        const totals = () => {
          const all = new Totals();
          for (const { network, resources } of capacity.held()) all.add(network, resources);
          return all;
        };
        const possible = ({ need: wanted, network }: Wish, beside = new Totals()) =>
          fits(wanted, NETWORKS[network]!, beside, lent);
        /** The first in line that an empty computer could serve. */
        const first = () =>
          wishes
            .filter((wish) => wish.waits && possible(wish))
            .toSorted((one, other) => one.network - other.network || one.rank - other.rank)[0];
        for (const each of steps) {
          if (each.do === 'claim') {
            const wish: Wish = { ...each, waits: true };
            wishes.push(wish);
            const of = { network: NETWORKS[each.network]!, rank: each.rank as Rank, waitMs: 500, signal: never };
            const claim = capacity.claim(each.need, of).then((got) => {
              wish.waits = false;
              if (got) held.push(got);
            });
            waits.push(claim);
          } else if (each.do === 'try') {
            const claim = capacity.tryClaim(each.need, { network: NETWORKS[each.network]! });
            if (claim) held.push(claim);
          } else if (each.do === 'release') {
            const [claim] = held.splice(each.which % Math.max(1, held.length), 1);
            claim?.release();
            if (each.twice) claim?.release();
          } else await clock.turn(each.ms);
          await clock.turn(0);
          const { all } = totals();
          for (const name of RESOURCES) {
            expect(all[name]).toBeLessThanOrEqual(LENT[name]);
            expect(all[name]).toBe(held.reduce((total, { resources }) => total + resources[name], 0));
          }
          if (shared && all.gpuMiB > 0)
            expect(all.slots * LENT.gpuMiB + all.gpuMiB * LENT.slots).toBeLessThanOrEqual(12);
          expect(totals().of('paygress').slots).toBeLessThanOrEqual(1);
          const next = first();
          if (next) expect(possible(next, totals())).toBe(false);
        }
        // Each release serves the first in line, so all that can be served at all are, before their time is over.
        while (first()) {
          expect(held.length).toBeGreaterThan(0);
          for (const claim of held.splice(0)) claim.release();
          await clock.turn(0);
        }
        await clock.turn(600);
        await Promise.all(waits);
        expect(clock.timers).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
