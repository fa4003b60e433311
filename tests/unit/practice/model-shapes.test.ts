import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { type ModelServerOptions, startModelServer } from '../../../src-main/practice/model-server.ts';
import { until } from '../../support/wait.ts';
import { call } from './help.ts';

async function start(options: ModelServerOptions) {
  const server = await startModelServer({ clock: systemClock }, options);
  onTestFinished(() => server.stop());
  const get = async (path: string, headers?: Record<string, string>) => {
    const { status, body } = await call(`${server.url}${path}`, 'GET', undefined, headers);
    return { status, body };
  };
  const post = async (path: string, body: object = {}) => {
    const reply = await call(`${server.url}${path}`, 'POST', body);
    return { status: reply.status, body: reply.body };
  };
  const chat = (model: string) => post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }] });
  return { ...server, get, post, chat };
}

const header = async (url: string, name: string) => (await fetch(url)).headers.get(name);
const ids = (body: unknown) => (body as { data: { id: string }[] }).data.map(({ id }) => id);

describe('the practice model server as LM Studio', () => {
  const one: ModelServerOptions = { shape: 'lmstudio', models: ['a'] };

  it('says 200 to every path, with an error for those it does not know', async () => {
    const server = await start(one);
    expect(await server.get('/api/version')).toEqual({
      status: 200,
      body: { error: 'Unexpected endpoint or method. (GET /api/version)' },
    });
    expect(await header(server.url, 'x-powered-by')).toBe('Express');
  });

  it('tells what is loaded in both of its APIs', async () => {
    const server = await start({ shape: 'lmstudio', models: ['a', 'embed-b'], loaded: ['a'] });
    expect((await server.get('/api/v1/models')).body).toMatchObject({
      models: [
        { type: 'llm', key: 'a', loaded_instances: [{ id: 'a' }] },
        { type: 'embedding', key: 'embed-b', loaded_instances: [] },
      ],
    });
    expect((await server.get('/api/v0/models')).body).toMatchObject({
      data: [
        { id: 'a', type: 'llm', state: 'loaded' },
        { id: 'embed-b', type: 'embeddings', state: 'not-loaded' },
      ],
    });
  });

  it('loads a model as often as it is told, each time as another instance', async () => {
    const server = await start(one);
    const instances = async () =>
      ((await server.get('/api/v1/models')).body as { models: { loaded_instances: { id: string }[] }[] }).models.map(
        (model) => model.loaded_instances.map(({ id }) => id),
      );
    const order = { model: 'a' };
    expect((await server.post('/api/v1/models/load', order)).body).toMatchObject({
      instance_id: 'a',
      status: 'loaded',
    });
    expect((await server.post('/api/v1/models/load', order)).body).toMatchObject({ instance_id: 'a:2' });
    expect(await instances()).toEqual([['a', 'a:2']]);
    await server.post('/api/v1/models/unload', { instance_id: 'a' });
    expect(await instances()).toEqual([['a:2']]);
    await server.post('/api/v1/models/unload', { instance_id: 'a:2' });
    expect(await instances()).toEqual([[]]);
    expect((await server.post('/api/v1/models/unload', { instance_id: 'a' })).status).toBe(404);
  });

  it('refuses a model that is not loaded where it may load none, and lists loaded ones only', async () => {
    const server = await start({ ...one, onDemand: false });
    expect((await server.chat('a')).status).toBe(404);
    expect(ids((await server.get('/v1/models')).body)).toEqual([]);
    await server.post('/api/v1/models/load', { model: 'a' });
    expect((await server.chat('a')).status).toBe(200);
  });

  it('says what it is told to of a model', async () => {
    const server = await start(one);
    server.setState('a', 'crashed');
    expect((await server.get('/api/v1/models')).body).toMatchObject({
      models: [{ loaded_instances: [{ state: 'crashed' }] }],
    });
  });
});

