// Jobs and leases: what is on disk of them, what a crash leaves, and how they end when something else is wanted.
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { Ledger, ledgerMigrations } from '../../../src-main/payments/ledger.ts';
import { LedgerSums } from '../../../src-main/payments/sums.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import { JOB } from '../../../src-main/work/bounds.ts';
import { Capacity } from '../../../src-main/work/capacity.ts';
import { History } from '../../../src-main/work/history.ts';
import { Refusals } from '../../../src-main/work/refusals.ts';
import { NOTHING, ONE_SLOT } from '../../../src-main/work/resources.ts';
import { WorkStore, workMigrations } from '../../../src-main/work/store.ts';
import { type JobFacts, type JobHandlers, Work } from '../../../src-main/work/work.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const BOX = { ...NOTHING, cpuMillicores: 2000, memoryMiB: 4096, ports: 1 };
const LENT = { slots: 2, cpuMillicores: 4000, memoryMiB: 8192, diskMiB: 0, gpuMiB: 0, ports: 4 };
const REFUND = { amountMicro: 700, unit: 'sat' };
const never = new AbortController().signal;

async function setUp({ folder = temporaryFolder(), handBack = false, longest = null as number | null } = {}) {
  const clock = new HandClock();
  const database = await openDatabase(
    { clock: systemClock, logger: silentLogger },
    { file: join(folder, 'hearth.db'), migrations: [...workMigrations, ...ledgerMigrations] },
  );
  onTestFinished(() => database.close());
  const { read, committer } = database;
  const world = { longest };
  const capacity = new Capacity({
    clock,
    lent: () => ({ resources: LENT, gpuShared: false, limitOf: () => undefined }),
    placeOf: () => 0,
    longestOffer: () => world.longest,
    elsewhere: () => LENT,
  });
  const refusals = new Refusals({ clock, logger: silentLogger, committer, read });
  const store = new WorkStore(read);
  const ledger = new Ledger(read);
  const work = new Work({
    clock,
    logger: silentLogger,
    committer,
    store,
    ledger,
    refusals,
    capacity,
    handBack: () => handBack,
  });
  const said: string[] = [];
  const held = () => capacity.held().reduce((sum, { resources }) => sum + resources.memoryMiB, 0);
  /** A network that does at once what it is asked. */
  const handlersOf = (name: string, outlives: boolean, end: (how: 'cancelled' | 'handed-back') => Promise<void>) => {
    const handlers: JobHandlers = {
      cancel() {
        said.push(`cancel ${name}`);
        void end('cancelled');
      },
      handBack() {
        said.push(`hand back ${name}`);
        void end('handed-back');
      },
      lease: {
        outlives: () => outlives,
        refund: () => REFUND,
        endWithRefund: async () => {
          said.push(`refund ${name}`);
          await end('cancelled');
        },
      },
    };
    return handlers;
  };
  const job = async (name: string) => {
    const facts: JobFacts = { network: 'posemesh', kind: 'job', ref: name, what: 'refinement' };
    const claim = capacity.tryClaim(BOX, { network: 'posemesh', kind: 'job' })!;
    const running = await work.open(
      facts,
      claim,
      handlersOf(name, false, (state) => running.end({ state })),
    );
    return running;
  };
  const lease = async (name: string, { until = clock.now() + 3_600_000, outlives = false, elsewhere = false } = {}) => {
    const terms = { paidUntil: until, spec: '2 cores', customer: 'npub1' };
    const facts: JobFacts = { network: 'paygress', kind: 'lease', ref: name, what: 'vm', lease: terms };
    const claim = capacity.tryClaim(BOX, { network: 'paygress', kind: 'lease', until, elsewhere })!;
    const refund = {
      network: 'paygress',
      unit: 'sat',
      amountMicro: -700,
      at: clock.now(),
      kind: 'refund',
    } as const;
    const running = await work.open(
      facts,
      claim,
      handlersOf(name, outlives, (state) =>
        running.end({
          state,
          code: 'refunded',
          also: [ledger.book({ ...refund, job: running.id, reference: `refund/${running.id}`, settledAt: refund.at })],
        }),
      ),
    );
    return running;
  };
  const task = (stop = () => {}) => {
    const inference = { model: 'm', backend: 'b', sealed: false };
    const facts = { network: 'iicp', ref: 'r', what: 'chat', inference };
    return work.begin(facts, capacity.tryClaim(ONE_SLOT, facts)!, stop);
  };
  const history = new History({ clock: systemClock, read });
  const ended = async () =>
    (await history.page({}, Number.MAX_SAFE_INTEGER, 50)).items.map(({ kind, state }) => `${kind} ${state}`);
  return { folder, clock, world, database, read, work, capacity, store, ledger, said, held, job, lease, task, ended };
}

