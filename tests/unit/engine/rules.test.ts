import { describe, expect, it } from 'vitest';
import type { AvailabilityAnswer } from '../../../src-main/availability/availability.ts';
import { dataFolder } from '../../../src-main/engine/folders.ts';
import { verdict } from '../../../src-main/engine/restart.ts';
import { blockersOf, type StateInputs, stateOf } from '../../../src-main/engine/state.ts';
import { NO_MODELS } from '../../../src-main/networks/blockers.ts';
import type { NetworkView, NetworkViewOf } from '../../../src-preload/contract/networks/index.ts';
import { seededRandom } from '../../support/random.ts';

const network = (changes: Partial<NetworkViewOf<'iicp'>>): NetworkViewOf<'iicp'> => ({
  id: 'iicp',
  title: 'IICP',
  enabled: true,
  state: 'online',
  since: 0,
  reason: null,
  blockers: [],
  capabilities: [],
  working: 0,
  nodeId: null,
  address: null,
  relay: null,
  seen: null,
  events: 0,
  detail: {
    directoryUrl: 'https://directory.test',
    listening: null,
    registeredAt: null,
    heartbeat: { sequence: 0, lastAcceptedAt: null, nextAt: null, failure: null },
    reputation: null,
    mesh: null,
    relayed: null,
  },
  ...changes,
});
/** A network that only connects. */
const mesh = (changes: Partial<NetworkViewOf<'iicp'>> = {}): NetworkView => {
  const { detail: _, ...core } = network({ title: 'FIPS', ...changes });
  return { ...core, id: 'fips' } as NetworkView;
};
const open: AvailabilityAnswer = {
  accepting: true,
  level: 'full',
  slots: 4,
  most: 4,
  bound: null,
  why: null,
  also: [],
  until: null,
  next: null,
};
const because = (
  code: Exclude<AvailabilityAnswer['bound'], null>,
  says: string,
  until?: number,
): AvailabilityAnswer => {
  const args = code === 'apps' ? { app: 'factorio' } : code === 'grid' ? { level: 'off' as const } : {};
  const why = { code, args, says };
  return { ...open, accepting: false, level: 'off', slots: 0, bound: code, why, until: until ?? null };
};
const ready: StateInputs = {
  started: true,
  availability: open,
  now: new Date(2026, 5, 3, 16, 30).getTime(),
  working: 0,
  jobs: 0,
  leases: 0,
  endsAt: null,
  networks: [network({})],
  troubles: [],
  blockers: [],
};
const off = because('switched-off', 'sharing is switched off');
const six = new Date(2026, 5, 3, 18).getTime();
const game = because('apps', 'app: factorio');
const trouble = { code: 'x.y', message: 'Something.' };

