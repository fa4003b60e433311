// A look at a model server, whatever its kind and whatever the server does.

import { describe, expect, it } from 'vitest';
import { HandClock } from '../support/clock.ts';
import { until } from '../support/wait.ts';
import { type Kit, practise, SECRET } from './inference-kit.ts';
import { json, routes, type Script, scriptedServer } from './scripted-server.ts';

export function looksSuite(kit: Kit): void {
  const { kind, make, looksAt } = kit;

  describe('a look', () => {
    it('knows a server that is ready', async () => {
      const server = await kit.serve({ models: ['a', 'b'], loaded: ['a'] });
      const status = await make(server.url).check();
      expect(status).toMatchObject({ state: 'ready', reason: null });
      expect(status.models.map(({ id }) => id)).toEqual(['a', 'b']);
    });

    it('knows one without a model', async () => {
      const server = await kit.serve({ models: [] });
      expect(await make(server.url).check()).toMatchObject({
        state: 'no-model',
        models: [],
        reason: { code: 'backends.no-model', message: expect.any(String), action: expect.any(String) },
      });
    });

    it.each<[string, Script, string]>([
      ['a 401', json({ error: SECRET }, 401), 'backends.denied'],
      ['a 429', json({ error: SECRET }, 429), 'backends.server-error'],
      ['a 500', json({ error: SECRET }, 500), 'backends.server-error'],
      ['a 503', json({ error: SECRET }, 503), 'backends.server-error'],
      ['a 404', json({ error: SECRET }, 404), 'backends.wrong-answer'],
      ['an error with 200', json({ error: SECRET }), 'backends.wrong-answer'],
      ['a page', (res) => void res.end(`<html>${SECRET}`), 'backends.wrong-answer'],
      ['nothing', (res) => void res.end(), 'backends.wrong-answer'],
      ['half of its JSON', (res) => void res.end('{"data":[{"id":"a"'), 'backends.wrong-answer'],
      ['more than any server could have', huge, 'backends.wrong-answer'],
      ['a thousand times too much, without saying so', endless, 'backends.wrong-answer'],
      ['lists of the wrong things', json({ version: 1, models: [1], data: ['a'] }), 'backends.wrong-answer'],
    ])('calls one that answers %s failing, without repeating it', async (_, script, code) => {
      const server = await scriptedServer(script);
      const status = await make(server.url).check();
      expect(status).toMatchObject({ state: 'failing', models: [], reason: { code } });
      expect(JSON.stringify(status)).not.toContain(SECRET);
      await until('no request left open', () => server.open() === 0);
    });

    it.each<[string, Script]>([
      ['before the answer', (res) => void res.destroy()],
      [
        'in the middle of it',
        (res) => {
          res.writeHead(200, { 'content-length': 100 });
          res.write('{"data":[', () => res.destroy());
        },
      ],
    ])('does not find one that hangs up %s', async (_, script) => {
      const server = await scriptedServer(script);
      expect(await make(server.url).check()).toMatchObject({ state: 'not-found', reason: { code: 'backends.lost' } });
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

    it('ends on abort', async () => {
      const server = await scriptedServer(() => {});
      const stop = new AbortController();
      const checking = make(server.url).check(stop.signal);
      await until('it to be asked', () => server.calls.length > 0);
      stop.abort();
      expect((await checking).state).toBe('not-found');
    });

    it('takes names it can trust only: bounded, without control characters, each once', async () => {
      const names = ['good', 'good', '', 'x'.repeat(256), 'bad\u0007', 'also:good'];
      const said = Object.entries(kit.lists(names)).map(([path, body]) => [path, json(body)]);
      const server = await scriptedServer(routes(Object.fromEntries(said) as Record<string, Script>));
      expect((await make(server.url).check()).models.map(({ id }) => id)).toEqual(['good', 'also:good']);
    });

    it.runIf(kit.startsSlowly)('waits for one that has only just started', async () => {
      const server = await practise(kind as 'llamacpp')({ models: ['a'], starting: true });
      const backend = make(server.url);
      expect(await backend.check()).toMatchObject({ state: 'loading', reason: { code: 'backends.loading' } });
      server.ready();
      expect(await backend.check()).toMatchObject({ state: 'ready', reason: null });
    });

    it.each(kit.impostors.map((shape) => [shape]))('is not taken in by %s', async (shape) => {
      const server = await practise(shape)({ models: ['a'], loaded: ['a'] });
      expect(await make(server.url).check()).toMatchObject({ state: 'failing', models: [] });
    });
  });
}

const huge: Script = (res) => void res.writeHead(200, { 'content-length': 17 * 1024 * 1024 }).flushHeaders();

const PIECE = Buffer.alloc(256 * 1024, 'a');
const endless: Script = (res) => {
  const pour = () => {
    while (!res.destroyed && res.write(PIECE));
    if (!res.destroyed) res.once('drain', pour);
  };
  pour();
};
