// How the machines of workloads and places are made to act: what is written before what is done, and how long nobody was heard.
import { describe, expect, it } from 'vitest';
import type { BoxStatus } from '../../../../src-main/backends/workloads/backend.ts';
import { HeartbeatAcks } from '../../../../src-main/networks/paygress/durable/acks.ts';
import type { Answers } from '../../../../src-main/networks/paygress/durable/look.ts';
import { SlotDriver } from '../../../../src-main/networks/paygress/durable/slot-driver.ts';
import { newSlot, type SlotState } from '../../../../src-main/networks/paygress/durable/standby.ts';
import { DURABLE } from '../../../../src-main/networks/paygress/durable/times.ts';
import type { WorkloadState } from '../../../../src-main/networks/paygress/durable/workload.ts';
import { WorkloadDriver } from '../../../../src-main/networks/paygress/durable/workload-driver.ts';
import { readPromotion, readRevocation } from '../../../../src-main/networks/paygress/wire/handover.ts';
import { readEvent } from '../../../../src-main/nostr/event.ts';
import type { EventTemplate } from '../../../../src-main/nostr/signer.ts';
import { HandClock } from '../../../support/clock.ts';
import vectors from '../../../vectors/paygress/events.json' with { type: 'json' };

const { keys, life, workload } = vectors;
const OWN = keys.standby.hex;
const seconds = (at: number) => at * 1000;

/** All that drivers need, with what they did in order. */
function world(start: number) {
  const done: string[] = [];
  const said: EventTemplate[] = [];
  const written: (() => void)[] = [];
  const world = {
    done,
    said,
    written,
    now: start,
    status: 'running' as BoxStatus,
    ageMs: 0,
    taken: () => {},
    answer: (_answers: Answers) => {},
    started: (_failed?: string) => {},
  };
  const ports = {
    now: () => world.now,
    write: (state: WorkloadState | SlotState, then: () => void) => {
      done.push(`write ${'is' in state ? state.is : state.phase.is}`);
      written.push(then);
    },
    relays: {
      own: OWN,
      ask: (_filters: unknown, answer: (answers: Answers) => void) => {
        done.push('ask');
        world.answer = answer;
      },
      say: (template: EventTemplate, taken: () => void, kept?: () => void) => {
        done.push(`say ${template.kind}`);
        said.push(template);
        world.taken = taken;
        kept?.();
      },
      quorumAgeMs: () => world.ageMs,
      beat: () => void done.push('beat'),
    },
    box: {
      status: (answer: (status: BoxStatus) => void) => answer(world.status),
      start: (started: (failed?: string) => void) => {
        done.push('start');
        world.started = started;
      },
      stop: () => void done.push('stop'),
    },
    failed: (reason: string) => void done.push(`failed: ${reason}`),
    handedOver: (why: string) => void done.push(`handed over: ${why}`),
    promoted: () => void done.push('promoted'),
    released: (why: string) => void done.push(`released: ${why}`),
  };
  const commit = () => {
    for (const then of written.splice(0)) then();
  };
  const next = () => {
    commit();
    return done.splice(0);
  };
  return { world, ports, commit, next };
}

