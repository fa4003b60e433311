// "Why am I idle?": which causes are found, and which comes first.
import { describe, expect, it } from 'vitest';
import type { AnswerView, Why } from '../../../src-preload/contract/availability.ts';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { NetworkView, NetworkViewOf } from '../../../src-preload/contract/networks/index.ts';
import type { NodeView } from '../../../src-preload/contract/node.ts';
import type { WalletAlert } from '../../../src-preload/contract/wallet.ts';
import type { RefusalReason, WorkView } from '../../../src-preload/contract/work.ts';
import { languages } from '../../../src-renderer/i18n/index.ts';
import { type BannerInputs, bannersOf, nameOf } from '../../../src-renderer/pages/home/banner.ts';
import { causeWords } from '../../../src-renderer/pages/home/causes.tsx';
import { type IdleInputs, idleCauses } from '../../../src-renderer/pages/home/idle.ts';
import { speak } from './speech.ts';

interface Change {
  readonly node?: Partial<NodeView>;
  readonly answer?: Partial<AnswerView>;
  readonly networks?: readonly Partial<Omit<NetworkViewOf<'iicp'>, 'id'> & Pick<NetworkView, 'id'>>[];
  readonly backends?: readonly Partial<BackendView>[];
  readonly today?: Partial<WorkView['today']>;
  readonly refusedFor?: RefusalReason;
}

/** A network that only connects. */
const mesh = { id: 'fips' as const, title: 'FIPS', capabilities: [] };
const rated = (reputation: number) => ({ detail: { reputation } as NetworkViewOf<'iicp'>['detail'] });

/** A node for which all is well. */
function inputs({ node, answer, networks = [{}], backends = [{}], today, refusedFor = 'full' }: Change): IdleInputs {
  return {
    node: { state: 'ready', sharing: true, working: 0, slots: 4, services: [], reason: null, ...node } as NodeView,
    answer: {
      accepting: true,
      level: 'full',
      slots: 4,
      most: 4,
      bound: null,
      why: null,
      also: [],
      until: null,
      next: null,
      ...answer,
    },
    networks: networks.map(
      (change) =>
        ({
          id: 'iicp',
          title: 'IICP',
          enabled: true,
          state: 'online',
          reason: null,
          blockers: [],
          address: null,
          capabilities: ['inbound'],
          detail: { reputation: null },
          ...change,
        }) as NetworkView,
    ),
    backends: backends.map(
      (change) => ({ state: 'ready', models: [{ offered: true }], warnings: [], ...change }) as unknown as BackendView,
    ),
    work: {
      live: [],
      recent: [],
      today: { done: 0, failed: 0, cancelled: 0, refused: 0, ...today },
      refusals: today?.refused ? [{ reason: refusedFor, count: today.refused }] : [],
    },
  };
}

const none: BackendView['models'] = [];
const why = (code: Why['code'], args: Why['args'] = {}): Why => ({ code, args, says: '' });
const bound = (...[first, ...also]: Why[]): Partial<AnswerView> => ({ accepting: false, slots: 0, why: first!, also });
const reason = (code: string) => ({ code, message: 'What it says.' });