describe('stateOf', () => {
  it.each<[string, Partial<StateInputs>, string, string]>([
    ['all is well', {}, 'ready', 'Ready, waiting for tasks'],
    ['tasks run', { working: 2 }, 'working', 'Working on 2 of 4 tasks'],
    ['a job runs', { jobs: 1 }, 'working', 'Working on 1 job'],
    ['a lease runs', { leases: 1 }, 'working', 'Working on 1 lease'],
    ['all kinds run', { working: 2, jobs: 1, leases: 3 }, 'working', 'Working on 2 tasks, 1 job and 3 leases'],
    ['it has not started', { started: false }, 'starting', 'Starting'],
    ['it is switched off', { availability: off }, 'paused', 'Paused until you resume'],
    ['it is switched off with work left', { availability: off, working: 1 }, 'finishing', 'Finishing, 1 task left'],
    [
      'it is switched off with work left for two minutes',
      { availability: off, working: 2, endsAt: 61_000, now: 0 },
      'finishing',
      'Finishing, 2 tasks left, ~2 min',
    ],
    ['it is switched off with a job left', { availability: off, jobs: 1 }, 'finishing', 'Finishing, 1 job left'],
    [
      'it is switched off with work of all kinds left',
      { availability: off, working: 2, jobs: 1, leases: 1, endsAt: 61_000, now: 0 },
      'finishing',
      'Finishing, 2 tasks and 1 job left, ~2 min, 1 lease runs on',
    ],
    [
      'it is paused while a box is leased',
      { availability: because('paused', '', six), leases: 1 },
      'paused',
      'Paused until 18:00, 1 lease runs on',
    ],
    [
      'a game runs while boxes are leased',
      { availability: game, leases: 2 },
      'paused',
      'Paused (app: factorio), 2 leases run on',
    ],
    ['it is paused', { availability: because('paused', 'you paused it') }, 'paused', 'Paused until you resume'],
    ['it is paused for a time', { availability: because('paused', '', six) }, 'paused', 'Paused until 18:00'],
    [
      'it is paused for a time and a game runs',
      { availability: { ...because('paused', '', six), also: [game.why!] } },
      'paused',
      'Paused until 18:00 (app: factorio)',
    ],
    [
      'it is paused until a later day',
      { availability: because('paused', '', new Date(2026, 5, 5, 8).getTime()) },
      'paused',
      'Paused until Fri 08:00',
    ],
    [
      'it is paused and switched off',
      { availability: { ...off, also: [because('paused', 'you paused it').why!] } },
      'paused',
      'Paused until you resume',
    ],
    ['a game runs', { availability: game }, 'paused', 'Paused (app: factorio)'],
    [
      'it is outside the hours',
      { availability: because('grid', 'outside your hours', six) },
      'paused',
      'Paused until 18:00 (outside your hours)',
    ],
    ['a game runs with work left', { availability: game, working: 1 }, 'finishing', 'Finishing, 1 task left'],
    ['it stops', { availability: { ...off, bound: 'draining' }, working: 3 }, 'finishing', 'Stopping, 3 tasks left'],
    ['it stops with nothing left', { availability: { ...off, bound: 'draining' } }, 'finishing', 'Stopping'],
    ['no network is on', { networks: [network({ enabled: false })] }, 'off', 'Not sharing with any network'],
    ['a part is in trouble', { troubles: [trouble] }, 'needs-you', 'Something needs you'],
    ['there is no model', { blockers: [NO_MODELS] }, 'needs-you', 'No model is ready'],
    [
      'no slot is open',
      { availability: { ...open, slots: 0, bound: 'no-capacity' } },
      'paused',
      'No capacity is open now',
    ],
    ['it registers', { networks: [network({ state: 'starting' })] }, 'starting', 'Joining IICP'],
    [
      'its network has trouble',
      { networks: [network({ state: 'degraded' })] },
      'limited',
      'Trouble with IICP, trying again',
    ],
    [
      'others have no address to come in by',
      { networks: [network({ state: 'blocked', capabilities: ['inbound'] })] },
      'limited',
      'On, but nobody can reach you',
    ],
    [
      'there is no Internet',
      {
        networks: [
          network({ state: 'blocked', capabilities: ['inbound'], reason: { code: 'iicp.offline', message: 'Cut.' } }),
        ],
      },
      'limited',
      'On, but there is no Internet connection',
    ],
    [
      'its network is held up',
      { networks: [network({ state: 'blocked' })] },
      'limited',
      'On, but can’t get work from IICP yet',
    ],
    [
      'one network has trouble and another one is held up',
      { networks: [network({ state: 'degraded' }), network({ state: 'blocked', title: 'Mesh' })] },
      'limited',
      'On, but can’t get work from Mesh yet',
    ],
    [
      'one network is held up and another one is online',
      { networks: [network({ state: 'blocked' }), network({ title: 'Mesh' })] },
      'ready',
      'Ready, waiting for tasks',
    ],
    ['only a mesh is joined', { networks: [mesh()] }, 'ready', 'Connected to FIPS, which sends no work'],
    ['only a mesh is joined, and it starts', { networks: [mesh({ state: 'starting' })] }, 'starting', 'Joining FIPS'],
    [
      'only a mesh is joined, and has trouble',
      { networks: [mesh({ state: 'degraded' })] },
      'limited',
      'Trouble with FIPS, trying again',
    ],
    [
      'only a mesh is joined, and is held up',
      { networks: [mesh({ state: 'blocked' })] },
      'limited',
      'On, but not connected to FIPS yet',
    ],
    [
      'a mesh is up and a network is held up',
      { networks: [network({ state: 'blocked' }), mesh()] },
      'limited',
      'On, but can’t get work from IICP yet',
    ],
    [
      'a mesh starts and a network is online',
      { networks: [network({}), mesh({ state: 'starting' })] },
      'ready',
      'Ready, waiting for tasks',
    ],
    [
      'a mesh starts and a network has trouble',
      { networks: [network({ state: 'degraded' }), mesh({ state: 'starting' })] },
      'limited',
      'Trouble with IICP, trying again',
    ],
  ])('has a word when %s', (_name, changes, state, sentence) => {
    expect(stateOf({ ...ready, ...changes }, false)).toMatchObject({ state, sentence });
  });
});