describe('jobs and leases', () => {
  it('are on disk while they run, with what they hold, and are shown as what they are', async () => {
    const { clock, work, store, job, lease, held } = await setUp();
    const until = clock.now() + 3_600_000;
    const [first, second] = [await job('splat'), await lease('box', { until })];
    expect(store.open().map(({ id, kind, ref, memoryMiB }) => [id, kind, ref, memoryMiB])).toEqual([
      [first.id, 'job', 'splat', 4096],
      [second.id, 'lease', 'box', 4096],
    ]);
    expect(held()).toBe(8192);
    expect(work.view().live).toMatchObject([
      { kind: 'job', what: 'refinement', inference: null, lease: null },
      { kind: 'lease', what: 'vm', inference: null, lease: { paidUntil: until, spec: '2 cores', customer: 'npub1' } },
    ]);
    const earned = { network: 'posemesh', unit: 'credit', amountMicro: 9 };
    await first.end({ state: 'done', earned });
    await second.end({ state: 'done' });
    expect([held(), work.running]).toEqual([0, 0]);
    expect(work.view().recent).toMatchObject([
      { kind: 'lease', state: 'done', lease: { paidUntil: until } },
      { kind: 'job', state: 'done', earnedMicro: 9 },
    ]);
  });

  it('give their resources back where they can’t be written down', async () => {
    const { database, job, held } = await setUp();
    await database.close();
    await expect(job('splat')).rejects.toMatchObject({ code: 'storage.closed' });
    expect(held()).toBe(0);
  });

  it.each(['ref', 'what', 'spec', 'customer'] as const)(
    'hold the %s that a stranger gives to a length',
    async (member) => {
      const { clock, capacity, work, store, held } = await setUp();
      const until = clock.now() + 60_000;
      const sold = async (length: number) => {
        const texts = { ref: 'r', what: 'vm', spec: 's', customer: 'c', [member]: 'x'.repeat(length) };
        const lease = { paidUntil: until, spec: texts.spec, customer: texts.customer };
        const facts = { network: 'n', kind: 'lease', ref: texts.ref, what: texts.what, lease } as const;
        const claim = capacity.tryClaim(BOX, { network: 'n', kind: 'lease', until })!;
        return work.open(facts, claim, { cancel() {} });
      };
      await expect(sold(JOB[member] + 1)).rejects.toMatchObject({ code: 'work.text-too-long', details: { member } });
      expect([held(), work.running, store.open().length]).toEqual([0, 0, 0]);
      await sold(JOB[member]);
      expect([held(), work.running, store.open().length]).toEqual([BOX.memoryMiB, 1, 1]);
    },
  );

  it('are found by their kind, and by nothing of inference', async () => {
    const { job, lease, task, read } = await setUp();
    await task().end({ state: 'done' });
    for (const each of [await job('a'), await lease('b')]) await each.end({ state: 'done' });
    const history = new History({ clock: systemClock, read });
    const count = async (filter: Parameters<History['count']>[0]) => (await history.count(filter)).count;
    expect(await Promise.all([count({ kind: 'lease' }), count({ sealed: false }), count({ what: 'vm' })])).toEqual([
      1, 1, 1,
    ]);
    expect((await history.facets()).kinds).toEqual(['job', 'lease', 'task'].map((value) => ({ value, count: 1 })));
  });

  it('are heard of in the ledger whatever their entries are committed with, and only once they are on disk', async () => {
    const { clock, database, ledger, job, lease } = await setUp();
    let booked = 0;
    ledger.on('booked', () => {
      booked += 1;
    });
    const entry = { at: 1, unit: 'sat', amountMicro: 5, kind: 'deposit', job: null, settledAt: 1 } as const;
    const deposit = () => database.committer.commit([ledger.of('n').book({ ...entry, reference: 'invoice' })]);
    const [first, second] = [deposit(), deposit()];
    expect(booked).toBe(0);
    await first;
    await expect(second).rejects.toMatchObject({ code: 'storage.conflict' });
    expect(booked).toBe(1);
    const [splat, box] = [await job('splat'), await lease('box')];
    await splat.end({ state: 'done', earned: { network: 'posemesh', unit: 'credit', amountMicro: 9 } });
    const also = [ledger.of('paygress').book({ ...entry, reference: 'token' })];
    await box.extend(clock.now() + 7_200_000, also);
    expect(booked).toBe(3);
  });

  it('can be paid for longer, as far as the hours go', async () => {
    const { clock, world, lease, store } = await setUp({ longest: 7_200_000 });
    const box = await lease('box');
    const most = clock.now() + 7_200_000;
    await box.extend(most);
    expect(store.open()[0]?.paidUntil).toBe(most);
    await expect(box.extend(most + 1)).rejects.toMatchObject({ code: 'work.lease-not-sold' });
    world.longest = 0;
    await expect(box.extend(most)).rejects.toMatchObject({ code: 'work.lease-not-sold' });
    expect(store.open()[0]?.paidUntil).toBe(most);
  });

  it('are not paid for longer once they end, or are over', async () => {
    const { clock, work, capacity, store } = await setUp();
    const until = clock.now() + 60_000;
    const claim = capacity.tryClaim(BOX, { network: 'n', kind: 'lease', until })!;
    const refund = Promise.withResolvers<void>();
    const lease = { paidUntil: until, spec: '', customer: null };
    const running = await work.open({ network: 'n', kind: 'lease', ref: '', what: 'vm', lease }, claim, {
      cancel() {},
      lease: { outlives: () => false, refund: () => REFUND, endWithRefund: () => refund.promise },
    });
    const more = () => running.extend(until + 60_000).catch(({ code }) => code);
    const click = work.endLease(running.id);
    expect(await more()).toBe('work.not-a-lease');
    const ended = running.end({ state: 'cancelled' });
    expect(await more()).toBe('work.not-a-lease');
    refund.resolve();
    await Promise.all([click, ended]);
    expect([await more(), store.open()]).toEqual(['work.not-a-lease', []]);
  });

  it('are booked in the commit that opens them, by their number', async () => {
    const { clock, work, capacity, ledger, read } = await setUp();
    const until = clock.now() + 60_000;
    const claim = capacity.tryClaim(BOX, { network: 'n', kind: 'lease', until })!;
    const lease = { paidUntil: until, spec: '', customer: null };
    const running = await work.open(
      { network: 'n', kind: 'lease', ref: '', what: 'vm', lease },
      claim,
      { cancel() {} },
      (job) => {
        const paid = {
          network: 'n',
          unit: 'sat',
          amountMicro: 5_000_000,
          at: 1,
          kind: 'earned',
          job,
          settledAt: 1,
        } as const;
        return [ledger.book({ ...paid, reference: `payment/${job}` })];
      },
    );
    expect(new LedgerSums(read).look(0).ever).toMatchObject([
      { kind: 'earned', state: 'received', amountMicro: 5_000_000 },
    ]);
    await running.end({ state: 'done' });
    expect(work.view().recent).toMatchObject([{ id: running.id, earnedMicro: 5_000_000, unit: 'sat' }]);
  });

  it('are ended one by one with a refund, and the amount is known before', async () => {
    const { work, lease, ended, read } = await setUp();
    const later = await lease('later', { until: 2_000_000_000_000 });
    const sooner = await lease('sooner');
    expect(work.leases()).toMatchObject([
      { id: sooner.id, refund: REFUND },
      { id: later.id, refund: REFUND },
    ]);
    await work.endLease(sooner.id);
    expect([work.leases().length, await ended()]).toEqual([1, ['lease cancelled']]);
    expect(new LedgerSums(read).all()).toEqual([{ network: 'paygress', unit: 'sat', amountMicro: -700, entries: 1 }]);
    await expect(work.endLease(sooner.id)).rejects.toMatchObject({ code: 'work.not-a-lease' });
  });

  it('are refunded once, however often that is asked for while it happens, and again where it failed', async () => {
    const { clock, work, capacity, ended } = await setUp();
    const until = clock.now() + 60_000;
    const claim = capacity.tryClaim(BOX, { network: 'n', kind: 'lease', until })!;
    const refunds: PromiseWithResolvers<void>[] = [];
    const lease = { paidUntil: until, spec: '', customer: null };
    const running = await work.open({ network: 'n', kind: 'lease', ref: '', what: 'vm', lease }, claim, {
      cancel() {},
      lease: {
        outlives: () => false,
        refund: () => REFUND,
        endWithRefund: () => {
          const refund = Promise.withResolvers<void>();
          refunds.push(refund);
          return refund.promise;
        },
      },
    });
    const clicks = [work.endLease(running.id), work.endLease(running.id)].map((click) => click.catch(String));
    await clock.turn(0);
    expect(refunds).toHaveLength(1);
    refunds[0]!.reject(new Error('mint'));
    expect(await Promise.all(clicks)).toEqual(['Error: mint', 'Error: mint']);
    const click = work.endLease(running.id);
    const quit = work.conclude('quit', 1000, 500);
    expect(refunds).toHaveLength(2);
    await running.end({ state: 'cancelled', code: 'refunded' });
    refunds[1]!.resolve();
    await click;
    expect([await quit, await ended()]).toMatchObject([{ refunded: 1 }, ['lease cancelled']]);
  });
});