const table: readonly (readonly [name: string, change: Change, causes: readonly string[]])[] = [
  ['all is well', {}, ['no-demand']],
  ['sharing is off', { answer: bound(why('switched-off')) }, ['switched-off']],
  ['paused by hand', { answer: bound(why('paused')) }, ['paused']],
  ['a game on battery', { answer: bound(why('apps', { app: 'x' }), why('battery')) }, ['apps', 'battery']],
  ['outside the hours', { answer: bound(why('grid', { level: 'off' })) }, ['grid']],
  ['nothing can be recorded', { answer: bound(why('storage')) }, ['storage']],
  ['no task at once', { answer: { slots: 0, most: 0 } }, ['no-capacity']],
  ['quiet mode leaves one place', { answer: { slots: 1, most: 4, bound: 'quiet' } }, ['fewer-now', 'no-demand']],
  ['the hours leave one place', { answer: { slots: 1, most: 4 } }, ['fewer-now', 'no-demand']],
  ['still starting', { node: { state: 'starting' } }, ['starting']],
  ['no server', { backends: [] }, ['no-backend']],
  ['a server that is gone', { backends: [{ state: 'not-found', models: none }] }, ['no-backend']],
  ['a server without a model', { backends: [{ state: 'no-model', models: none }] }, ['no-model']],
  ['a model that is switched off', { backends: [{ state: 'ready', models: none }] }, ['no-model']],
  ['a server that fails', { backends: [{ state: 'failing', models: none }] }, ['backend-failing']],
  ['a server that is off', { backends: [{ state: 'off', models: none }] }, ['backend-off']],
  ['a model being loaded', { backends: [{ state: 'loading', models: none }] }, ['backend-loading']],
  ['a model asleep', { backends: [{ state: 'cold' }] }, ['backend-cold', 'no-demand']],
  ['one server of two ready', { backends: [{ state: 'failing', models: none }, {}] }, ['no-demand']],
  ['still looking for servers', { backends: [{ state: 'checking', models: none }] }, ['no-demand']],
  ['no network', { networks: [{ enabled: false, state: 'off' }] }, ['no-network']],
  ['only a mesh', { networks: [mesh] }, ['only-connects']],
  ['a mesh without a neighbour', { networks: [{ ...mesh, state: 'degraded' }] }, ['only-connects']],
  ['only a mesh, and no server', { networks: [mesh], backends: [] }, ['only-connects']],
  ['a mesh beside a network', { networks: [{}, mesh] }, ['no-demand']],
  ['a mesh in trouble beside a network', { networks: [{}, { ...mesh, state: 'degraded' }] }, ['no-demand']],
  ['no address', { networks: [{ state: 'blocked', reason: reason('iicp.no-endpoint') }] }, ['blocked:iicp']],
  ['the directory away', { networks: [{ state: 'degraded' }] }, ['degraded:iicp']],
  [
    'something that a network needs is not here',
    { networks: [{ blockers: [reason('x.no-engine')] }] },
    ['x.no-engine:iicp'],
  ],
  ['a lack of models, which the servers say', { networks: [{ blockers: [reason('node.no-models')] }] }, ['no-demand']],
  ['joining', { networks: [{ state: 'starting' }] }, ['joining:iicp']],
  ['a low reputation', { networks: [rated(0.1)] }, ['low-reputation:iicp', 'no-demand']],
  ['a reputation that hides', { networks: [rated(0.09)] }, ['hidden:iicp']],
  ['a good reputation', { networks: [rated(0.9)] }, ['no-demand']],
  ['every place taken', { node: { working: 4 } }, ['all-busy']],
  ['at work', { node: { working: 1 } }, []],
  ['more refused than done', { today: { refused: 3, done: 2 } }, ['tasks-refused', 'no-demand']],
  [
    'most asked for another model',
    { today: { refused: 3, done: 2 }, refusedFor: 'unknown-model' },
    ['model-unwanted', 'no-demand'],
  ],
  ['some refused', { today: { refused: 2, done: 3 } }, ['no-demand']],
  [
    'several things at once',
    {
      answer: bound(why('switched-off')),
      backends: [],
      networks: [{ state: 'degraded' }],
      today: { refused: 1 },
    },
    ['switched-off', 'no-backend', 'degraded:iicp', 'tasks-refused'],
  ],
];