describe('the practice model server as llama.cpp', () => {
  it('says 503 to everything until its model is loaded', async () => {
    const server = await start({ shape: 'llamacpp', models: ['a'], starting: true });
    for (const path of ['/health', '/props', '/v1/models', '/api/tags', '/nowhere']) {
      expect(await server.get(path)).toEqual({
        status: 503,
        body: { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } },
      });
    }
    server.ready();
    expect(await server.get('/health')).toEqual({ status: 200, body: { status: 'ok' } });
    expect(await header(server.url, 'server')).toBe('llama.cpp');
  });

  it('lists its one model in two dialects, and answers for it under any name', async () => {
    const server = await start({ shape: 'llamacpp', models: ['a'], slots: 2 });
    const listed = { models: [{ name: 'a' }], data: [{ id: 'a', owned_by: 'llamacpp', meta: {} }] };
    expect((await server.get('/v1/models')).body).toMatchObject(listed);
    expect((await server.get('/api/tags')).body).toMatchObject(listed);
    expect((await server.get('/api/version')).status).toBe(404);
    expect((await server.get('/props')).body).toMatchObject({ model_alias: 'a', total_slots: 2, is_sleeping: false });
    expect((await server.chat('gpt-4')).status).toBe(200);
  });

  it('keeps its health open and everything else behind the key', async () => {
    const server = await start({ shape: 'llamacpp', models: ['a'], apiKey: 'k' });
    expect((await server.get('/health')).status).toBe(200);
    expect(await server.get('/props')).toMatchObject({
      status: 401,
      body: { error: { type: 'authentication_error' } },
    });
    expect((await server.get('/props', { authorization: 'Bearer k' })).status).toBe(200);
  });

  it('says 501 where slots are switched off', async () => {
    const server = await start({ shape: 'llamacpp', models: ['a'], without: ['/slots'] });
    expect(await server.get('/slots')).toMatchObject({ status: 501, body: { error: { type: 'not_supported_error' } } });
  });

  it('wakes from its sleep for work', async () => {
    const server = await start({ shape: 'llamacpp', models: ['a'] });
    server.setState('a', 'sleeping');
    expect((await server.get('/props')).body).toMatchObject({ is_sleeping: true });
    await server.chat('a');
    expect((await server.get('/props')).body).toMatchObject({ is_sleeping: false });
  });

  it('as a router loads and unloads models, and tells of each', async () => {
    const server = await start({ shape: 'llamacpp', models: ['a', 'b'], onDemand: false });
    const status = async () =>
      ((await server.get('/models')).body as { data: { status: { value: string } }[] }).data.map((each) => each.status);
    expect((await server.get('/props')).body).toMatchObject({ role: 'router' });
    expect((await server.chat('a')).status).toBe(400);
    expect((await server.post('/models/load', { model: 'a' })).body).toEqual({ success: true });
    await until('it to be loaded', async () => (await status())[0]?.value === 'loaded');
    expect((await server.chat('a')).status).toBe(200);
    expect((await server.post('/models/load', { model: 'a' })).status).toBe(400);
    await server.post('/models/unload', { model: 'a' });
    server.setState('b', 'failed');
    expect(await status()).toMatchObject([{ value: 'unloaded' }, { value: 'unloaded', failed: true, exit_code: 1 }]);
  });
});

describe('the practice model server as vLLM', () => {
  it('has a health without words, a version, metrics, and one model', async () => {
    const server = await start({ shape: 'vllm', models: ['a'] });
    expect((await call(`${server.url}/health`, 'GET')).text).toBe('');
    expect((await server.get('/version')).body).toEqual({ version: expect.stringMatching(/^\d/) });
    expect((await call(`${server.url}/metrics`, 'GET')).text).toContain('vllm:num_requests_running');
    expect((await server.get('/v1/models')).body).toMatchObject({ data: [{ owned_by: 'vllm', max_model_len: 4096 }] });
    expect(await server.get('/nowhere')).toEqual({ status: 404, body: { detail: 'Not Found' } });
    expect(await header(server.url, 'server')).toBe('uvicorn');
  });

  it('has the routes that its model can serve, and its document names them', async () => {
    const server = await start({ shape: 'vllm', models: ['embed-a'] });
    const { paths } = (await server.get('/openapi.json')).body as { paths: object };
    expect(Object.keys(paths)).toContain('/v1/embeddings');
    expect(Object.keys(paths)).not.toContain('/v1/chat/completions');
    expect((await server.chat('embed-a')).status).toBe(404);
  });

  it('sleeps and wakes in developer mode only', async () => {
    const plain = await start({ shape: 'vllm', models: ['a'] });
    expect((await plain.post('/sleep?level=1')).status).toBe(404);
    const server = await start({ shape: 'vllm', models: ['a'], developer: true });
    await server.post('/sleep?level=1');
    expect((await server.get('/is_sleeping')).body).toEqual({ is_sleeping: true });
    expect((await server.chat('a')).status).toBe(500);
    await server.post('/wake_up');
    expect((await server.chat('a')).status).toBe(200);
  });

  it('keeps /v1 behind the key and the rest open', async () => {
    const server = await start({ shape: 'vllm', models: ['a'], apiKey: 'k' });
    expect((await server.get('/version')).status).toBe(200);
    expect(await server.get('/v1/models')).toEqual({ status: 401, body: { error: 'Unauthorized' } });
  });

  it('is not in health while its engine is not there', async () => {
    const server = await start({ shape: 'vllm', models: ['a'], starting: true });
    expect((await server.get('/health')).status).toBe(503);
    server.ready();
    expect((await server.get('/health')).status).toBe(200);
  });
});

describe('the practice model server as MeshLLM', () => {
  it('is ready when it serves something, and alive before', async () => {
    const server = await start({ shape: 'meshllm', models: ['a'], starting: true });
    expect((await server.get('/health')).status).toBe(200);
    expect((await server.get('/readyz')).status).toBe(503);
    server.ready();
    expect((await server.get('/readyz')).body).toEqual({ status: 'ready' });
  });

  it('lists its own choice among models beside two or more', async () => {
    const server = await start({ shape: 'meshllm', models: ['a'] });
    expect(ids((await server.get('/v1/models')).body)).toEqual(['a']);
    server.setModels(['a', 'b']);
    expect(ids((await server.get('/v1/models')).body)).toEqual(['a', 'b', 'mesh']);
    expect((await server.chat('b')).status).toBe(200);
    expect((await server.post('/v1/embeddings', { model: 'a', input: 'x' })).status).toBe(404);
  });
});

describe('a practice model server that imitates Ollama', () => {
  it('answers in its own words first and in Ollama’s where it has none', async () => {
    const server = await start({ shape: 'lmstudio', models: ['a'], imitates: 'ollama' });
    expect((await server.get('/api/version')).body).toEqual({ version: expect.any(String) });
    expect((await server.get('/api/tags')).body).toMatchObject({ models: [{ name: 'a' }] });
    expect((await server.get('/api/v0/models')).body).toMatchObject({ data: [{ id: 'a' }] });
  });
});
