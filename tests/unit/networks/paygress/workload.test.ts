// What becomes of a workload that runs here, as tables: a state, what happens, and what it is then.
import { describe, expect, it } from 'vitest';
import type { BoxStatus } from '../../../../src-main/backends/workloads/backend.ts';
import { roleOf } from '../../../../src-main/networks/paygress/durable/role.ts';
import { DURABLE, majority, quorumAgeMs } from '../../../../src-main/networks/paygress/durable/times.ts';
import {
  recoverWorkload,
  stepWorkload,
  type WorkloadEffect,
  type WorkloadEvent,
  type WorkloadPlan,
  type WorkloadState,
} from '../../../../src-main/networks/paygress/durable/workload.ts';
import type { SpawnRequest } from '../../../../src-main/networks/paygress/wire/request.ts';

const [P, A, B] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string];
const NOW = 10_000_000;
const { fenceMs: FENCE, suspectMs: SUSPECT, steadyMs: STEADY, respawnMs: PAUSES } = DURABLE;
const restart = { policy: 'on-failure', max_attempts: 3 } as const;
const ALONE: WorkloadPlan = { standbys: [], restart };
const WITH: WorkloadPlan = { standbys: [A, B], restart };
const tick = (box: BoxStatus, quorumAgeMs = 0): WorkloadEvent => ({ is: 'tick', box, quorumAgeMs });
const live = (attempts = 0, since = NOW - 1000): WorkloadState => ({ is: 'live', since, attempts });
const suspect: WorkloadState = { is: 'suspect', since: NOW - 1000, attempts: 0 };
const respawning = (attempt: number, dueAt: number | undefined): WorkloadState => ({
  is: 'respawning',
  attempt,
  dueAt,
});
const stopping = (why: 'unheard' | 'box-lost', starting = false): WorkloadState => ({ is: 'stopping', why, starting });
const NEVER = Number.POSITIVE_INFINITY;

type Row = readonly [
  says: string,
  plan: WorkloadPlan,
  from: WorkloadState,
  event: WorkloadEvent,
  to: WorkloadState,
  ...effects: readonly WorkloadEffect[],
];
const stop = { do: 'stop' } as const;
const beat = { do: 'beat' } as const;
const failed = (reason: string): WorkloadState => ({ is: 'failed', why: 'box-lost', reason });