describe('the causes of being idle', () => {
  it.each(table)('%s', (_name, change, causes) => {
    expect(idleCauses(inputs(change)).map(({ id }) => id)).toEqual(causes);
  });

  it.each([
    [20, ['price-above:iicp', 'no-demand']],
    [19, ['no-demand']],
  ])('name the price where %i of 38 are lower', (lower, causes) => {
    const prices = [{ network: 'iicp' as const, prices: { at: 1, count: 38, middle: 1, lower, own: 2 } }];
    expect(idleCauses({ ...inputs({}), prices }).map(({ id }) => id)).toEqual(causes);
    expect(idleCauses({ ...inputs({}), prices: [] }).map(({ id }) => id)).toEqual(['no-demand']);
  });

  it('come from what keeps all tasks away down to what is quite normal', () => {
    const rank = { blocks: 0, slows: 1, normal: 2 };
    for (const [, change] of table) {
      const ranks = idleCauses(inputs(change)).map(({ weight }) => rank[weight]);
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    }
  });

  it('name the network beside its reason where there are several', async () => {
    const speech = { ...(await speak('en')), say: (said: Reason) => said };
    const held = { state: 'degraded' as const, reason: reason('iicp.directory-unreachable') };
    const words = (networks: Change['networks']) => causeWords(idleCauses(inputs({ networks }))[0]!, speech);
    expect(words([held])).toBe('What it says.');
    expect(words([held, {}])).toBe('IICP: What it says.');
  });

  it('only cost some tasks where another network is online', () => {
    const [first] = idleCauses(inputs({ networks: [{ state: 'degraded' }, {}] }));
    expect(first).toMatchObject({ id: 'degraded:iicp', weight: 'slows' });
  });

  it.each<[string, Change, string]>([
    ['a network in trouble', { networks: [{ state: 'degraded' }, mesh] }, 'degraded:iicp'],
    ['a lack of model servers', { networks: [{}, mesh], backends: [] }, 'no-backend'],
  ])('keep all tasks away beside a mesh as they do without: %s', (_what, change, id) => {
    expect(idleCauses(inputs(change))[0]).toMatchObject({ id, weight: 'blocks' });
  });

  it.each(languages)('are whole sentences in %s', async (code) => {
    const speech = await speak(code);
    for (const cause of table.flatMap(([, change]) => idleCauses(inputs(change)))) {
      expect(causeWords(cause, { ...speech, say: (said) => said })).toMatch(/^[^{}]+\.$/);
    }
  });
});

