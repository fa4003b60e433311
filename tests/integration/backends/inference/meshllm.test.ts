import { describe, expect, it } from 'vitest';
import { createMeshLlm } from '../../../../src-main/backends/inference/meshllm.ts';
import { inferenceBackendSuite } from '../../../suites/inference-backend.ts';
import { kitOf, practise } from '../../../suites/inference-kit.ts';
import { json, routes, scriptedServer } from '../../../suites/scripted-server.ts';

const about = {
  kind: 'meshllm',
  create: createMeshLlm,
  looksAt: '/readyz',
  lists: (names: readonly string[]) => ({
    '/readyz': { status: 'ready' },
    '/v1/models': { data: names.map((id) => ({ id, owned_by: 'mesh-llm' })) },
  }),
  startsSlowly: true,
} as const;
const { make, request } = kitOf(about);
const start = practise('meshllm');

describe('MeshLLM', () => {
  inferenceBackendSuite(about);

  it('offers the models of the mesh, but neither its own choice nor files without a name', async () => {
    const { url } = await start({ models: ['a', 'local-gguf/sha256-1993f98e085eaa51', 'b'] });
    expect((await make(url).check()).models).toEqual([
      { id: 'a', state: 'loaded' },
      { id: 'b', state: 'loaded' },
    ]);
  });

  it('says so where there are only such files', async () => {
    const { url } = await start({ models: ['local-gguf/sha256-1993f98e085eaa51'] });
    expect(await make(url).check()).toMatchObject({
      state: 'no-model',
      reason: { message: expect.stringContaining('no name') },
    });
  });

  it('is known by its list in versions that can’t say whether they are ready', async () => {
    const data = [{ id: 'a', owned_by: 'mesh-llm' }];
    const { url } = await scriptedServer(routes({ '/v1/models': json({ data }) }));
    expect(await make(url).check()).toMatchObject({ state: 'ready', models: [{ id: 'a' }] });
  });

  it('is not taken to be ready where it does not say so', async () => {
    const data = [{ id: 'a', owned_by: 'mesh-llm' }];
    const { url } = await scriptedServer(
      routes({ '/readyz': (res) => void res.destroy(), '/v1/models': json({ data }) }),
    );
    expect(await make(url).check()).toMatchObject({ state: 'not-found', models: [] });
  });

  it('takes a gateway’s own 502 for an error', async () => {
    const { url } = await scriptedServer((res) => void res.writeHead(502).end('<html>bad gateway'));
    expect(await make(url).check()).toMatchObject({ state: 'failing', reason: { code: 'backends.server-error' } });
  });

  it('is asked for chats alone', async () => {
    const server = await start({ models: ['m:1b'] });
    const backend = make(server.url);
    expect(backend.tasks).toEqual(['llm:chat']);
    expect(await backend.infer(request({ task: 'llm:embedding', payload: { input: 'x' } }))).toEqual({
      kind: 'refused',
      code: 'bad-request',
    });
    expect(server.requests()).toEqual([]);
    expect([backend.load, backend.unload]).toEqual([undefined, undefined]);
  });
});
