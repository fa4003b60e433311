import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, choose } from '../../../src-main/backends/choice.ts';
import type { Model } from '../../../src-main/backends/models.ts';
import { stabilityOf } from '../../../src-main/backends/stability.ts';

const model = (over: Partial<Model> = {}): Model => ({
  id: 'm',
  state: 'loaded',
  on: true,
  tasks: ['llm:chat'],
  most: null,
  maxTokens: null,
  keepWarm: false,
  memory: null,
  ...over,
});

interface Facts {
  readonly id: string;
  readonly model?: Partial<Model>;
  readonly offered?: boolean;
  readonly busy?: number;
  readonly lastChosen?: number;
  readonly full?: boolean;
}

function candidate({ id, model: over, offered = true, busy = 0, lastChosen = 0, full = false }: Facts): Candidate {
  const its = model(over);
  return {
    backend: { id },
    offers: offered && its.state !== 'failing' ? [its] : [],
    busy,
    lastChosen,
    find: (asked) => (asked === its.id && its.on ? its : undefined),
    hasRoomFor: () => !full,
  };
}

const chosenOf = (facts: readonly Facts[], asked: string | undefined = 'm') => {
  const choice = choose(facts.map(candidate), 'llm:chat', asked);
  return choice.kind === 'chosen' ? choice.backend.id : choice;
};

describe('choosing a server', () => {
  it.each([
    ['cold', true],
    ['loaded', false],
    ['unknown', false],
  ] as const)('says whether the model has to be loaded first: %s', (state, cold) => {
    expect(choose([candidate({ id: 'a', model: { state } })], 'llm:chat', 'm')).toMatchObject({ cold });
  });

  it.each<[name: string, facts: Facts[], chosen: unknown]>([
    ['takes the only one', [{ id: 'a' }], 'a'],
    [
      'prefers the less busy',
      [
        { id: 'a', busy: 0.5 },
        { id: 'b', busy: 0.25 },
      ],
      'b',
    ],
    [
      'takes turns where all are as busy',
      [
        { id: 'a', lastChosen: 7 },
        { id: 'b', lastChosen: 3 },
      ],
      'b',
    ],
    [
      'prefers memory to disk, busy or not',
      [
        { id: 'a', model: { state: 'cold' } },
        { id: 'b', busy: 0.9 },
      ],
      'b',
    ],
    [
      'goes to the disk when memory is full',
      [
        { id: 'a', model: { state: 'cold' } },
        { id: 'b', full: true },
      ],
      'a',
    ],
    ['counts a server that does not tell as being ready', [{ id: 'a', model: { state: 'unknown' } }], 'a'],
    ['says that all are at their limits', [{ id: 'a', full: true }], { kind: 'busy' }],
    [
      'asks to wait for one that is loading',
      [{ id: 'a', model: { state: 'loading' } }],
      { kind: 'waiting', reason: 'backend_loading', retryAfterMs: 30_000 },
    ],
    [
      'asks to wait longer for one that has crashed',
      [{ id: 'a', model: { state: 'failing' } }],
      { kind: 'waiting', reason: 'backend_unstable', retryAfterMs: 60_000 },
    ],
    [
      'tells the shorter wait of the two',
      [
        { id: 'a', model: { state: 'failing' } },
        { id: 'b', model: { state: 'loading' } },
      ],
      { kind: 'waiting', reason: 'backend_loading', retryAfterMs: 30_000 },
    ],
    ['does not wait where another can work', [{ id: 'a', model: { state: 'loading' } }, { id: 'b' }], 'b'],
    ['knows no such model', [{ id: 'a', model: { id: 'other' } }], { kind: 'none', missing: 'model' }],
    ['leaves out what is switched off', [{ id: 'a', model: { on: false } }], { kind: 'none', missing: 'model' }],
    ['leaves out a server that is away', [{ id: 'a', offered: false }], { kind: 'none', missing: 'task' }],
    [
      'says that the model is there for other work',
      [{ id: 'a', model: { tasks: ['llm:embedding'] } }],
      { kind: 'none', missing: 'task' },
    ],
    ['has nobody to choose from', [], { kind: 'none', missing: 'model' }],
  ])('%s', (_name, facts, expected) => {
    expect(chosenOf(facts)).toEqual(expected);
  });

  it('finds a model where none was named, one in memory first', () => {
    expect(chosenOf([{ id: 'a', model: { state: 'cold' } }, { id: 'b' }], undefined)).toBe('b');
    expect(choose([candidate({ id: 'a' })], 'audio:speech')).toEqual({ kind: 'none', missing: 'model' });
  });

  it('hands the user’s limit for the model on', () => {
    expect(choose([candidate({ id: 'a', model: { maxTokens: 9 } })], 'llm:chat', 'm')).toMatchObject({ maxTokens: 9 });
  });

  it('gives equal servers equal shares, whatever they begin with', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 60 }), (servers, tasks) => {
        const last = Array.from({ length: servers }, () => 0);
        const got = Array.from({ length: servers }, () => 0);
        for (let turn = 1; turn <= tasks; turn += 1) {
          const id = Number(chosenOf(last.map((lastChosen, index) => ({ id: String(index), lastChosen }))));
          last[id] = turn;
          got[id]! += 1;
        }
        expect(Math.max(...got) - Math.min(...got)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('how the servers stand together', () => {
  const standing = (state: Parameters<typeof stabilityOf>[0][number]['state'], ...models: Partial<Model>[]) => ({
    state,
    models: models.map(model),
    offers: models.map(model).filter((each) => each.state !== 'failing'),
  });
  const [cold, loading, failing] = [{ state: 'cold' }, { state: 'loading' }, { state: 'failing' }] as const;

  it.each([
    ['ready', [standing('ready', {})], { state: 'ok', reason: null, retryAfterMs: null }],
    ['does not tell', [standing('ready', { state: 'unknown' })], { state: 'ok' }],
    ['one asleep beside one ready', [standing('cold', cold), standing('ready', {})], { state: 'ok' }],
    ['asleep', [standing('cold', cold)], { state: 'degraded', reason: 'backend_cold', retryAfterMs: null }],
    ['one asleep beside one loading', [standing('cold', cold, loading)], { state: 'degraded', reason: 'backend_cold' }],
    ['loading', [standing('loading', loading)], { state: 'draining', reason: 'backend_loading', retryAfterMs: 30_000 }],
    ['starting, models not known yet', [standing('loading')], { state: 'draining', reason: 'backend_loading' }],
    [
      'crashed',
      [standing('failing', failing)],
      { state: 'draining', reason: 'backend_unstable', retryAfterMs: 60_000 },
    ],
    ['away', [standing('not-found')], { state: 'unavailable', reason: 'observer_error', retryAfterMs: null }],
    ['none', [], { state: 'unavailable', reason: 'observer_error' }],
  ])('tells of servers that are %s', (_name, members, expected) => {
    expect(stabilityOf(members)).toMatchObject(expected);
  });
});