describe('after a crash', () => {
  it('tasks are interrupted, and jobs and leases go to their networks with what they hold', async () => {
    const before = await setUp();
    before.task();
    const [job, lease] = [await before.job('splat'), await before.lease('box')];
    await before.clock.turn(50);
    await before.database.close();
    const after = await setUp({ folder: before.folder });
    const open = await after.work.recover();
    expect([...open.keys()]).toEqual(['posemesh', 'paygress']);
    expect(await after.ended()).toEqual(['task interrupted']);
    // Until its network has said what became of it, nothing else gets its place.
    expect([after.held(), after.capacity.tryClaim(BOX, { network: 'iicp' })]).toEqual([8192, undefined]);
    expect(after.work.leases()).toMatchObject([{ id: lease.id, refund: null }]);
    await expect(after.work.endLease(lease.id)).rejects.toMatchObject({ code: 'work.not-a-lease' });
    const [lost] = open.get('posemesh')!;
    const [found] = open.get('paygress')!;
    expect([lost, found]).toMatchObject([
      { id: job.id, kind: 'job', ref: 'splat', resources: BOX, lease: null },
      { id: lease.id, kind: 'lease', ref: 'box', resources: BOX, lease: { spec: '2 cores', customer: 'npub1' } },
    ]);
    await lost!.ended({ state: 'interrupted', code: 'node-stopped' });
    expect([after.held(), await after.ended()]).toEqual([4096, ['job interrupted', 'task interrupted']]);
    const adopted = found!.adopted({
      cancel() {},
      lease: { outlives: () => true, refund: () => REFUND, endWithRefund: async () => {} },
    });
    expect(after.work.leases()).toMatchObject([{ id: lease.id, refund: REFUND }]);
    await adopted.extend(found!.lease!.paidUntil + 60_000);
    await adopted.end({ state: 'done' });
    expect([after.held(), after.work.running]).toEqual([0, 0]);
    expect(await after.work.recover()).toEqual(new Map());
  });

  it('a lease at an engine elsewhere is held of that one again', async () => {
    const before = await setUp();
    const [here, there] = [await before.lease('here'), await before.lease('there', { elsewhere: true })];
    await before.database.close();
    const after = await setUp({ folder: before.folder });
    const open = (await after.work.recover()).get('paygress')!;
    expect(open).toMatchObject([
      { id: here.id, resources: BOX },
      { id: there.id, resources: BOX },
    ]);
    const elsewhere = () => after.capacity.held({ elsewhere: true }).map(({ resources }) => resources);
    expect([after.held(), elsewhere()]).toEqual([4096, [BOX]]);
    // Who wants this computer back is asked about what runs on it alone.
    expect(after.work.leases({ here: true }).map(({ id }) => id)).toEqual([here.id]);
    expect(after.work.leases().map(({ id }) => id)).toEqual([here.id, there.id]);
    await open[1]!.ended({ state: 'interrupted' });
    expect([after.held(), elsewhere()]).toEqual([4096, []]);
  });

  it('what no network answers for stays open, is handed out again at the next start, and holds up no end', async () => {
    const before = await setUp();
    await before.lease('box');
    await before.job('splat');
    await before.database.close();
    const between = await setUp({ folder: before.folder });
    await between.work.recover();
    expect(await between.work.conclude('quit', 1000, 500)).toMatchObject({ kept: 2, handedBack: 0 });
    await between.database.close();
    const after = await setUp({ folder: before.folder });
    const open = await after.work.recover();
    expect([...open.values()].flat().map(({ ref }) => ref)).toEqual(['box', 'splat']);
  });

  it('a job of inference that is adopted still has its model, and its tokens when it ends', async () => {
    const before = await setUp();
    const inference = { model: 'm', backend: 'b', sealed: true };
    const claim = before.capacity.tryClaim(ONE_SLOT, { network: 'n', kind: 'job' })!;
    const facts = { network: 'n', kind: 'job', ref: 'r', what: 'batch', inference } as const;
    await before.work.open(facts, claim, { cancel() {} });
    await before.database.close();
    const after = await setUp({ folder: before.folder });
    const [open] = (await after.work.recover()).get('n')!;
    const adopted = open!.adopted({ cancel() {} });
    expect(after.work.view().live).toMatchObject([{ inference }]);
    await adopted.end({ state: 'done', tokensIn: 3, tokensOut: 4 });
    expect(after.work.view().recent).toMatchObject([{ inference: { ...inference, tokensIn: 3, tokensOut: 4 } }]);
  });

  it('numbers go on after those of open jobs', async () => {
    const before = await setUp();
    const job = await before.job('splat');
    await before.database.close();
    const after = await setUp({ folder: before.folder });
    await after.work.recover();
    expect(after.task().id).toBe(job.id + 1);
  });
});

