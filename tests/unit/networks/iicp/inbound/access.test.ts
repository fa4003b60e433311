// Who may send tasks where that is asked to be proven; parts of split work; each against the protocol's own vectors and tables.
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { Access, type AccessDeps } from '../../../../../src-main/networks/iicp/inbound/access.ts';
import { isForTask, openToken, TOKEN_DOMAINS } from '../../../../../src-main/networks/iicp/inbound/tokens.ts';
import { Cooperation, policyBlock } from '../../../../../src-main/networks/iicp/tasks/cooperation.ts';
import { readTask } from '../../../../../src-main/networks/iicp/tasks/wire.ts';
import { Signer } from '../../../../../src-main/practice/iicp/signing.ts';
import { HandClock } from '../../../../support/clock.ts';
import vectors from '../../../../vectors/iicp-tokens.json' with { type: 'json' };

const KEY = vectors.public_key_hex;
const { claims, token } = vectors.consumer_token;
const CHAT = claims.intent;
const signer = new Signer(Buffer.from(vectors.seed_hex, 'hex'));
const signed = (changes: object) => signer.token(TOKEN_DOMAINS.consumer, { ...claims, ...changes });

describe('tokens that a directory has signed', () => {
  it.each([
    ['consumer', TOKEN_DOMAINS.consumer, vectors.consumer_token],
    ['relay bind', TOKEN_DOMAINS.relayBind, vectors.relay_ticket],
  ] as const)('opens the %s token of the vectors', (_name, domain, vector) => {
    expect(domain).toBe(vector.domain);
    expect(openToken(vector.token, domain, KEY)).toEqual(vector.claims);
  });

  it.each([
    ['for another purpose', token, TOKEN_DOMAINS.relayBind, KEY],
    ['by another key', token, TOKEN_DOMAINS.consumer, new Signer(Buffer.alloc(32, 8)).publicKeyHex],
    ['by what is no key', token, TOKEN_DOMAINS.consumer, 'ff'.repeat(32)],
    ['by half a key', token, TOKEN_DOMAINS.consumer, KEY.slice(2)],
    ['in part', token.slice(1), TOKEN_DOMAINS.consumer, KEY],
    ['with a changed signature', `${token.slice(0, -1)}0`, TOKEN_DOMAINS.consumer, KEY],
    ['in capitals', token.toUpperCase(), TOKEN_DOMAINS.consumer, KEY],
    ['with more behind it', `${token}.x`, TOKEN_DOMAINS.consumer, KEY],
    ['empty', '', TOKEN_DOMAINS.consumer, KEY],
    ['without end', `${'a'.repeat(5000)}.${'0'.repeat(128)}`, TOKEN_DOMAINS.consumer, KEY],
  ])('opens none %s', (_name, text, domain, key) => {
    expect(openToken(text, domain, key)).toBeUndefined();
  });

  it('opens none whose claims are no object, though the signature is right', () => {
    for (const value of ['[]', '7', 'null', '{']) {
      const part = Buffer.from(value).toString('base64url');
      const text = `${part}.${signer.sign(TOKEN_DOMAINS.consumer + part).toString('hex')}`;
      expect(openToken(text, TOKEN_DOMAINS.consumer, KEY)).toBeUndefined();
    }
  });

  const now = claims.iat * 1000;
  it.each<[string, object, number, boolean]>([
    ['as issued', {}, now, true],
    ['for any intent', { intent: '*' }, now, true],
    ['for another intent', { intent: 'urn:iicp:intent:llm:embedding:v1' }, now, false],
    ['for another node', { aud: 'node-2' }, now, false],
    ['of another version', { v: 2 }, now, false],
    ['just before its grace ends', {}, (claims.exp + 10) * 1000 - 1, true],
    ['when its grace ends', {}, (claims.exp + 10) * 1000, false],
    ['without an end', { exp: undefined }, now, false],
    ['with an end that is no number', { exp: '2900000000' }, now, false],
  ])('holds or not: %s', (_name, changes, at, holds) => {
    expect(isForTask({ ...claims, ...changes }, 'node-1', CHAT, at)).toBe(holds);
  });
});

