// Servers that cost money: off until they are switched on, and never dearer than the user said.
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { InferenceRequest } from '../../../src-main/backends/backend.ts';
import { mostTokens } from '../../../src-main/backends/budget.ts';
import type { Backends } from '../../../src-main/backends/pool.ts';
import { endOfDay, startOfDay } from '../../../src-main/base/day.ts';
import type { ModelServerOptions } from '../../../src-main/practice/model-server.ts';
import { InferenceBackendSetting } from '../../../src-preload/contract/settings/backends.ts';
import { json, routes, type Script, scriptedServer } from '../../suites/scripted-server.ts';
import { chosen, ids, pool, server, states } from '../../support/backends.ts';
import { HandClock } from '../../support/clock.ts';
import { until } from '../../support/wait.ts';

const KEY = 'sk-ant-1';
const WHEN = Date.UTC(2026, 5, 15, 12);

async function anthropic(options: Partial<ModelServerOptions> = {}) {
  const started = await server(['m'], { shape: 'anthropic', apiKey: KEY, ...options });
  const asked = (method: string) => started.requests().filter((request) => request.method === method).length;
  return { ...started, posts: () => asked('POST'), looks: () => asked('GET') };
}

/** A pool with one server set so, and its key. */
async function withServer(
  url: string,
  setting: Partial<InferenceBackendSetting>,
  { key = KEY, now = WHEN, ...setup }: Parameters<typeof pool>[1] & { key?: string | null; now?: number } = {},
) {
  const clock = new HandClock(now);
  const made = await pool([], { clock, ...setup });
  if (key) made.settings.keys.set(url, key);
  const set = async (next: Partial<InferenceBackendSetting>) => {
    made.settings.set([{ kind: 'anthropic', url, ...next }]);
    await made.backends.detect();
  };
  await set(setting);
  return { ...made, clock, set };
}

const asking = (max_tokens = 50, signal = new AbortController().signal): InferenceRequest => ({
  task: 'llm:chat',
  model: 'm',
  payload: { model: 'm', messages: [{ role: 'user', content: 'hi' }], max_tokens, stream: false },
  signal,
});
const most = (request: InferenceRequest) => mostTokens(request.payload);
const budgetOf = (backends: Backends) => backends.views()[0]!.budget;
const usual = { enabled: true, dailyTokens: 1000 };