const rows: readonly Row[] = [
  ['runs', ALONE, { is: 'provisioning' }, tick('running'), live(0, NOW)],
  ['runs without any relay', ALONE, { is: 'provisioning' }, tick('running', NEVER), live(0, NOW)],
  ['is not yet known', ALONE, { is: 'provisioning' }, tick('unknown'), { is: 'provisioning' }],
  ['stays, whatever relays do', ALONE, live(), tick('running', NEVER), live()],
  ['stays while its engine does not answer', ALONE, live(), tick('unknown'), live()],
  ['stays with an engine that does not answer, too', WITH, live(), tick('unknown', SUSPECT - 1), live()],

  ['is suspect when it is not heard', WITH, live(), tick('running', SUSPECT), suspect, beat],
  ['beats at each tick then', WITH, suspect, tick('running', FENCE - 1), suspect, beat],
  ['is live again', WITH, suspect, tick('running', SUSPECT - 1), live()],
  ['stops at the fence', WITH, suspect, tick('running', FENCE), stopping('unheard'), stop],
  ['stops at the fence from live', WITH, live(), tick('running', NEVER), stopping('unheard'), stop],
  [
    'stops at the fence before it ever ran',
    WITH,
    { is: 'provisioning' },
    tick('unknown', FENCE),
    stopping('unheard'),
    stop,
  ],
  [
    'waits to run while it is not heard',
    WITH,
    { is: 'provisioning' },
    tick('running', SUSPECT),
    { is: 'provisioning' },
    beat,
  ],
  [
    'stops at the fence while it waits',
    WITH,
    respawning(1, NOW + 9),
    tick('stopped', FENCE),
    stopping('unheard'),
    stop,
  ],
  [
    'stops a start that is under way',
    WITH,
    respawning(1, undefined),
    tick('stopped', FENCE),
    stopping('unheard', true),
    stop,
  ],
  [
    'does not believe in the end of a start',
    WITH,
    stopping('unheard', true),
    tick('absent'),
    stopping('unheard', true),
    stop,
  ],
  [
    'stops what was started in the end',
    WITH,
    stopping('unheard', true),
    { is: 'respawned' },
    stopping('unheard'),
    stop,
  ],
  [
    'hears that the start had failed',
    WITH,
    stopping('unheard', true),
    { is: 'respawn-failed', reason: 'x' },
    stopping('unheard'),
    stop,
  ],
  ['goes on stopping', WITH, stopping('unheard'), tick('running'), stopping('unheard'), stop],
  [
    'takes no silence of the engine for an end',
    WITH,
    stopping('unheard'),
    tick('unknown', 0),
    stopping('unheard'),
    stop,
  ],
  [
    'is revoked once nothing of it runs',
    WITH,
    stopping('unheard'),
    tick('stopped', 0),
    { is: 'revoking', why: 'unheard' },
    { do: 'revoke', why: 'unheard' },
  ],
  [
    'is not live again, however well it is heard',
    WITH,
    { is: 'revoking', why: 'unheard' },
    tick('absent', 0),
    { is: 'revoking', why: 'unheard' },
  ],
  [
    'is known to be revoked',
    WITH,
    { is: 'revoking', why: 'unheard' },
    { is: 'revocation-taken' },
    { is: 'revoked', why: 'unheard' },
  ],
  [
    'is stopped again when an engine starts it by itself',
    WITH,
    { is: 'revoked', why: 'unheard' },
    tick('running', 0),
    { is: 'revoked', why: 'unheard' },
    stop,
  ],
  [
    'is stopped again while relays have not taken it yet',
    WITH,
    { is: 'revoking', why: 'unheard' },
    tick('running', 0),
    { is: 'revoking', why: 'unheard' },
    stop,
  ],

  ['is started again', ALONE, live(), tick('stopped'), respawning(1, NOW + PAUSES[0])],
  ['is started again where it is gone', WITH, live(), tick('absent'), respawning(1, NOW + PAUSES[0])],
  ['is started again from suspect', WITH, suspect, tick('stopped', SUSPECT), respawning(1, NOW + PAUSES[0])],
  ['is started again before it ran', ALONE, { is: 'provisioning' }, tick('absent'), respawning(1, NOW + PAUSES[0])],
  ['waits for that', ALONE, respawning(1, NOW + 1), tick('stopped'), respawning(1, NOW + 1)],
  ['is due', ALONE, respawning(1, NOW), tick('stopped'), respawning(1, undefined), { do: 'respawn', attempt: 1 }],
  ['is started once', ALONE, respawning(1, undefined), tick('stopped'), respawning(1, undefined)],
  ['runs again', ALONE, respawning(2, undefined), { is: 'respawned' }, live(2, NOW)],
  ['runs again by itself', ALONE, respawning(2, NOW + 9), tick('running'), live(2, NOW)],
  [
    'waits longer after each start that failed',
    ALONE,
    respawning(2, undefined),
    { is: 'respawn-failed', reason: 'x' },
    respawning(3, NOW + PAUSES[2]),
  ],
  ['counts starts that did not last', ALONE, live(1), tick('stopped'), respawning(2, NOW + PAUSES[1])],
  ['has them back when it ran steadily', ALONE, live(3, NOW - STEADY), tick('stopped'), respawning(1, NOW + PAUSES[0])],
  [
    'fails after the last one',
    ALONE,
    respawning(3, undefined),
    { is: 'respawn-failed', reason: 'no disk' },
    failed('no disk'),
    { do: 'fail', reason: 'no disk' },
  ],
  [
    'fails after the last that did not last',
    ALONE,
    live(3),
    tick('absent'),
    failed('the box has ended'),
    { do: 'fail', reason: 'the box has ended' },
  ],
  [
    'fails at once where it is never started again',
    { standbys: [], restart: { policy: 'never' } },
    live(),
    tick('stopped'),
    failed('the box has ended'),
    { do: 'fail', reason: 'the box has ended' },
  ],
  ['goes to its standbys where it has some', WITH, live(3), tick('stopped'), stopping('box-lost'), stop],
  [
    'goes to its standbys after the last start',
    WITH,
    respawning(3, undefined),
    { is: 'respawn-failed', reason: 'x' },
    stopping('box-lost'),
    stop,
  ],
  ['has failed for good', ALONE, failed('x'), tick('running'), failed('x')],
];