describe('the advice', () => {
  const NOW = Date.UTC(2026, 0, 1);
  const DAY = 86_400_000;
  const none = { entries: 0, settings: 0 };
  type Backup = NonNullable<BannerInputs['backup']>;
  const all = (change: Change, backup?: Partial<Backup>) => {
    const { backends, ...rest } = inputs(change);
    const held = backup && { needed: true, last: null, changedSince: none, ...backup };
    return bannersOf({ causes: idleCauses({ backends, ...rest }), backends, backup: held, now: NOW }).map(nameOf);
  };
  const advised = (change: Change, backup?: Partial<Backup>) => all(change, backup)[0];
  const made = (daysAgo: number, provenAt: number | null = NOW): Backup['last'] => ({
    madeAt: NOW - daysAgo * DAY,
    bytes: 1,
    provenAt,
  });

  it('is to back up where there never was a backup and something to lose, after what keeps all away', () => {
    expect(advised({}, {})).toBe('unsaved');
    expect(advised({}, { needed: false })).toBeUndefined();
    expect(advised({ networks: [] }, {})).toBe('no-network');
  });

  it.each<[string, Partial<Backup>, ReturnType<typeof advised>]>([
    ['young, proven and complete', { last: made(3) }, undefined],
    ['old, though nothing has changed', { last: made(90) }, undefined],
    ['old, and something has come since', { last: made(31), changedSince: { entries: 1, settings: 0 } }, 'outdated'],
    ['young, and little has come since', { last: made(29), changedSince: { entries: 60, settings: 1 } }, undefined],
    ['young, and much has come since', { last: made(2), changedSince: { entries: 2000, settings: 0 } }, 'outdated'],
    ['young, and many settings are others', { last: made(2), changedSince: { entries: 0, settings: 10 } }, 'outdated'],
    ['one that nobody has tried out', { last: made(2, null) }, 'unproven'],
    ['old and untried', { last: made(31, null), changedSince: { entries: 1, settings: 0 } }, 'outdated'],
    ['not needed', { needed: false, last: made(99, null) }, undefined],
  ])('looks at the age of the backup: %s', (_how, backup, errand) => {
    expect(advised({}, backup)).toBe(errand);
    expect(advised({ networks: [] }, backup)).toBe('no-network');
  });

  it('is what the wallet says: missing money before anything else, one of a kind, and its own word on backups for that of the node', () => {
    const { backends, ...rest } = inputs({ networks: [] });
    const causes = idleCauses({ backends, ...rest });
    const backup = { needed: true, last: null, changedSince: none };
    const alert = (kind: WalletAlert['kind'], mint: string | null): WalletAlert => ({
      kind,
      mint,
      at: null,
      reason: reason(`wallet.alert-${kind}`),
    });
    const named = (...money: WalletAlert[]) => bannersOf({ causes, backends, backup, money, now: NOW }).map(nameOf);
    expect(named()).toEqual(['no-network', 'unsaved']);
    expect(named(alert('backup', null), alert('difference', 'a'))).toEqual([
      'wallet difference',
      'no-network',
      'wallet backup',
    ]);
    expect(named(alert('mint-away', 'a'), alert('mint-away', 'b'))).toEqual([
      'no-network',
      'wallet mint-away',
      'unsaved',
    ]);
  });

  it('is to go on with a setup that was left, and nothing else', () => {
    const { backends, ...rest } = inputs({ networks: [] });
    const causes = idleCauses({ backends, ...rest });
    expect(bannersOf({ causes, backends, unfinished: true, now: NOW })).toEqual([{ errand: 'unfinished' }]);
    // Whose money is gone does not wait for it.
    const money: WalletAlert = { kind: 'difference', mint: 'a', at: null, reason: reason('wallet.alert-missing') };
    expect(bannersOf({ causes, backends, money: [money], unfinished: true, now: NOW })).toEqual([
      { money },
      { errand: 'unfinished' },
    ]);
  });

  it('is what keeps the outside out, where that is what networks wait for, once for all of them', () => {
    const unreached = reason('reachability.carrier-nat');
    const said = (...states: NetworkView['state'][]) => {
      const { backends, ...rest } = inputs({ networks: states.map((state) => ({ state })) });
      return bannersOf({ causes: idleCauses({ backends, ...rest }), backends, unreached, now: NOW });
    };
    expect(said('blocked')).toEqual([{ unreached }]);
    expect(said('blocked', 'blocked')).toEqual([{ unreached }]);
    expect(said('degraded')).toMatchObject([{ cause: { id: 'degraded:iicp' } }]);
    expect(said('online')).toEqual([]);
  });

  it('is one for each cause, the weightiest first, and never more than three', () => {
    const backends = [{ warnings: [reason('backends.exposed'), reason('backends.exposed')] }, { warnings: [] }];
    expect(all({ networks: [{ state: 'degraded' as const }], backends, today: { refused: 9 } }, {})).toEqual([
      'degraded:iicp',
      'backends.exposed',
      'unsaved',
    ]);
  });

  const warned = { warnings: [reason('backends.exposed')] };

  it.each([
    ['nothing while all is well', {}, undefined],
    ['nothing while only patience helps', { networks: [{ state: 'starting' as const }] }, undefined],
    ['nothing about what the user chose', { answer: { slots: 1 } }, undefined],
    ['nothing about a mesh that was joined alone', { networks: [mesh] }, undefined],
    ['nothing about a model that sleeps', { backends: [{ state: 'cold' as const }] }, undefined],
    ['nothing about a switch or a rule', { answer: bound(why('paused'), why('battery')) }, undefined],
    [
      'what keeps all away before a warning',
      { networks: [{ state: 'degraded' as const }], backends: [warned] },
      'degraded:iicp',
    ],
    ['a warning before what keeps some away', { backends: [warned], today: { refused: 9 } }, 'backends.exposed'],
    ['what keeps some away', { today: { refused: 9 } }, 'tasks-refused'],
  ] satisfies [string, Change, string | undefined][])('is %s', (_name, change, expected) => {
    expect(advised(change)).toBe(expected);
  });
});