describe('a workload', () => {
  const restart = { policy: 'on-failure', max_attempts: 1 } as const;
  const plan = { id: workload, standbys: [keys.second.hex], restart };
  const live: WorkloadState = { is: 'live', since: 0, attempts: 0 };

  it('is stopped before anything is written, and revoked after it is', () => {
    const { world: now, ports, next } = world(seconds(vectors.at));
    const driver = new WorkloadDriver(plan, live, ports);
    now.ageMs = DURABLE.fenceMs;
    driver.tick();
    expect(now.done).toEqual(['stop', 'write stopping']);
    next();
    now.status = 'stopped';
    driver.tick();
    expect(now.done).toEqual(['write revoking']);
    expect(next()).toEqual(['write revoking', 'say 38385', 'handed over: unheard']);
    expect(
      readRevocation({ ...readEvent(life.revocation)!, ...now.said[0]!, pubkey: OWN, tags: now.said[0]!.tags! }),
    ).toMatchObject({
      workload_id: workload,
      standby_providers: plan.standbys,
      revoked_at: vectors.at,
    });
    now.taken();
    expect(next()).toEqual(['write revoked']);
    expect(driver.state).toEqual({ is: 'revoked', why: 'unheard' });
  });

  it('looks at nothing while a disk takes its time, and acts on nothing once it has ended', () => {
    const { world: now, ports, commit, next } = world(0);
    const driver = new WorkloadDriver({ ...plan, standbys: [] }, live, ports);
    now.status = 'absent';
    driver.tick();
    driver.tick();
    expect(next()).toEqual(['write respawning']);
    now.now = DURABLE.respawnMs[0];
    driver.tick();
    driver.end();
    commit();
    expect(now.done).toEqual(['write respawning']);
    now.started();
    expect(driver.state).toMatchObject({ is: 'respawning', dueAt: undefined });
  });

  it('fails when its starts are used up', () => {
    const { world: now, ports, next } = world(0);
    const driver = new WorkloadDriver(
      { ...plan, standbys: [] },
      { is: 'respawning', attempt: 1, dueAt: undefined },
      ports,
    );
    driver.recover();
    next();
    driver.tick();
    next();
    now.status = 'absent';
    now.now = 1;
    driver.tick();
    expect(next()).toEqual(['write failed', 'failed: the box has ended']);
  });

  it('is revoked again after a start, in case it was not heard', () => {
    const { ports, next } = world(0);
    const driver = new WorkloadDriver(plan, { is: 'revoking', why: 'box-lost' }, ports);
    driver.recover();
    expect(next()).toEqual(['say 38385', 'handed over: box-lost']);
  });
});

describe('a place', () => {
  const place = {
    workload,
    primary: keys.primary.hex,
    index: 0,
    peers: [keys.second.hex],
    quorum: 2,
    expiresAt: seconds(vectors.at + 86_400),
    reservedAt: vectors.at,
  };
  const echo = (at: number) =>
    readEvent({
      ...vectors.heartbeats[0]!.event,
      pubkey: OWN,
      content: JSON.stringify({ ...vectors.heartbeats[0]!.reads, provider_npub: OWN, timestamp: at }),
    })!;
  const answers = (at: number, ...events: readonly unknown[]): Answers => {
    const relays = ['one', 'two'];
    return {
      answered: relays,
      events: [echo(at), ...events.map((event) => readEvent(event)!)].map((event) => ({ event, relays })),
    };
  };

  it('is taken over by an official primary’s revocation: look, claim, look, start, announce', () => {
    const { world: now, ports, next } = world(seconds(life.revocation.created_at));
    const driver = new SlotDriver(place, newSlot(now.now), ports);
    for (const event of life.heartbeats) driver.heard(readEvent(event)!);
    expect(next()).toEqual([]);
    driver.heard(readEvent(vectors.revocations.find(({ reads }) => reads === null)!.event)!);
    expect(next()).toEqual([]);
    driver.heard(readEvent(life.revocation)!);
    expect(next()).toEqual(['write waiting']);
    driver.tick();
    expect(next()).toEqual(['write looking', 'ask']);
    now.answer(answers(life.revocation.created_at));
    expect(next()).toEqual(['write claiming', 'say 38386']);
    now.taken();
    next();
    now.now += DURABLE.claimMs;
    driver.tick();
    expect(next()).toEqual(['write looking', 'ask']);
    now.answer(answers(life.revocation.created_at));
    expect(next()).toEqual(['write starting', 'start']);
    now.started();
    expect(next()).toEqual(['write promoted', 'say 38386', 'promoted']);
    const read = (template: EventTemplate) =>
      readPromotion({
        ...readEvent(life.announcement)!,
        ...template,
        pubkey: OWN,
        tags: template.tags!,
        created_at: 0,
      });
    expect(now.said.map(read)).toMatchObject([{ state: 'claimed' }, { state: 'promoted', workload_id: workload }]);
  });

  it('is left to an official standby that was faster, with the claim taken back', () => {
    const { world: now, ports, next } = world(seconds(life.announcement.created_at));
    const state: SlotState = { ...newSlot(0), phase: { is: 'claimed', lookAt: 0 }, revoked: true };
    const driver = new SlotDriver(place, state, ports);
    driver.tick();
    next();
    now.answer(answers(life.announcement.created_at, life.announcement));
    expect(next()).toEqual(['write dropped', 'say 38386', 'released: peer']);
    expect(JSON.parse(now.said[0]!.content)).toMatchObject({ state: 'withdrawn' });
  });

  it('does not take the end of an earlier workload for its own', () => {
    const { world: now, ports, next } = world(seconds(life.revocation.created_at + 300));
    const later = { ...place, reservedAt: life.revocation.created_at + 200 };
    const driver = new SlotDriver(later, newSlot(now.now), ports);
    driver.heard(readEvent(life.revocation)!);
    expect(next()).toEqual([]);
  });

  it('goes on after a start, with the claim that stands', () => {
    const { ports, next } = world(0);
    const driver = new SlotDriver(place, { ...newSlot(0), phase: { is: 'starting' } }, ports);
    driver.recover();
    expect(next()).toEqual(['start']);
  });
});

