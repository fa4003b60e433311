import { describe, expect, it } from 'vitest';
import { reasonFor } from '../../../../src-i18n/reason.ts';
import { detect } from '../../../../src-main/backends/inference/detect.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { BackendKind } from '../../../../src-preload/contract/settings/backends.ts';
import { json, routes, scriptedServer } from '../../../suites/scripted-server.ts';
import { server } from '../../../support/backends.ts';

/** Addresses that a test takes for those of network cards: loopback has many. */
const CARDS = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5'];
/** Linux alone answers on all of 127/8 without being told to. */
const manyLoopbacks = process.platform === 'linux';

async function warningsAt(url: string, apiKey?: string, cards = CARDS) {
  const places = [{ url, source: 'user' as const, ...(apiKey && { apiKey }) }];
  const { backends, tried } = await detect({ clock: systemClock, hosts: new Set(cards) }, { places, timeoutMs: 5000 });
  expect(tried[0]!.warnings).toEqual(backends[0]!.warnings);
  return backends[0]!.warnings!;
}

describe.runIf(manyLoopbacks)('a server that answers beyond loopback', () => {
  it('is warned about, with where and what to do', async () => {
    const open = await server(['a'], { host: '0.0.0.0' });
    const { port } = new URL(open.url);
    const url = `http://127.0.0.1:${port}`;
    expect(await warningsAt(url)).toEqual([
      reasonFor('backends.exposed-ollama', {
        addresses: `127.0.0.2:${port}, 127.0.0.3:${port}, 127.0.0.4:${port} (+1)`,
      }),
    ]);
    expect(await warningsAt(url, undefined, [])).toEqual([]);
    // Listening on a card's address alone is no better.
    expect(await warningsAt(`http://127.0.0.2:${port}`, undefined, ['127.0.0.2'])).toHaveLength(1);
  });

  it.each(BackendKind.options.filter((kind) => kind !== 'anthropic'))('of the make %s gets advice', async (shape) => {
    const open = await server(['a'], { shape, host: '0.0.0.0' });
    const [warning] = await warningsAt(`http://127.0.0.1:${new URL(open.url).port}`);
    expect(warning).toMatchObject({ code: `backends.exposed-${shape}`, action: expect.stringMatching(/\.$/) });
  });

  it.each(['llamacpp', 'openai', 'vllm', 'lmstudio'] as const)('is not, when it wants a key (%s)', async (shape) => {
    const keyed = await server(['a'], { shape, host: '0.0.0.0', apiKey: 'sk-1' });
    expect(await warningsAt(`http://127.0.0.1:${new URL(keyed.url).port}`, 'sk-1')).toEqual([]);
  });

  it('is warned about with a key that it does not want, and the key goes nowhere else', async () => {
    const lists = routes({ '/v1/models': json({ data: [{ id: 'a' }] }) });
    const open = await scriptedServer(lists, '0.0.0.0');
    const { port } = new URL(open.url);
    expect(await warningsAt(`http://127.0.0.1:${port}`, 'sk-1', ['127.0.0.2'])).toHaveLength(1);
    const keys = open.calls.map(({ headers }) => [headers.host, headers.authorization]);
    expect(keys.filter(([host]) => host === `127.0.0.2:${port}`).map(([, key]) => key)).toEqual(
      Array(3).fill(undefined),
    );
  });
});

describe.runIf(manyLoopbacks)('a server on loopback alone', () => {
  it('is not blamed for what another program does on the same port', async () => {
    const mine = await server(['a']);
    const port = Number(new URL(mine.url).port);
    await scriptedServer(json({ hello: 'world' }), '127.0.0.2', port);
    await scriptedServer(() => {}, '127.0.0.3', port);
    const lists = { '/v1/models': json({ data: [{ id: 'other' }] }), '/api/version': json({ version: '0.12.6' }) };
    await scriptedServer(routes(lists), '127.0.0.4', port);
    expect(await warningsAt(mine.url)).toEqual([]);
  });
});