describe('a workload', () => {
  const table = rows.map(([says, plan, from, event, to, ...effects]) => ({ says, plan, from, event, to, effects }));
  it.each(table)('$says', ({ plan, from, event, to, effects }) => {
    expect(stepWorkload(from, event, NOW, plan)).toEqual({ state: to, effects });
  });

  it('never revokes before the tick that saw it gone, from whatever state', () => {
    for (const [, plan, from, event] of rows) {
      const { effects } = stepWorkload(from, event, NOW, plan);
      if (effects.some((effect) => effect.do === 'revoke')) expect(event).toMatchObject({ is: 'tick', box: 'stopped' });
    }
  });

  it.each<readonly [WorkloadState, WorkloadState, readonly WorkloadEffect[]]>([
    [respawning(2, undefined), respawning(2, NOW), []],
    [respawning(2, NOW + 5), respawning(2, NOW + 5), []],
    [stopping('unheard', true), stopping('unheard'), []],
    [{ is: 'revoking', why: 'unheard' }, { is: 'revoking', why: 'unheard' }, [{ do: 'revoke', why: 'unheard' }]],
    [live(), live(), []],
  ])('is found after a start as %j', (from, to, effects) => {
    expect(recoverWorkload(from, NOW)).toEqual({ state: to, effects });
  });
});

describe('how long it was not heard', () => {
  it.each([
    [[], 3, NEVER],
    [[5], 3, NEVER],
    [[50, 5], 3, 50],
    [[90, 5, 50], 3, 50],
    [[5], 1, NEVER],
    [[5, 7], 2, 7],
    [[1, 2, 3], 4, 3],
    [[1, 2, 3, 4], 5, 3],
  ])('is %j of %i relays: %d', (ages, relays, expected) => {
    expect(quorumAgeMs(ages, relays)).toBe(expected);
  });

  it('is by more than half of them, so that two such halves meet', () => {
    for (let relays = 2; relays <= 16; relays++) expect(majority(relays) * 2).toBeGreaterThan(relays);
  });

  it('leaves the box time to stop before any standby starts', () => {
    expect(FENCE + DURABLE.stoppingMs).toBeLessThanOrEqual(DURABLE.silenceMs);
    expect(SUSPECT).toBeLessThan(FENCE);
    expect(DURABLE.heartbeatMs * 2).toBeLessThanOrEqual(SUSPECT);
  });
});

describe('the part that is asked for', () => {
  const standby = { mode: 'warm-standby', standby_providers: [A, B] } as const;
  const asked = (change: Partial<SpawnRequest>): SpawnRequest => ({
    cashu_token: '',
    pod_image: '',
    ssh_username: '',
    ssh_password: '',
    ...change,
  });
  const all = { replication: { ...standby, standby_providers: [A, B] }, primary_npub: P, workload_id: 'w' };

  it.each([
    ['one that has no standbys', {}, P, { is: 'primary', standbys: [] }],
    ['one with checkpoints', { replication: { mode: 'checkpointed' as const } }, P, { is: 'primary', standbys: [] }],
    ['the primary', all, P, { is: 'primary', standbys: [A, B] }],
    ['the first standby', all, A, { is: 'standby', workload: 'w', primary: P, index: 0, peers: [B] }],
    ['the second', all, B, { is: 'standby', workload: 'w', primary: P, index: 1, peers: [A] }],
    ['of somebody else', all, 'd'.repeat(64), { is: 'refused', why: 'not_addressed' }],
    ['without a name', { ...all, workload_id: undefined }, A, { is: 'refused', why: 'missing_workload_id' }],
    ['without a primary', { ...all, primary_npub: undefined }, A, { is: 'refused', why: 'invalid_request' }],
    ['its own standby', { ...all, primary_npub: A }, A, { is: 'refused', why: 'invalid_request' }],
  ])('is told: %s', (_says, change, own, role) => {
    expect(roleOf(asked(change as Partial<SpawnRequest>), own)).toEqual(role);
  });
});