describe('access', () => {
  function access(changes: Partial<AccessDeps> = {}) {
    const clock = new HandClock(claims.iat * 1000);
    const state = { asked: 0, key: KEY as string | undefined };
    const judge = new Access({
      clock,
      logger: silentLogger,
      required: () => true,
      nodeId: 'node-1',
      nodeToken: () => 'own-token',
      directory: {
        directoryKey: async () => {
          state.asked += 1;
          return state.key;
        },
      },
      ...changes,
    });
    return { clock, state, judge };
  }
  const task = { intent: CHAT, nodeToken: undefined };

  it('asks nobody for anything while it is off', () => {
    const { judge, state } = access({ required: () => false });
    expect([judge.judge(task, {}), state.asked]).toEqual([undefined, 0]);
  });

  it.each([
    ['nothing', undefined, {}, 401],
    ['its own token in the body', 'own-token', {}, undefined],
    ['its own token as bearer', undefined, { bearer: 'own-token' }, undefined],
    ['a token of the same length', 'own-tokem', {}, 401],
    ['a longer one', 'own-token2', {}, 401],
    ['an empty one', '', { bearer: '' }, 401],
    ['a bearer of its own', undefined, { bearer: 'somebody' }, 401],
    ['the token of the vectors', undefined, { consumerToken: token }, undefined],
    ['one for another node', undefined, { consumerToken: signed({ aud: 'node-2' }) }, 401],
    ['garbage', undefined, { consumerToken: 'x.y' }, 401],
  ])('judges a caller with %s', async (_name, nodeToken, shown, status) => {
    const { judge } = access();
    const refusal = await judge.judge({ intent: CHAT, nodeToken }, shown);
    expect(refusal?.status).toBe(status);
    if (refusal) expect(refusal.body).toEqual({ error: { code: 'unauthorized', message: 'unauthorized' } });
  });

  it('never takes an empty token for its own, even where it has none', async () => {
    const { judge } = access({ nodeToken: () => undefined });
    expect(await judge.judge({ intent: CHAT, nodeToken: '' }, { bearer: '' })).toMatchObject({ status: 401 });
  });

  it('fetches the key once for many, keeps it an hour, and asks again when a signature is by another one', async () => {
    const { judge, state, clock } = access();
    const shown = { consumerToken: token };
    expect(await Promise.all([1, 2, 3].map(async () => judge.judge(task, shown)))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(state.asked).toBe(1);
    const next = new Signer(Buffer.alloc(32, 9));
    const fresh = next.token(TOKEN_DOMAINS.consumer, claims);
    state.key = next.publicKeyHex;
    // Not at once: strangers could make us ask for ever.
    expect(await judge.judge(task, { consumerToken: fresh })).toMatchObject({ status: 401 });
    expect(state.asked).toBe(1);
    await clock.turn(30_000);
    expect(await judge.judge(task, { consumerToken: fresh })).toBeUndefined();
    for (let count = 0; count < 50; count += 1) await judge.judge(task, { consumerToken: 'x.y' });
    expect(state.asked).toBe(2);
  });

  it('asks to come again later while the key can not be had', async () => {
    const { judge, state, clock } = access();
    state.key = undefined;
    expect(await judge.judge(task, { consumerToken: token })).toMatchObject({ status: 503, retryAfterS: 30 });
    state.key = KEY;
    expect(await judge.judge(task, { consumerToken: token })).toMatchObject({ status: 503 });
    await clock.turn(30_000);
    expect(await judge.judge(task, { consumerToken: token })).toBeUndefined();
    judge.stop();
  });
});

describe('what a task says of itself', () => {
  const base = { task_id: 't', intent: CHAT, payload: {} };
  it.each([
    [{}, undefined, false],
    [{ auth: { node_token: 'abc' } }, 'abc', false],
    [{ auth: { node_token: 7 } }, undefined, false],
    [{ auth: { token: 'abc' } }, undefined, false],
    [{ auth: 'abc' }, undefined, false],
    [{ auth: null, cip: null }, undefined, false],
    [{ auth: { node_token: 'x'.repeat(5000) } }, undefined, false],
    [{ cip: {} }, undefined, true],
    [{ cip: 'yes' }, undefined, false],
  ])('reads %j', (more, nodeToken, cooperative) => {
    expect(readTask({ ...base, ...more })).toMatchObject({ nodeToken, cooperative });
  });
});

describe('cooperative inference', () => {
  const policy = { enabled: true, worker: true, atOnce: 2, mostMs: 30_000 };
  const part = { cooperative: true, timeoutMs: 120_000, qos: 'batch' as const };

  it.each([
    [{ enabled: false, worker: false }, undefined],
    [{ enabled: false, worker: true }, undefined],
    [
      { enabled: true, worker: false },
      { allow_remote_inference: false, allow_tool_execution: false },
    ],
    [
      { enabled: true, worker: true },
      { allow_remote_inference: true, allow_tool_execution: false },
    ],
  ])('tells the directory of %j', (changes, block) => {
    expect(policyBlock({ ...policy, ...changes })).toEqual(block);
  });

  it.each([
    ['a part while it is off', { enabled: false }, {}, undefined],
    ['any other task', {}, { cooperative: false }, undefined],
    ['a part where none are taken', { worker: false }, {}, 403],
  ])('leaves alone or refuses %s', (_name, changes, task, status) => {
    const entered = new Cooperation(() => ({ ...policy, ...changes })).enter({ ...part, ...task });
    expect(entered && 'status' in entered ? entered.status : entered).toBe(status);
  });

  it.each([
    [30_000, 120_000, 30_000],
    [30_000, 100, 100],
    [90_000, 120_000, 60_000],
    [0, 120_000, 1],
  ])('gives a part its time: at most %i of %i', (mostMs, timeoutMs, expected) => {
    const place = new Cooperation(() => ({ ...policy, mostMs })).enter({ ...part, timeoutMs });
    expect(place).toMatchObject({ timeoutMs: expected });
  });

  it('has so many places, never waits, and takes each back once', () => {
    const cooperation = new Cooperation(() => policy);
    const places = [cooperation.enter(part), cooperation.enter(part)];
    expect(cooperation.enter(part)).toMatchObject({ status: 429, body: { error: { code: 'IICP-E021' } } });
    const [first] = places;
    if (!first || 'status' in first) throw new TypeError('no place');
    first.leave();
    first.leave();
    expect(cooperation.enter(part)).toMatchObject({ timeoutMs: 30_000 });
    expect(cooperation.enter(part)).toMatchObject({ status: 429 });
  });
});