describe('the heartbeats that relays have', () => {
  const relays = ['one', 'two', 'three'];

  it('count from when they were signed, by the majority that has the newest', async () => {
    const clock = new HandClock();
    const acks = new HeartbeatAcks(clock);
    expect(acks.quorumAgeMs(relays)).toBe(Number.POSITIVE_INFINITY);
    acks.signed('a');
    await clock.turn(1000);
    acks.taken('a', 'one');
    acks.taken('a', 'two');
    acks.taken('x', 'three');
    expect(acks.quorumAgeMs(relays)).toBe(1000);
    acks.signed('b');
    acks.taken('b', 'two');
    expect(acks.quorumAgeMs(relays)).toBe(1000);
    acks.taken('a', 'two');
    acks.taken('b', 'three');
    expect(acks.quorumAgeMs(relays)).toBe(0);
    expect(acks.quorumAgeMs(['one', 'four', 'five'])).toBe(Number.POSITIVE_INFINITY);
  });

  it('are known after a start, as far as they were written down, and never by a clock that was set back', async () => {
    const clock = new HandClock();
    const before = new HeartbeatAcks(clock);
    before.signed('a');
    for (const relay of relays) before.taken('a', relay);
    const kept = before.toKeep();
    await clock.turn(5000);
    expect(new HeartbeatAcks(clock, kept).quorumAgeMs(relays)).toBe(5000);
    expect(new HeartbeatAcks({ now: () => 0, monotonic: () => 0 }, kept).quorumAgeMs(relays)).toBe(
      Number.POSITIVE_INFINITY,
    );
    const slept = new HeartbeatAcks({ now: () => clock.now(), monotonic: () => 0 });
    slept.signed('b');
    for (const relay of relays) slept.taken('b', relay);
    await clock.turn(60_000);
    expect(slept.quorumAgeMs(relays)).toBe(60_000);
  });

  it('are forgotten when so many came after them', () => {
    const clock = new HandClock();
    const acks = new HeartbeatAcks(clock);
    for (let n = 0; n < 65; n += 1) acks.signed(String(n));
    for (const relay of relays) acks.taken('0', relay);
    expect(acks.quorumAgeMs(relays)).toBe(Number.POSITIVE_INFINITY);
    for (const relay of relays) acks.taken('64', relay);
    expect(acks.quorumAgeMs(relays)).toBe(0);
  });
});