describe('Anthropic', () => {
  it.each<[string, Partial<InferenceBackendSetting>, string | null, string]>([
    ['nobody switched it on', {}, KEY, 'backends.off'],
    ['nobody switched it on, though it has a budget', { dailyTokens: 1000 }, KEY, 'backends.off'],
    ['it was switched off', { ...usual, enabled: false }, KEY, 'backends.off'],
    ['it has no key', usual, null, 'backends.denied'],
  ])('is not asked for anything at all where %s', async (_, setting, key, code) => {
    const own = await anthropic();
    const { backends, clock } = await withServer(own.url, setting, { key, autoDetect: true, candidates: [] });
    await backends.detect();
    await clock.turn(25 * 3_600_000);
    expect(backends.views()[0]).toMatchObject({
      kind: 'anthropic',
      state: 'off',
      reason: { code, message: expect.any(String), action: expect.any(String) },
      models: [],
      checkedAt: null,
    });
    expect(ids(backends)).toEqual([]);
    expect(backends.choose('llm:chat', 'm')).toEqual({ kind: 'none', missing: 'model' });
    expect(backends.choose('llm:chat').kind).toBe('none');
    expect(backends.stability().state).toBe('unavailable');
    expect(await backends.infer(own.url, asking())).toEqual({ kind: 'failed', code: 'unreachable' });
    await expect(backends.load(own.url, 'm')).rejects.toMatchObject({ code: 'backends.unknown-model' });
    expect(own.requests()).toEqual([]);
  });

  it('can’t be switched on without a budget', () => {
    const set = (more: object) =>
      InferenceBackendSetting.safeParse({ kind: 'anthropic', url: 'https://api.anthropic.com', ...more });
    expect(set({ enabled: true }).error?.issues[0]?.message).toMatch(/dailyTokens/);
    expect([{}, { enabled: false }, { dailyTokens: 1 }, usual].map((more) => set(more).success)).toEqual(
      Array(4).fill(true),
    );
  });

  it('is offered for chats once it is switched on, and not asked any more when it is off again', async () => {
    const own = await anthropic();
    const { backends, set, clock } = await withServer(own.url, {});
    await set(usual);
    expect(backends.views()[0]).toMatchObject({ state: 'ready', budget: { tokens: 1000, spent: 0 } });
    expect(backends.offered()).toEqual([{ id: 'm', tasks: ['llm:chat'] }]);
    own.hold();
    const running = backends.infer(chosen(backends, 'm')!.backend.id, asking());
    await until('the call to arrive', () => own.held() === 1);
    await set({ ...usual, enabled: false });
    const seen = own.requests().length;
    expect([states(backends), ids(backends)]).toEqual([['off'], []]);
    own.release();
    expect((await running).kind).toBe('done');
    expect(await backends.infer(own.url, asking())).toEqual({ kind: 'failed', code: 'unreachable' });
    await backends.detect();
    await clock.turn(3_600_000);
    expect(own.requests()).toHaveLength(seen);
  });

  it('is off as soon as its key is gone', async () => {
    const own = await anthropic();
    const { backends, settings, set } = await withServer(own.url, usual);
    expect(states(backends)).toEqual(['ready']);
    settings.keys.clear();
    await set(usual);
    expect(backends.views()[0]).toMatchObject({ state: 'off', reason: { code: 'backends.denied' } });
  });

  it('is looked at seldom', async () => {
    const own = await anthropic();
    const { clock } = await withServer(own.url, usual);
    const before = own.looks();
    await clock.turn(299_000);
    expect(own.looks()).toBe(before);
    await clock.turn(1000);
    await until('another look', () => own.looks() === before + 1);
  });
});

/** Answers calls when it is told to, each with that usage; what is asked meanwhile waits. */
async function priced() {
  const waiting: ServerResponse[] = [];
  const messages: Script = (res) => void waiting.push(res);
  const models = json({ data: [{ type: 'model', id: 'm' }], has_more: false });
  const { url, calls } = await scriptedServer(routes({ '/v1/models?limit=1000': models, '/v1/messages': messages }));
  const posts = () => calls.filter(({ method }) => method === 'POST').length;
  const next = async () => {
    await until('a call to wait', () => waiting.length > 0);
    return waiting.shift()!;
  };
  const answer = async (used: number) => {
    const usage = { input_tokens: used - 1, output_tokens: 1 };
    const body = { id: 'msg', type: 'message', content: [{ type: 'text', text: 'a' }], stop_reason: 'end_turn', usage };
    (await next()).writeHead(200).end(JSON.stringify(body));
  };
  return { url, calls, posts, next, answer };
}