describe('when something else is wanted', () => {
  it('a pause lets all go on, and hands jobs back where the user has chosen so', async () => {
    const gentle = await setUp();
    await gentle.job('splat');
    gentle.work.accepting(true);
    gentle.work.accepting(false);
    expect(gentle.said).toEqual([]);
    const strict = await setUp({ handBack: true });
    await strict.job('splat');
    await strict.lease('box');
    const task = strict.task();
    strict.work.accepting(true);
    strict.work.accepting(false);
    strict.work.accepting(true);
    strict.work.accepting(false);
    expect(strict.said).toEqual(['hand back splat']);
    expect([strict.work.tasks, strict.work.leases().length]).toEqual([1, 1]);
    await task.end({ state: 'done' });
    await expect.poll(() => strict.ended()).toEqual(['task done', 'job handed-back']);
    expect(strict.clock.timers).toBe(0);
  });

  it('giving the computer back ends tasks and jobs, and leaves leases to the user', async () => {
    const { clock, work, job, lease, task, said, ended } = await setUp();
    await job('splat');
    await lease('box');
    const quick = task();
    const slow = task(() => {
      said.push('stop');
      void slow.end({ state: 'interrupted' });
    });
    const counts = () => (['task', 'job', 'lease'] as const).map((kind) => work.count(kind));
    expect(counts()).toEqual([2, 1, 1]);
    const concluded = work.conclude('release', 5000, 2000);
    await quick.end({ state: 'done' });
    await expect.poll(() => ended()).toContain('job handed-back');
    await clock.turn(5000);
    expect(await concluded).toEqual({ stopped: 1, handedBack: 1, refunded: 0, kept: 1 });
    expect(said).toEqual(['hand back splat', 'stop']);
    expect(counts()).toEqual([0, 0, 1]);
  });

  it.each([
    [true, { refunded: 0, kept: 1 }, []],
    [false, { refunded: 1, kept: 0 }, ['refund box']],
  ])('the end of the program: a lease that outlives it, %s', async (outlives, counts, done) => {
    const { work, lease, said } = await setUp();
    await lease('box', { outlives });
    expect(await work.conclude('quit', 1000, 500)).toMatchObject(counts);
    expect([said, work.running]).toEqual([done, counts.kept]);
  });

  it('a lease whose refund fails is not switched off, and a job that does not go back is', async () => {
    const { clock, work, capacity, said, store } = await setUp();
    const until = clock.now() + 60_000;
    const terms = { paidUntil: until, spec: '', customer: null };
    const claim = (kind: 'job' | 'lease') =>
      capacity.claim(BOX, { network: 'n', kind, until, waitMs: 0, signal: never });
    const stuck = {
      cancel: () => said.push('cancel lease'),
      lease: { outlives: () => false, refund: () => null, endWithRefund: () => Promise.reject(new Error('mint')) },
    };
    await work.open({ network: 'n', kind: 'lease', ref: '', what: 'vm', lease: terms }, (await claim('lease'))!, stuck);
    const deaf = { cancel: () => said.push('cancel job'), handBack: () => said.push('hand back job') };
    await work.open({ network: 'n', kind: 'job', ref: '', what: 'x' }, (await claim('job'))!, deaf);
    const concluded = work.conclude('quit', 1000, 500);
    await clock.turn(1000);
    await clock.turn(500);
    expect(await concluded).toMatchObject({ stopped: 0, handedBack: 1, refunded: 1 });
    expect(said).toEqual(['hand back job', 'cancel job']);
    expect(store.open()).toHaveLength(2);
  });

  it('a network that throws where it is asked to end its work holds up no other, nor the end of the program', async () => {
    const { clock, work, capacity, job, said } = await setUp();
    const broken = () => {
      throw new Error('a mistake of the network');
    };
    const claim = capacity.tryClaim(NOTHING, { network: 'n', kind: 'job' })!;
    await work.open({ network: 'n', kind: 'job', ref: '', what: 'x' }, claim, { cancel: broken, handBack: broken });
    const until = clock.now() + 60_000;
    const lease = { paidUntil: until, spec: '', customer: null };
    const paid = capacity.tryClaim(NOTHING, { network: 'n', kind: 'lease', until })!;
    await work.open({ network: 'n', kind: 'lease', ref: '', what: 'vm', lease }, paid, {
      cancel: broken,
      lease: { outlives: broken, refund: broken, endWithRefund: broken },
    });
    await job('splat');
    expect(work.leases()).toMatchObject([{ refund: null }]);
    const concluded = work.conclude('quit', 1000, 500);
    await expect.poll(() => work.running).toBe(2);
    await clock.turn(1000);
    await clock.turn(500);
    expect(await concluded).toMatchObject({ handedBack: 2, kept: 1 });
    expect([said, work.running]).toEqual([['hand back splat'], 2]);
  });
});
