// What every model server's adapter has to hold to, whatever the server does. Run it for each kind.

import { getEventListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type {
  BackendFactory,
  InferenceBackend,
  InferenceOutcome,
  InferenceRequest,
} from '../../src-main/backends/backend.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { startModelServer } from '../../src-main/practice/model-server.ts';
import { HandClock } from '../support/clock.ts';
import { until } from '../support/wait.ts';
import { closedPort, json, type Script, scriptedServer } from './scripted-server.ts';

export interface BackendSuite {
  readonly kind: InferenceBackend['kind'];
  readonly create: BackendFactory;
  /** What it asks first in a check. */
  readonly looksAt: string;
}

const SECRET = 'raw words of the server that must stay there';
const ANSWER = {
  id: 'x',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Grüße' }, logprobs: { content: [] } }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
};
const VECTORS = { data: [{ index: 0, embedding: [0.5, -1] }], usage: { prompt_tokens: 2, total_tokens: 2 } };

export function inferenceBackendSuite({ kind, create, looksAt }: BackendSuite): void {
  const make = (url: string, apiKey?: string, clock = systemClock): InferenceBackend => {
    const backend = create({ clock }, { url, apiKey });
    onTestFinished(() => backend.close());
    return backend;
  };
  const request = (over: Partial<InferenceRequest> = {}): InferenceRequest => ({
    task: 'llm:chat',
    model: 'm:1b',
    payload: { model: 'm:1b', messages: [{ role: 'user', content: 'hi' }] },
    signal: new AbortController().signal,
    ...over,
  });
  /** One call to a server that answers so. */
  const outcomeOf = async (script: Script, over?: Partial<InferenceRequest>): Promise<InferenceOutcome> => {
    const server = await scriptedServer(script);
    const outcome = await make(server.url).infer(request(over));
    await until('no request left open', () => server.open() === 0);
    return outcome;
  };

  describe('a call', () => {
    it('posts the payload as it is and passes the answer on unchanged, with its usage', async () => {
      const server = await scriptedServer(json(ANSWER));
      const outcome = await make(server.url).infer(request());
      expect(outcome).toEqual({
        kind: 'done',
        text: JSON.stringify(ANSWER),
        json: ANSWER,
        usage: { tokensIn: 3, tokensOut: 4 },
      });
      expect(server.calls).toMatchObject([
        { method: 'POST', path: '/v1/chat/completions', body: JSON.stringify(request().payload) },
      ]);
      expect(server.calls[0]!.headers).toMatchObject({ 'content-type': 'application/json' });
      expect(server.calls[0]!.headers.authorization).toBeUndefined();
    });

    it('embeds, and takes a base64 embedding too', async () => {
      const over = { task: 'llm:embedding', payload: { model: 'm:1b', input: 'hi' } } as const;
      const server = await scriptedServer(json(VECTORS));
      const outcome = await make(server.url).infer(request(over));
      expect(outcome).toMatchObject({ kind: 'done', json: VECTORS, usage: { tokensIn: 2, tokensOut: 0 } });
      expect(server.calls).toMatchObject([{ path: '/v1/embeddings' }]);
      expect(await outcomeOf(json({ data: [{ embedding: 'AAAA' }] }), over)).toMatchObject({ kind: 'done' });
    });

    it('asks for the chosen model, whatever the payload names', async () => {
      const server = await scriptedServer(json(ANSWER));
      await make(server.url).infer(request({ payload: { model: 'other', messages: [] } }));
      expect(JSON.parse(server.calls[0]!.body)).toMatchObject({ model: 'm:1b' });
    });

    it.each(['/v1', '/v1/', '/', '/under/v1'])('finds the API under an address that ends in %s', async (end) => {
      const server = await scriptedServer(json(ANSWER));
      expect(await make(`${server.url}${end}`).infer(request())).toMatchObject({ kind: 'done' });
      expect(server.calls[0]!.path).toBe(`${end.startsWith('/under') ? '/under' : ''}/v1/chat/completions`);
    });

    it('bears the key, and keeps credentials in the address out of what it shows', async () => {
      const server = await scriptedServer(json(ANSWER));
      const backend = make(server.url.replace('//', '//user:hidden@'), 'sk-1\n');
      await backend.infer(request());
      expect(server.calls[0]!.headers.authorization).toBe('Bearer sk-1');
      expect(backend).toMatchObject({ kind, url: server.url, id: server.url });
    });

    it('keeps its connections for calls one after the other', async () => {
      const server = await scriptedServer(json(ANSWER));
      const backend = make(server.url);
      for (let i = 0; i < 20; i++) expect((await backend.infer(request())).kind).toBe('done');
      // Two, for the second call may set out before the pool has taken the first one's connection back.
      expect(server.connections()).toBeLessThanOrEqual(2);
    });

    it('runs many at once, and a look at the server beside them', async () => {
      const server = await startModelServer(
        { clock: systemClock },
        { shape: kind === 'ollama' ? 'ollama' : 'openai', models: ['m:1b'] },
      );
      onTestFinished(() => server.stop());
      const backend = make(server.url);
      server.hold();
      const calls = Array.from({ length: 128 }, () => backend.infer(request()));
      await until('all to arrive', () => server.held() === 128);
      expect((await backend.check()).models.map(({ id }) => id)).toEqual(['m:1b']);
      server.release();
      expect(new Set((await Promise.all(calls)).map((outcome) => outcome.kind))).toEqual(new Set(['done']));
    });
  });

  describe('an answer that is none', () => {
    it.each<[number, InferenceOutcome]>([
      [301, { kind: 'failed', code: 'malformed' }],
      [400, { kind: 'refused', code: 'bad-request' }],
      [401, { kind: 'failed', code: 'denied' }],
      [403, { kind: 'failed', code: 'denied' }],
      [404, { kind: 'refused', code: 'unknown-model' }],
      [413, { kind: 'refused', code: 'bad-request' }],
      [418, { kind: 'failed', code: 'server-error' }],
      [422, { kind: 'refused', code: 'bad-request' }],
      [429, { kind: 'refused', code: 'rate-limited' }],
      [500, { kind: 'failed', code: 'server-error' }],
      [503, { kind: 'failed', code: 'server-error' }],
    ])('with status %i says only which kind of no it is', async (status, outcome) => {
      // Even a body that would pass for an answer does not make it one.
      expect(await outcomeOf(json({ ...ANSWER, error: { message: SECRET } }, status))).toEqual(outcome);
    });

    it.each<[string, unknown, string]>([
      ['an error', { error: { message: SECRET } }, 'server-error'],
      ['an error in a word', { error: SECRET }, 'server-error'],
      ['an error beside choices', { ...ANSWER, error: SECRET }, 'server-error'],
      ['no choices', { object: SECRET }, 'malformed'],
      ['no choice', { choices: [] }, 'malformed'],
      ['a choice without a message', { choices: [{ text: SECRET }] }, 'malformed'],
      ['a message that is text', { choices: [{ message: SECRET }] }, 'malformed'],
      ['embeddings', VECTORS, 'malformed'],
      ['a list', [ANSWER], 'malformed'],
      ['null', null, 'malformed'],
      ['text', SECRET, 'malformed'],
    ])('with status 200 and %s in it fails', async (_, body, code) => {
      expect(await outcomeOf(json(body))).toEqual({ kind: 'failed', code });
    });

    it.each<[string, unknown]>([
      ['a chat', ANSWER],
      ['no vectors', { data: [] }],
      ['a vector of words', { data: [{ embedding: ['a'] }] }],
      ['an entry without a vector', { data: [{ index: 0 }] }],
    ])('fails an embedding with %s', async (_, body) => {
      expect(await outcomeOf(json(body), { task: 'llm:embedding' })).toEqual({ kind: 'failed', code: 'malformed' });
    });

    it.each(['', '<html>busy</html>', '{"choices":[', '\u0000'])('fails on a body of %j', async (body) => {
      expect(await outcomeOf((res) => void res.end(body))).toEqual({ kind: 'failed', code: 'malformed' });
    });

    it('takes an error of null for none', async () => {
      expect(await outcomeOf(json({ ...ANSWER, error: null }))).toMatchObject({ kind: 'done' });
    });

    it.each<[unknown, number, number]>([
      [undefined, 0, 0],
      ['many', 0, 0],
      [{ prompt_tokens: -1, completion_tokens: 1.5 }, 0, 0],
      [{ prompt_tokens: 1e300, completion_tokens: '9' }, 0, 0],
      [{ prompt_tokens: 5, total_tokens: 9 }, 5, 4],
      [{ prompt_tokens: 5, total_tokens: 3 }, 5, 0],
    ])('counts a usage of %j as %i in and %i out', async (usage, tokensIn, tokensOut) => {
      expect(await outcomeOf(json({ ...ANSWER, usage }))).toMatchObject({
        kind: 'done',
        usage: { tokensIn, tokensOut },
      });
    });

    it.each<[string, number | undefined]>([
      ['7', 7000],
      ['0', 0],
      ['999999', 3_600_000],
      ['soon', undefined],
      ['-3', undefined],
    ])('reads Retry-After: %s', async (value, retryAfterMs) => {
      const outcome = await outcomeOf(json({}, 429, { 'retry-after': value }));
      const told = retryAfterMs === undefined ? {} : { retryAfterMs };
      expect(outcome).toEqual({ kind: 'refused', code: 'rate-limited', ...told });
    });

    it('reads Retry-After as a date', async () => {
      const clock = new HandClock(Date.UTC(2026, 0, 1));
      const server = await scriptedServer(json({}, 429, { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }));
      expect(await make(server.url, undefined, clock).infer(request())).toMatchObject({ retryAfterMs: 30_000 });
    });

    it('follows no redirect, so that neither payload nor key go elsewhere', async () => {
      const elsewhere = await scriptedServer(json(ANSWER));
      const server = await scriptedServer((res) => void res.writeHead(307, { location: `${elsewhere.url}/v1` }).end());
      const backend = make(server.url, 'sk-1');
      expect(await backend.infer(request())).toEqual({ kind: 'failed', code: 'malformed' });
      expect((await backend.check()).state).toBe('failing');
      expect(elsewhere.calls).toEqual([]);
    });
  });

  describe('the wire', () => {
    it('waits for a slow answer and puts its pieces together, characters cut in two included', async () => {
      const bytes = Buffer.from(JSON.stringify(ANSWER));
      const middle = bytes.indexOf(Buffer.from('ü')) + 1;
      const outcome = await outcomeOf((res) => {
        res.writeProcessing();
        res.writeHead(200).flushHeaders();
        res.write(bytes.subarray(0, middle), () => setImmediate(() => res.end(bytes.subarray(middle))));
      });
      expect(outcome).toMatchObject({ kind: 'done', json: ANSWER });
    });

    it.each<[string, Script]>([
      ['before the answer', (res) => void res.destroy()],
      [
        'with half a body of known length',
        (res) => {
          res.writeHead(200, { 'content-length': 100 });
          res.write('{"choices":[', () => res.destroy());
        },
      ],
      ['with half a body in chunks', (res) => void res.write(JSON.stringify(ANSWER), () => res.destroy())],
    ])('counts a connection cut %s as not reached', async (_, script) => {
      expect(await outcomeOf(script)).toEqual({ kind: 'failed', code: 'unreachable' });
    });

    it('says so when nobody listens', async () => {
      const backend = make(await closedPort());
      expect(await backend.infer(request())).toEqual({ kind: 'failed', code: 'unreachable' });
      expect(await backend.check()).toMatchObject({ state: 'not-found', reason: { code: 'backends.not-found' } });
    });

    it('knows what does not speak HTTP', async () => {
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end('220 mail.example ESMTP\r\n'));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      const backend = make(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      expect(await backend.infer(request())).toEqual({ kind: 'failed', code: 'malformed' });
      expect(await backend.check()).toMatchObject({ state: 'failing', reason: { code: 'backends.wrong-answer' } });
    });

    it('refuses an answer announced as huge without reading it', async () => {
      const outcome = await outcomeOf(
        (res) => void res.writeHead(200, { 'content-length': 17 * 1024 * 1024 }).flushHeaders(),
      );
      expect(outcome).toEqual({ kind: 'failed', code: 'too-large' });
    });

    it('stops reading an answer that grows without end', async () => {
      const piece = Buffer.alloc(256 * 1024, 'a');
      const outcome = await outcomeOf((res) => {
        const pour = () => {
          while (!res.destroyed && res.write(piece));
          if (!res.destroyed) res.once('drain', pour);
        };
        pour();
      });
      expect(outcome).toEqual({ kind: 'failed', code: 'too-large' });
    });
  });

  describe('giving up', () => {
    it.each<[string, Script]>([
      ['before the server answers', () => {}],
      ['in the middle of the answer', (res) => void res.write('{"choices":[')],
    ])('ends the request on the wire %s', async (_, script) => {
      const server = await scriptedServer(script);
      const stop = new AbortController();
      const running = make(server.url).infer(request({ signal: stop.signal }));
      await until('the request to arrive', () => server.calls.length === 1);
      stop.abort();
      expect(await running).toEqual({ kind: 'aborted' });
      await until('the server to see it', () => server.open() === 0, 1000);
    });

    it('sends nothing when it was given up before', async () => {
      const server = await scriptedServer(json(ANSWER));
      expect(await make(server.url).infer(request({ signal: AbortSignal.abort() }))).toEqual({ kind: 'aborted' });
      expect(server.calls).toEqual([]);
    });

    it('leaves other calls alone', async () => {
      const server = await startModelServer(
        { clock: systemClock },
        { shape: kind === 'ollama' ? 'ollama' : 'openai', models: ['m:1b'] },
      );
      onTestFinished(() => server.stop());
      const backend = make(server.url);
      server.hold();
      const stop = new AbortController();
      const ended = backend.infer(request({ signal: stop.signal }));
      const kept = backend.infer(request());
      await until('both to arrive', () => server.held() === 2);
      stop.abort();
      expect((await ended).kind).toBe('aborted');
      await until('the server to drop one', () => server.held() === 1);
      server.release();
      expect((await kept).kind).toBe('done');
    });

    it('on closing ends running calls as aborted, and takes no more', async () => {
      const server = await scriptedServer(() => {});
      const backend = make(server.url);
      const running = [backend.infer(request()), backend.infer(request())];
      await until('both to arrive', () => server.calls.length === 2);
      await backend.close();
      expect(await Promise.all(running)).toEqual([{ kind: 'aborted' }, { kind: 'aborted' }]);
      expect(await backend.infer(request())).toEqual({ kind: 'aborted' });
      await until('the server to see it', () => server.open() === 0, 1000);
      await backend.close();
    });

    it('keeps no listener on the signal', async () => {
      const server = await scriptedServer(json(ANSWER));
      const { signal } = new AbortController();
      const before = getEventListeners(signal, 'abort').length;
      await make(server.url).infer(request({ signal }));
      expect(getEventListeners(signal, 'abort').length).toBe(before);
    });
  });

  describe('a look', () => {
    it('knows a server that is ready', async () => {
      const server = await startModelServer(
        { clock: systemClock },
        { shape: kind === 'ollama' ? 'ollama' : 'openai', models: ['a', 'b'], loaded: ['a'] },
      );
      onTestFinished(() => server.stop());
      const status = await make(server.url).check();
      expect(status).toMatchObject({ state: 'ready', reason: null });
      expect(status.models.map(({ id }) => id)).toEqual(['a', 'b']);
    });

    it('knows one without a model', async () => {
      const server = await startModelServer(
        { clock: systemClock },
        { shape: kind === 'ollama' ? 'ollama' : 'openai', models: [] },
      );
      onTestFinished(() => server.stop());
      expect(await make(server.url).check()).toMatchObject({
        state: 'no-model',
        models: [],
        reason: { code: 'backends.no-model', message: expect.any(String), action: expect.any(String) },
      });
    });

    it.each<[string, Script, string]>([
      ['a 401', json({ error: SECRET }, 401), 'backends.denied'],
      ['a 500', json({ error: SECRET }, 500), 'backends.server-error'],
      ['a 404', json({ error: SECRET }, 404), 'backends.wrong-answer'],
      ['an error with 200', json({ error: SECRET }), 'backends.wrong-answer'],
      ['a page', (res) => void res.end(`<html>${SECRET}`), 'backends.wrong-answer'],
      ['lists of the wrong things', json({ version: 1, models: [1], data: ['a'] }), 'backends.wrong-answer'],
    ])('calls one that answers %s failing, without repeating it', async (_, script, code) => {
      const server = await scriptedServer(script);
      const status = await make(server.url).check();
      expect(status).toMatchObject({ state: 'failing', models: [], reason: { code } });
      expect(JSON.stringify(status)).not.toContain(SECRET);
    });

    it('gives up after two seconds, and hangs up', async () => {
      const clock = new HandClock();
      const server = await scriptedServer(() => {});
      const checking = make(server.url, undefined, clock).check();
      await until('it to be asked', () => server.calls.some(({ path }) => path === looksAt));
      await clock.turn(2000);
      expect(await checking).toMatchObject({ state: 'not-found', reason: { code: 'backends.no-answer' } });
      expect(clock.timers).toBe(0);
      await until('the server to see it', () => server.open() === 0, 1000);
    });

    it('ends when it is told to', async () => {
      const server = await scriptedServer(() => {});
      const stop = new AbortController();
      const checking = make(server.url).check(stop.signal);
      await until('it to be asked', () => server.calls.length > 0);
      stop.abort();
      expect((await checking).state).toBe('not-found');
    });

    it('takes names it can trust only: bounded, without control characters, each once', async () => {
      const names = ['good', 'good', '', 'x'.repeat(256), 'bad\u0007', 'also:good'];
      const answer = json({
        version: '1.0',
        models: names.map((name) => ({ name })),
        data: names.map((id) => ({ id })),
      });
      const server = await scriptedServer(answer);
      expect((await make(server.url).check()).models.map(({ id }) => id)).toEqual(['good', 'also:good']);
    });
  });
}