describe('a daily budget', () => {
  it('once spent switches the server off, and the next midnight on again by itself', async () => {
    const own = await priced();
    const { backends, clock } = await withServer(own.url, usual);
    for (const used of [600, 400]) {
      expect(backends.views()[0]).toMatchObject({ state: 'ready', reason: null });
      const running = backends.infer(own.url, asking());
      await own.answer(used);
      expect((await running).kind).toBe('done');
    }
    expect(backends.views()[0]).toMatchObject({
      state: 'off',
      reason: { code: 'backends.budget-spent', message: expect.stringContaining('1000'), action: expect.any(String) },
      models: [{ id: 'm', offered: false }],
      budget: { tokens: 1000, spent: 1000 },
    });
    expect([ids(backends), backends.stability().state]).toEqual([[], 'unavailable']);
    expect(backends.choose('llm:chat', 'm').kind).toBe('none');
    const untilMidnight = endOfDay(WHEN) - WHEN;
    const refused = { kind: 'refused', code: 'rate-limited', retryAfterMs: untilMidnight };
    expect(await backends.infer(own.url, asking(1))).toEqual(refused);
    expect(own.posts()).toBe(2);
    await clock.turn(untilMidnight - 1);
    expect([states(backends), ids(backends)]).toEqual([['off'], []]);
    await clock.turn(1);
    await until('it to be offered again', () => ids(backends).join() === 'm');
    expect(backends.views()[0]).toMatchObject({ state: 'ready', budget: { tokens: 1000, spent: 0 } });
  });

  it('that was spent before the start keeps it off until midnight, unasked', async () => {
    const own = await anthropic();
    const asked: [string, number][] = [];
    const spentSince = (id: string, start: number) => {
      asked.push([id, start]);
      return start < WHEN ? 1000 : 0;
    };
    const { backends, clock } = await withServer(own.url, usual, { spentSince });
    const midnight = endOfDay(WHEN);
    await clock.turn(midnight - WHEN - 1);
    expect(backends.views()[0]).toMatchObject({ state: 'off', reason: { code: 'backends.budget-spent' } });
    expect([own.requests(), asked]).toEqual([[], [[own.url, startOfDay(WHEN)]]]);
    await clock.turn(1);
    await until('it to be offered', () => ids(backends).join() === 'm');
    expect(asked[1]).toEqual([own.url, midnight]);
  });

  it('counts the most that a task can use where the server does not say what it used', async () => {
    const own = await priced();
    const { backends } = await withServer(own.url, usual);
    const running = backends.infer(own.url, asking());
    const body = { id: 'msg', type: 'message', content: [{ type: 'text', text: 'a' }], stop_reason: 'end_turn' };
    (await own.next()).writeHead(200).end(JSON.stringify(body));
    expect((await running).kind).toBe('done');
    expect(budgetOf(backends)).toEqual({ tokens: 1000, spent: most(asking()) });
  });

  it('refuses what is more than what is left, until midnight, without asking the server', async () => {
    const own = await priced();
    const { backends } = await withServer(own.url, { ...usual, dailyTokens: most(asking()) });
    const refused = { kind: 'refused', code: 'rate-limited', retryAfterMs: endOfDay(WHEN) - WHEN };
    expect(await backends.infer(own.url, asking(51))).toEqual(refused);
    expect(own.posts()).toBe(0);
    const running = backends.infer(own.url, asking(50));
    await own.answer(10);
    expect((await running).kind).toBe('done');
    expect(await backends.infer(own.url, asking(50))).toEqual(refused);
    expect([own.posts(), states(backends)]).toEqual([1, ['ready']]);
  });

  it('is not passed by many at once, of whom those that do not fit may come again soon', async () => {
    const own = await priced();
    const each = most(asking());
    const { backends } = await withServer(own.url, { ...usual, dailyTokens: 10 * each + 5 });
    const calls = Array.from({ length: 30 }, () => backends.infer(own.url, asking()));
    await until('ten to arrive', () => own.posts() === 10);
    for (let i = 0; i < 10; i++) await own.answer(each);
    const ends = (await Promise.all(calls)).map((outcome) =>
      JSON.stringify({ ...outcome, text: '', json: '', usage: '' }),
    );
    const refused = JSON.stringify({ kind: 'refused', code: 'rate-limited', text: '', json: '', usage: '' });
    expect(ends.filter((end) => end === refused)).toHaveLength(20);
    expect([own.posts(), budgetOf(backends)]).toEqual([10, { tokens: 10 * each + 5, spent: 10 * each }]);
  });

  it('is not made larger by a change of settings while calls run, nor asked for twice', async () => {
    const own = await priced();
    let asked = 0;
    const spentSince = () => {
      asked += 1;
      return 0;
    };
    const each = most(asking());
    const { backends, set } = await withServer(own.url, { ...usual, dailyTokens: each }, { spentSince });
    const first = backends.infer(own.url, asking());
    await until('it to arrive', () => own.posts() === 1);
    await set({ ...usual, dailyTokens: 2 * each - 1, models: ['m'] });
    expect(await backends.infer(own.url, asking())).toEqual({ kind: 'refused', code: 'rate-limited' });
    await set({ enabled: false });
    await set({ ...usual, dailyTokens: 2 * each - 1 });
    await own.answer(each);
    expect((await first).kind).toBe('done');
    expect(await backends.infer(own.url, asking())).toMatchObject({
      code: 'rate-limited',
      retryAfterMs: endOfDay(WHEN) - WHEN,
    });
    expect([budgetOf(backends)!.spent, asked, own.posts()]).toEqual([each, 1, 1]);
  });

  it('switches on again at once when it is raised', async () => {
    const own = await priced();
    const { backends, set } = await withServer(own.url, { ...usual, dailyTokens: 200 });
    const running = backends.infer(own.url, asking());
    await own.answer(200);
    await running;
    expect(states(backends)).toEqual(['off']);
    await set({ ...usual, dailyTokens: 201 });
    expect([states(backends), ids(backends)]).toEqual([['ready'], ['m']]);
  });

  it('lets calls finish that run when it ends, and counts them', async () => {
    const own = await priced();
    const { backends } = await withServer(own.url, { ...usual, dailyTokens: 2 * most(asking()) });
    const calls = [backends.infer(own.url, asking()), backends.infer(own.url, asking())];
    await until('both to arrive', () => own.posts() === 2);
    // More than it could use by our count: what it says counts.
    await own.answer(2 * most(asking()));
    await until('the budget to be spent', () => states(backends)[0] === 'off');
    await own.answer(7);
    expect((await Promise.all(calls)).map(({ kind }) => kind)).toEqual(['done', 'done']);
    expect(budgetOf(backends)!.spent).toBe(2 * most(asking()) + 7);
  });

  const reply = (status: number) => (res: ServerResponse) => void res.writeHead(status).end('{}');
  it.each<[string, 'nothing' | 'the most', (res: ServerResponse) => void]>([
    ['refused as wrong', 'nothing', reply(400)],
    ['refused for its key', 'nothing', reply(401)],
    ['refused for its model', 'nothing', reply(404)],
    ['put off', 'nothing', reply(429)],
    ['put off by an overloaded server', 'nothing', reply(529)],
    ['cut off', 'the most', (res) => void res.destroy()],
    ['cut off in the middle', 'the most', (res) => void res.write('{', () => res.destroy())],
    ['answered with nonsense', 'the most', reply(200)],
    ['ended by an error', 'the most', reply(500)],
  ])('for a call that was %s counts %s', async (_, counted, play) => {
    const own = await priced();
    const { backends } = await withServer(own.url, usual);
    const request = asking();
    const running = backends.infer(own.url, request);
    play(await own.next());
    expect((await running).kind).not.toBe('done');
    expect(budgetOf(backends)!.spent).toBe(counted === 'nothing' ? 0 : most(request));
  });

  it('counts the most for a call whose caller has gone, and nothing for one that was never sent', async () => {
    const own = await priced();
    const { backends } = await withServer(own.url, usual);
    const stop = new AbortController();
    const request = asking(50, stop.signal);
    const running = backends.infer(own.url, request);
    await own.next();
    stop.abort();
    expect(await running).toEqual({ kind: 'aborted' });
    expect(budgetOf(backends)!.spent).toBe(most(request));
    const unsaid = { ...asking(), payload: { ...asking().payload, logprobs: true } };
    expect(await backends.infer(own.url, unsaid)).toEqual({ kind: 'refused', code: 'bad-request' });
    expect([budgetOf(backends)!.spent, own.posts()]).toEqual([most(request), 1]);
  });

  it('holds for any kind of server', async () => {
    const own = await server(['m'], { shape: 'openai' });
    const { backends } = await withServer(own.url, { kind: 'openai', dailyTokens: most(asking()) });
    expect((await backends.infer(own.url, asking())).kind).toBe('done');
    expect(await backends.infer(own.url, asking())).toMatchObject({ kind: 'refused', code: 'rate-limited' });
    expect(budgetOf(backends)!.spent).toBeGreaterThan(0);
  });

  it('leaves no timer behind', async () => {
    const own = await anthropic();
    const { backends, clock, set } = await withServer(own.url, usual, { spentSince: () => 5000 });
    expect(clock.timers).toBe(1);
    await set({ ...usual, dailyTokens: 2000 });
    expect(clock.timers).toBe(1);
    await backends.stop();
    expect(clock.timers).toBe(0);
  });
});