describe('the reason beside the state', () => {
  it('is that of the network which the sentence names', () => {
    const reason = { code: 'x.no-way', message: 'Nobody gets in.' };
    const networks = [network({ state: 'degraded', reason: trouble }), network({ state: 'blocked', reason })];
    expect(stateOf({ ...ready, networks }, false).reason).toEqual(reason);
  });

  it.each<[string, Partial<StateInputs>]>([
    ['paused', { availability: because('paused', 'you paused it') }],
    ['off', { networks: [network({ enabled: false })] }],
    ['out of slots', { availability: { ...open, slots: 0, bound: 'no-capacity' } }],
  ])('names a command of the practice folder where that is practised with: %s', (_name, changes) => {
    const commands = [false, true].map(
      (practice) => stateOf({ ...ready, ...changes }, practice).reason?.action?.match(/hearth( --practice)? /)?.[0],
    );
    expect(commands).toEqual(['hearth ', 'hearth --practice ']);
  });
});

describe('what keeps all networks from working', () => {
  const lacks = (...codes: string[]) => codes.map((code) => ({ code, message: 'It lacks something.' }));

  it.each<[string, Parameters<typeof blockersOf>[0], readonly string[]]>([
    ['nothing where none is joined', [{ id: 'iicp', enabled: false, blockers: lacks('a') }], []],
    ['what the only one lacks', [{ id: 'iicp', enabled: true, blockers: lacks('a') }], ['a']],
    [
      'nothing where another could work',
      [
        { id: 'iicp', enabled: true, blockers: lacks('a') },
        { id: 'iicp', enabled: true, blockers: [] },
      ],
      [],
    ],
    [
      'what each of them lacks',
      [
        { id: 'iicp', enabled: true, blockers: lacks('a') },
        { id: 'iicp', enabled: true, blockers: lacks('b') },
      ],
      ['a', 'b'],
    ],
    [
      'what a joined one lacks, whatever another could',
      [
        { id: 'iicp', enabled: true, blockers: lacks('a') },
        { id: 'iicp', enabled: false, blockers: [] },
      ],
      ['a'],
    ],
    [
      'what a network lacks, though a mesh lacks nothing',
      [
        { id: 'iicp', enabled: true, blockers: lacks('a') },
        { id: 'fips', enabled: true, blockers: [] },
      ],
      ['a'],
    ],
    ['nothing where only a mesh is joined', [{ id: 'fips', enabled: true, blockers: [] }], []],
  ])('is %s', (_what, networks, codes) => {
    expect(blockersOf(networks).map(({ code }) => code)).toEqual(codes);
  });
});

describe('verdict', () => {
  const kinds = (category: Parameters<typeof verdict>[0]) =>
    [1, 2, 3, 4, 9].map((failures) => verdict(category, failures, seededRandom()).kind);

  it.each(['unavailable', 'exhausted', 'conflict'] as const)('tries again for ever when %s', (category) => {
    expect(kinds(category)).toEqual(Array(5).fill('restart'));
  });

  it.each(['denied', 'invalid', 'rejected', 'cancelled'] as const)('parks what is %s', (category) => {
    expect(kinds(category)).toEqual(Array(5).fill('park'));
  });

  it('gives what is broken three more tries', () => {
    expect(kinds('broken')).toEqual(['restart', 'restart', 'restart', 'park', 'park']);
  });

  it('waits longer each time, up to a minute', () => {
    const waits = Array.from({ length: 12 }, (_, index) => verdict('unavailable', index + 1, seededRandom(3)));
    const ms = waits.map((wait) => (wait.kind === 'restart' ? wait.afterMs : 0));
    expect(ms[0]).toBeLessThanOrEqual(1000);
    expect(ms.at(-1)).toBeGreaterThanOrEqual(30_000);
    expect(Math.max(...ms)).toBeLessThanOrEqual(60_000);
  });
});

describe('dataFolder', () => {
  const home = '/home/ada';
  it.each([
    ['the flag first', '/flag', { HEARTH_HOME: '/env' }, 'linux', '/flag'],
    ['then HEARTH_HOME', undefined, { HEARTH_HOME: '/env' }, 'linux', '/env'],
    ['then XDG', undefined, { XDG_DATA_HOME: '/xdg' }, 'linux', '/xdg/hearth'],
    ['else the custom of Linux', undefined, {}, 'linux', '/home/ada/.local/share/hearth'],
    ['and of macOS', undefined, {}, 'darwin', '/home/ada/Library/Application Support/Hearth'],
  ] as const)('takes %s', (_name, flag, env, platform, folder) => {
    expect(dataFolder(flag, { platform, env, home })).toBe(folder);
  });
});
