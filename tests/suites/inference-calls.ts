// A call to a model server, whatever its kind and whatever the server does.

import { getEventListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { InferenceOutcome } from '../../src-main/backends/backend.ts';
import { filterPayload } from '../../src-main/backends/inference/filter.ts';
import { HandClock } from '../support/clock.ts';
import { until } from '../support/wait.ts';
import { type Kit, SECRET, VECTORS, WORK } from './inference-kit.ts';
import { closedPort, json, type Script, scriptedServer } from './scripted-server.ts';

export function callsSuite(kit: Kit): void {
  const { kind, chat, make, request, outcomeOf } = kit;
  const { answer } = chat;

  describe('a call', () => {
    it('asks in its own dialect and gives back the answer, with its usage', async () => {
      const server = await scriptedServer(json(answer));
      const outcome = await make(server.url).infer(request());
      expect(outcome).toMatchObject({ kind: 'done', usage: { tokensIn: 3, tokensOut: 4 } });
      if (outcome.kind !== 'done') return;
      expect(JSON.parse(outcome.text)).toEqual(outcome.json);
      expect(outcome.json).toMatchObject(chat.gives ?? answer);
      expect(outcome.text).toContain('Grüße');
      if (!chat.gives) expect(outcome.text).toBe(JSON.stringify(answer));
      const [call] = server.calls;
      expect(server.calls).toHaveLength(1);
      expect(call).toMatchObject({ method: 'POST', path: chat.path });
      expect(JSON.parse(call!.body)).toEqual(chat.posts);
      expect(call!.headers).toMatchObject({ 'content-type': 'application/json' });
      expect(call!.headers[kit.key[0]]).toBeUndefined();
    });

    it.runIf(kit.can('llm:embedding'))('embeds, and takes a base64 embedding too', async () => {
      const over = { task: 'llm:embedding', payload: { model: 'm:1b', input: 'hi' } } as const;
      const server = await scriptedServer(json(VECTORS));
      const outcome = await make(server.url).infer(request(over));
      expect(outcome).toMatchObject({ kind: 'done', json: VECTORS, usage: { tokensIn: 2, tokensOut: 0 } });
      expect(server.calls).toMatchObject([{ path: '/v1/embeddings' }]);
      expect(await outcomeOf(json({ data: [{ embedding: 'AAAA' }] }), over)).toMatchObject({ kind: 'done' });
    });

    it('asks for the chosen model, whatever the payload names', async () => {
      const server = await scriptedServer(json(answer));
      await make(server.url).infer(request({ payload: { ...request().payload, model: 'other' } }));
      expect(JSON.parse(server.calls[0]!.body)).toMatchObject({ model: 'm:1b' });
    });

    it.each(['/v1', '/v1/', '/', '/under/v1'])('finds the API under an address that ends in %s', async (end) => {
      const server = await scriptedServer(json(answer));
      expect(await make(`${server.url}${end}`).infer(request())).toMatchObject({ kind: 'done' });
      expect(server.calls[0]!.path).toBe(`${end.startsWith('/under') ? '/under' : ''}${chat.path}`);
    });

    it('bears the key, and keeps credentials in the address out of what it shows', async () => {
      const server = await scriptedServer(json(answer));
      const backend = make(server.url.replace('//', '//user:hidden@'), 'sk-1\n');
      await backend.infer(request());
      expect(server.calls[0]!.headers[kit.key[0]]).toBe(kit.key[1]);
      expect(backend).toMatchObject({ kind, url: server.url, id: server.url });
    });

    it('keeps its connections for calls one after the other', async () => {
      const server = await scriptedServer(json(answer));
      const backend = make(server.url);
      for (let i = 0; i < 20; i++) expect((await backend.infer(request())).kind).toBe('done');
      // Two, for the second call may set out before the pool has taken the first one's connection back.
      expect(server.connections()).toBeLessThanOrEqual(2);
    });

    it.each(WORK.filter(([task]) => kit.can(task)))('does %s', async (task, model, asked) => {
      const server = await kit.serve({ models: WORK.map(([, name]) => name).filter(isFirst) });
      const filtered = filterPayload(task, asked, { model, maxTokens: 8 });
      expect(filtered.ok).toBe(true);
      const { payload } = filtered as Extract<typeof filtered, { ok: true }>;
      expect(await make(server.url).infer(request({ task, model, payload }))).toMatchObject({ kind: 'done' });
    });

    it.each(WORK.filter(([task]) => !kit.can(task)))('asks no server for %s', async (task, model, payload) => {
      const server = await scriptedServer(json(answer));
      const outcome = await make(server.url).infer(request({ task, model, payload }));
      expect(outcome).toEqual({ kind: 'refused', code: 'bad-request' });
      expect(server.calls).toEqual([]);
    });

    it('runs many at once, and a look at the server beside them', async () => {
      const server = await kit.serve({ models: ['m:1b'] });
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
      expect(await outcomeOf(json({ ...answer, error: { message: SECRET } }, status))).toEqual(outcome);
    });

    it.each<readonly [string, unknown, string]>([
      ['an error', { error: { message: SECRET } }, 'server-error'],
      ['an error in a word', { error: SECRET }, 'server-error'],
      ['a list', [answer], 'malformed'],
      ['null', null, 'malformed'],
      ['text', SECRET, 'malformed'],
      ...chat.odd,
    ])('with status 200 and %s in it fails', async (_, body, code) => {
      expect(await outcomeOf(json(body))).toEqual({ kind: 'failed', code });
    });

    describe.runIf(kit.can('llm:embedding'))('to an embedding', () => {
      it.each<[string, unknown]>([
        ['a chat', answer],
        ['no vectors', { data: [] }],
        ['a vector of words', { data: [{ embedding: ['a'] }] }],
        ['an entry without a vector', { data: [{ index: 0 }] }],
      ])('fails with %s', async (_, body) => {
        expect(await outcomeOf(json(body), { task: 'llm:embedding' })).toEqual({ kind: 'failed', code: 'malformed' });
      });
    });

    it.each(['', '<html>busy</html>', '{"choices":[', '\u0000'])('fails on a body of %j', async (body) => {
      expect(await outcomeOf((res) => void res.end(body))).toEqual({ kind: 'failed', code: 'malformed' });
    });

    it('takes an error of null for none', async () => {
      expect(await outcomeOf(json({ ...answer, error: null }))).toMatchObject({ kind: 'done' });
    });

    it.runIf(kit.plain).each<[unknown, number, number]>([
      [undefined, 0, 0],
      ['many', 0, 0],
      [{ prompt_tokens: -1, completion_tokens: 1.5 }, 0, 0],
      [{ prompt_tokens: 1e300, completion_tokens: '9' }, 0, 0],
      [{ prompt_tokens: 5, total_tokens: 9 }, 5, 4],
      [{ prompt_tokens: 5, total_tokens: 3 }, 5, 0],
    ])('counts a usage of %j as %i in and %i out', async (usage, tokensIn, tokensOut) => {
      expect(await outcomeOf(json({ ...answer, usage }))).toMatchObject({
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
      const elsewhere = await scriptedServer(json(answer));
      const server = await scriptedServer((res) => void res.writeHead(307, { location: `${elsewhere.url}/v1` }).end());
      const backend = make(server.url, 'sk-1');
      expect(await backend.infer(request())).toEqual({ kind: 'failed', code: 'malformed' });
      expect((await backend.check()).state).toBe('failing');
      expect(elsewhere.calls).toEqual([]);
    });
  });

  describe('the wire', () => {
    it('waits for a slow answer and puts its pieces together, characters cut in two included', async () => {
      const bytes = Buffer.from(JSON.stringify(answer));
      const middle = bytes.indexOf(Buffer.from('ü')) + 1;
      const outcome = await outcomeOf((res) => {
        res.writeProcessing();
        res.writeHead(200).flushHeaders();
        res.write(bytes.subarray(0, middle), () => setImmediate(() => res.end(bytes.subarray(middle))));
      });
      expect(outcome).toMatchObject({ kind: 'done', json: chat.gives ?? answer });
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
      ['with half a body in chunks', (res) => void res.write(JSON.stringify(answer), () => res.destroy())],
    ])('counts a connection cut %s as lost, which the server may not have survived', async (_, script) => {
      expect(await outcomeOf(script)).toEqual({ kind: 'failed', code: 'lost' });
    });

    it('says so when nothing listens', async () => {
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
      const server = await scriptedServer(json(answer));
      expect(await make(server.url).infer(request({ signal: AbortSignal.abort() }))).toEqual({ kind: 'aborted' });
      expect(server.calls).toEqual([]);
    });

    it('leaves other calls alone', async () => {
      const server = await kit.serve({ models: ['m:1b'] });
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
      const server = await scriptedServer(json(answer));
      const { signal } = new AbortController();
      const before = getEventListeners(signal, 'abort').length;
      await make(server.url).infer(request({ signal }));
      expect(getEventListeners(signal, 'abort').length).toBe(before);
    });
  });
}

const isFirst = (name: string, index: number, names: readonly string[]) => names.indexOf(name) === index;
