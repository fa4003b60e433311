import { describe, expect, it } from 'vitest';
import { limitsOf } from '../../../src-main/engine/limits.ts';
import type { AnswerView } from '../../../src-preload/contract/availability.ts';
import type { BackendView, ModelView } from '../../../src-preload/contract/backends.ts';

function answer(facts: Partial<AnswerView> = {}): AnswerView {
  return {
    accepting: true,
    level: 'full',
    slots: 4,
    most: 4,
    bound: null,
    why: null,
    also: [],
    until: null,
    next: null,
    ...facts,
  };
}

function model(id: string, facts: Partial<ModelView> = {}): ModelView {
  return {
    id,
    state: 'loaded',
    offered: true,
    on: true,
    tasks: ['llm:chat'],
    running: 0,
    most: null,
    keepWarm: false,
    memory: null,
    ...facts,
  };
}

function server(id: string, models: ModelView[], facts: Partial<BackendView> = {}): BackendView {
  return {
    id,
    kind: 'ollama',
    url: id,
    origin: 'found',
    lost: null,
    state: 'ready',
    reason: null,
    warnings: [],
    version: null,
    models,
    loads: true,
    unloads: true,
    checkedAt: 1,
    running: 0,
    most: null,
    budget: null,
    ...facts,
  };
}

const free = server('a', [model('m')]);
const game = { code: 'apps', args: { app: 'factorio' }, says: 'app: factorio' } as const;
const share = { code: 'grid', args: { level: 'reduced' }, says: 'your week has 50 % open now' } as const;

const lends = { cpuMillicores: 4000, memoryMiB: 8000, diskMiB: 9000, gpuMiB: 0, ports: 16 };
const shared = { lends, held: [], elsewhere: [] };

/** In short: room, tasks at once, and the limit that binds with what it has. */
function inShort(facts: { answer?: AnswerView; active?: number; backends?: BackendView[] }) {
  const view = limitsOf({ ...shared, now: 1, active: 0, answer: answer(), backends: [free], ...facts });
  const binding = view.binding === null ? null : view.limits[view.binding]!;
  return [view.room, view.most, binding && [binding.kind, binding.backend ?? '', binding.model ?? '', binding.reached]];
}

describe('limits', () => {
  it.each([
    ['the slots, where nothing else is tighter', {}, [4, 4, ['slots', '', '', false]]],
    ['the slots, all of them taken', { active: 4 }, [0, 4, ['slots', '', '', true]]],
    ['the slots, where there are none', { answer: answer({ slots: 0, most: 0 }) }, [0, 0, ['slots', '', '', true]]],
    [
      'the rule that stops everything, while a task finishes',
      { active: 1, answer: answer({ accepting: false, slots: 0, bound: 'apps', why: game }) },
      [0, 1, ['availability', '', '', true]],
    ],
    [
      'the window of the week',
      { active: 1, answer: answer({ slots: 2, bound: 'grid', why: share }) },
      [1, 2, ['window', '', '', false]],
    ],
    [
      'quiet mode',
      { active: 0, answer: answer({ slots: 1, bound: 'quiet', why: { code: 'quiet', args: {}, says: 'quiet mode' } }) },
      [1, 1, ['quiet', '', '', false]],
    ],
    [
      'a window that became narrower than what runs',
      { active: 3, answer: answer({ slots: 2, bound: 'grid', why: share }) },
      [0, 3, ['window', '', '', true]],
    ],
    [
      'a server with room for one call',
      { active: 1, backends: [server('a', [model('m', { running: 1 })], { running: 1, most: 2 })] },
      [1, 2, ['backend', 'a', '', false]],
    ],
    [
      'a budget that is spent',
      { backends: [server('a', [model('m', { offered: false })], { budget: { tokens: 10, spent: 11 } })] },
      [0, 0, ['budget', 'a', '', true]],
    ],
    [
      'a model with a limit of its own',
      { backends: [server('a', [model('m', { most: 1 })])] },
      [1, 1, ['model', 'a', 'm', false]],
    ],
    [
      'the slots, where a second model has no limit',
      { backends: [server('a', [model('m', { most: 1 }), model('n')])] },
      [4, 4, ['slots', '', '', false]],
    ],
    [
      'the fuller of two servers, each with its own limit',
      {
        active: 1,
        backends: [server('a', [model('m')], { most: 2 }), server('b', [model('m')], { running: 1, most: 1 })],
      },
      [2, 3, ['backend', 'b', '', true]],
    ],
    ['nothing, where no model is offered', { backends: [server('a', [model('m', { offered: false })])] }, [0, 0, null]],
    ['nothing, where there is no server', { backends: [] }, [0, 0, null]],
  ])('name %s', (_name, facts, expected) => {
    expect(inShort(facts)).toEqual(expected);
  });

  it('are all listed, from the outermost to the innermost, with the settings that hold them', () => {
    const backends = [
      server('a', [model('m', { most: 3, running: 1 }), model('n')], { running: 1, budget: { tokens: 9, spent: 2 } }),
    ];
    const view = limitsOf({
      ...shared,
      now: 7,
      active: 1,
      answer: answer({ slots: 3, bound: 'grid', why: share }),
      backends,
    });
    expect(view.limits).toEqual([
      expect.objectContaining({ kind: 'availability', reached: false, most: null, setting: null }),
      expect.objectContaining({ kind: 'slots', used: 1, most: 4, setting: 'capacity.maxConcurrent' }),
      expect.objectContaining({ kind: 'window', used: 1, most: 3, setting: 'availability.grid' }),
      expect.objectContaining({ kind: 'backend', backend: 'a', used: 1, most: null, setting: 'backends.inference' }),
      expect.objectContaining({ kind: 'budget', backend: 'a', used: 2, most: 9, setting: 'backends.inference' }),
      expect.objectContaining({
        kind: 'model',
        backend: 'a',
        model: 'm',
        used: 1,
        most: 3,
        setting: 'backends.models',
      }),
    ]);
    expect(view.at).toBe(7);
  });

  it('tell what is lent, although nothing is taken now, and who holds what of it', () => {
    const resources = { slots: 0, cpuMillicores: 2000, memoryMiB: 4000, diskMiB: 0, gpuMiB: 0, ports: 1 };
    const held = [{ network: 'boxes', kind: 'lease' as const, claims: 1, resources, until: 9 }];
    const stopped = answer({ accepting: false, slots: 0, why: game });
    const elsewhere = [{ ...held[0]!, until: 8 }];
    const view = limitsOf({ now: 1, active: 0, answer: stopped, backends: [free], lends, held, elsewhere });
    expect([view.lends, view.held, view.elsewhere]).toEqual([{ ...lends, slots: 4 }, held, elsewhere]);
  });
});
