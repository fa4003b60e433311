// Putting models into memory and out of it, for the kinds of model server that can.

import { describe, expect, it } from 'vitest';
import type { InferenceBackend, Moved } from '../../src-main/backends/backend.ts';
import type { ModelFailure } from '../../src-main/practice/model-server.ts';
import { until } from '../support/wait.ts';
import { type Kit, type MovesSuite, practise, SECRET } from './inference-kit.ts';
import { closedPort, scriptedServer } from './scripted-server.ts';

export function movesSuite(kit: Kit, moves: MovesSuite): void {
  const { load: loadPath, unload: unloadPath, options, word, forTasks = false } = moves;
  /** A server with one model that is not in memory, and its backend. */
  const start = async (over: object = {}) => {
    const server = await practise(kit.kind as 'ollama')({ models: ['a'], ...options, ...over });
    server.setState('a', word);
    return { server, backend: kit.make(server.url) };
  };
  const load = (backend: InferenceBackend, signal = new AbortController().signal) =>
    backend.load!('a', { keep: false, signal });
  const unload = (backend: InferenceBackend, signal = new AbortController().signal) => backend.unload!('a', { signal });
  const stateOf = async (backend: InferenceBackend) =>
    (await backend.check()).models.find(({ id }) => id === 'a')?.state;
  const codeOf = (moved: Moved) => (moved.kind === 'failed' ? moved.reason.code : moved.kind);

  describe('moving a model', () => {
    it('puts it into memory and takes it out again', async () => {
      const { backend } = await start();
      expect(await stateOf(backend)).toBe('cold');
      expect(await load(backend)).toEqual({ kind: 'done' });
      expect(await stateOf(backend)).toBe('loaded');
      expect(await unload(backend)).toEqual({ kind: 'done' });
      expect(await stateOf(backend)).toBe('cold');
      expect(await unload(backend)).toEqual({ kind: 'done' });
    });

    describe.runIf(forTasks)('for a task', () => {
      it('happens where the server does not see to it', async () => {
        const { server, backend } = await start({ onDemand: false });
        await backend.check();
        expect(await backend.infer(kit.request({ model: 'a' }))).toMatchObject({ kind: 'done' });
        expect(server.requests().filter(({ path }) => path === loadPath)).toHaveLength(1);
        expect(await stateOf(backend)).toBe('loaded');
      });

      it('happens although a look was cut short meanwhile', async () => {
        const { backend } = await start({ onDemand: false });
        await backend.check();
        await backend.check(AbortSignal.abort());
        expect(await backend.infer(kit.request({ model: 'a' }))).toMatchObject({ kind: 'done' });
      });

      it('ends with the task', async () => {
        const { server, backend } = await start({ onDemand: false });
        await backend.check();
        server.failNext({ delay: 60_000, route: loadPath });
        const stop = new AbortController();
        const running = backend.infer(kit.request({ model: 'a', signal: stop.signal }));
        const order = () => server.requests().find(({ path }) => path === loadPath);
        await until('the order to arrive', order);
        stop.abort();
        expect(await running).toEqual({ kind: 'aborted' });
        await until('the server to see it', () => order()?.aborted, 1000);
      });

      it('fails the task where it fails', async () => {
        const { server, backend } = await start({ onDemand: false });
        await backend.check();
        server.failNext({ status: 500, body: { error: SECRET }, route: loadPath });
        const outcome = await backend.infer(kit.request({ model: 'a' }));
        expect(['failed', 'refused']).toContain(outcome.kind);
        expect(JSON.stringify(outcome)).not.toContain(SECRET);
      });
    });

    it('makes one request of two at once', async () => {
      const { server, backend } = await start();
      server.hold();
      const moves = [load(backend), load(backend)];
      await until('the order to arrive', () => server.held() === 1);
      server.release();
      expect(await Promise.all(moves)).toEqual([{ kind: 'done' }, { kind: 'done' }]);
      expect(server.requests().filter(({ path }) => path === loadPath)).toHaveLength(1);
    });

    it('ends with its caller, on the wire too', async () => {
      const { server, backend } = await start();
      const stop = new AbortController();
      server.hold();
      const move = load(backend, stop.signal);
      await until('the order to arrive', () => server.held() === 1);
      stop.abort();
      expect(codeOf(await move)).toBe('backends.move-timeout');
      await until('the server to see it', () => server.held() === 0, 1000);
      expect(codeOf(await load(backend, stop.signal))).toBe('backends.move-timeout');
    });

    it('goes on while one of its callers still waits', async () => {
      const { server, backend } = await start();
      const stop = new AbortController();
      server.hold();
      const left = load(backend, stop.signal);
      const kept = load(backend);
      await until('the order to arrive', () => server.held() === 1);
      stop.abort();
      expect((await left).kind).toBe('failed');
      expect(server.held()).toBe(1);
      server.release();
      expect(await kept).toEqual({ kind: 'done' });
    });

    it('ends when the model is to go the other way', async () => {
      const { server, backend } = await start();
      server.hold();
      const move = load(backend);
      await until('the order to arrive', () => server.held() === 1);
      const other = unload(backend);
      expect(codeOf(await move)).toBe('backends.move-timeout');
      server.release();
      expect(await other).toEqual({ kind: 'done' });
      expect(await stateOf(backend)).toBe('cold');
    });

    it('ends when the backend is closed', async () => {
      const { server, backend } = await start();
      server.hold();
      const move = load(backend);
      await until('the order to arrive', () => server.held() === 1);
      await backend.close();
      expect(codeOf(await move)).toBe('backends.move-timeout');
    });

    it('ends so on a server that says nothing', async () => {
      const server = await scriptedServer(() => {});
      const backend = kit.make(server.url);
      const move = load(backend);
      await until('it to be asked', () => server.calls.length > 0);
      const other = unload(backend);
      expect(codeOf(await move)).toBe('backends.move-timeout');
      await backend.close();
      expect(codeOf(await other)).toBe('backends.move-timeout');
      await until('the server to see it', () => server.open() === 0, 1000);
    });

    it.each<[string, (backend: InferenceBackend, stop: AbortController) => void]>([
      ['its caller leaves', (_, stop) => stop.abort()],
      ['the backend is closed', (backend) => void backend.close()],
    ])('is not done because the server says so, and watched until %s', async (_, end) => {
      const { server, backend } = await start();
      const stop = new AbortController();
      server.failNext({ status: 200, body: {}, route: loadPath });
      const move = load(backend, stop.signal);
      const ordered = () => server.requests().findIndex(({ path }) => path === loadPath);
      await until('looks after the order', () => ordered() >= 0 && server.requests().length > ordered() + 4);
      end(backend, stop);
      expect(codeOf(await move)).toBe('backends.move-timeout');
    });

    it.each<[string, ModelFailure, string]>([
      ['with an error', { status: 500, body: { error: SECRET } }, loadPath],
      ['with an error and 200', { status: 200, body: { error: SECRET } }, loadPath],
      ['by hanging up', { cut: true }, loadPath],
      ['out of memory with an error', { status: 500, body: { error: SECRET } }, unloadPath],
    ])('fails where the server refuses %s, without its words', async (_, failure, route) => {
      const { server, backend } = await start();
      if (route === unloadPath) await load(backend);
      server.failNext({ ...failure, route });
      const moved = await (route === unloadPath ? unload(backend) : load(backend));
      expect(codeOf(moved)).toBe('backends.move-refused');
      expect(JSON.stringify(moved)).not.toContain(SECRET);
    });

    it('fails where no server is', async () => {
      const backend = kit.make(await closedPort());
      expect((await load(backend)).kind).toBe('failed');
      expect((await unload(backend)).kind).toBe('failed');
    });
  });
}
