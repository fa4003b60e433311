import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { type ModelServerOptions, startModelServer } from '../../../src-main/practice/model-server.ts';
import { call } from './help.ts';

type Json = Record<string, unknown>;

const file = new URL('../../vectors/anthropic-messages.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as { requests: { name: string; body: Json }[] };
const versioned = { 'anthropic-version': '2023-06-01' };
const hello = { role: 'user', content: 'hello there' };

async function start(options: Partial<ModelServerOptions> = {}) {
  const server = await startModelServer({ clock: systemClock }, { shape: 'anthropic', models: ['a', 'b'], ...options });
  onTestFinished(() => server.stop());
  const get = (path: string, headers: Record<string, string> = versioned) =>
    call(`${server.url}${path}`, 'GET', undefined, headers);
  const ask = (body: Json, headers: Record<string, string> = versioned) =>
    call(`${server.url}/v1/messages`, 'POST', { model: 'a', max_tokens: 5, messages: [hello], ...body }, headers);
  return { ...server, get, ask };
}

const use = { type: 'tool_use', id: 'x', name: 'f', input: {} };
const came = { type: 'tool_result', tool_use_id: 'x' };
const image = (source: Json) => ({ messages: [{ role: 'user', content: [{ type: 'image', source }] }] });

describe('the practice model server as Anthropic', () => {
  it('lists its models, as many as are asked for', async () => {
    const { get } = await start();
    const { body } = await get('/v1/models?limit=1');
    expect(body).toMatchObject({ data: [{ type: 'model', id: 'a' }], has_more: true, first_id: 'a', last_id: 'a' });
    expect((await get('/v1/models')).body).toMatchObject({ data: [{ id: 'a' }, { id: 'b' }], has_more: false });
    expect((await get('/v1/models/b')).body).toMatchObject({ type: 'model', id: 'b' });
  });

  it('says the same in pieces', async () => {
    const { url, ask } = await start();
    const { body: whole } = await ask({});
    const reply = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...versioned },
      body: JSON.stringify({ model: 'a', max_tokens: 5, messages: [hello], stream: true }),
    });
    expect(reply.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const events = (await reply.text()).trimEnd().split('\n\n');
    const said = events.map((event) => /^event: (.+)\ndata: (.+)$/.exec(event)!.slice(1) as [string, string]);
    const data = said.map(([, text]) => JSON.parse(text) as { type: string; delta?: Json; usage?: Json });
    expect(said.map(([name]) => name)).toEqual(data.map(({ type }) => type));
    const texts = data.flatMap(({ delta }) => (typeof delta?.text === 'string' ? delta.text : []));
    const { content, stop_reason, stop_sequence, usage } = whole as { content: [{ text: string }] } & Json;
    expect([texts.length, texts.join('')]).toEqual([5, content[0].text]);
    expect(data.map(({ type }) => type).filter((type) => type !== 'content_block_delta')).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    const { output_tokens } = usage as Json;
    expect(data.at(-2)).toMatchObject({ delta: { stop_reason, stop_sequence }, usage: { output_tokens } });
  });

  it('answers within the bound, and counts', async () => {
    const { ask } = await start();
    const { status, body } = await ask({ system: 'be kind' });
    expect([status, body]).toMatchObject([
      200,
      {
        type: 'message',
        role: 'assistant',
        model: 'a',
        content: [{ type: 'text', text: expect.stringMatching(/^\S+( \S+){4}$/) }],
        stop_reason: 'max_tokens',
        usage: { input_tokens: 4, output_tokens: 5 },
      },
    ]);
    expect((await ask({ max_tokens: 1000 })).body).toMatchObject({ stop_reason: 'end_turn' });
  });

  it.each(vectors.requests.map(({ name, body }) => [name, body] as const))('takes %s', async (_, body) => {
    const { ask } = await start({ models: ['claude-opus-4-6'] });
    expect((await ask(body)).status).toBe(200);
  });

  it('calls a tool where it has to', async () => {
    const { ask } = await start();
    const tools = ['f', 'g'].map((name) => ({ name, input_schema: { type: 'object' } }));
    const called = async (choice: Json) => (await ask({ tools, tool_choice: choice })).body.content;
    expect(await called({ type: 'any' })).toMatchObject([{ type: 'tool_use', name: 'f', input: {} }]);
    expect(await called({ type: 'tool', name: 'g' })).toMatchObject([{ type: 'tool_use', name: 'g' }]);
    expect(await called({ type: 'auto' })).toMatchObject([{ type: 'text' }]);
  });

  it('wants its key in a header of its own, and a version', async () => {
    const { get, ask } = await start({ apiKey: 'sk-1' });
    const denied = { status: 401, body: { type: 'error', error: { type: 'authentication_error' } } };
    expect(await get('/v1/models')).toMatchObject(denied);
    expect(await ask({}, { ...versioned, authorization: 'Bearer sk-1' })).toMatchObject(denied);
    expect((await ask({}, { ...versioned, 'x-api-key': 'sk-1' })).status).toBe(200);
    expect((await ask({}, { 'x-api-key': 'sk-1' })).status).toBe(400);
  });

  it.each<[string, Json]>([
    ['an unknown model', { model: 'z' }],
    ['no bound', { max_tokens: undefined }],
    ['no turn', { messages: [] }],
    ['a system among the turns', { messages: [{ role: 'system', content: 'x' }, hello] }],
    ['an empty turn', { messages: [{ role: 'user', content: [] }] }],
    ['a text of white space', { messages: [{ role: 'user', content: ' \n' }] }],
    ['an empty system', { system: '' }],
    ['a part of another dialect', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
    ['an image at an address', image({ type: 'url', url: 'https://example.com/a.png' })],
    ['an image of another type', image({ type: 'base64', media_type: 'image/svg+xml', data: 'AAAA' })],
    ['an image that is a data URL', image({ type: 'base64', media_type: 'image/png', data: 'data:AAAA' })],
    ['a call without a result', { messages: [hello, { role: 'assistant', content: [use] }, hello] }],
    ['a result without a call', { messages: [{ role: 'user', content: [came] }] }],
    [
      'a call whose id has other characters',
      { messages: [hello, { role: 'assistant', content: [{ ...use, id: 'f:0' }] }] },
    ],
    ['a call by the user', { messages: [{ role: 'user', content: [use] }] }],
    ['temperature and top_p', { temperature: 0.5, top_p: 0.5 }],
    ['too high a temperature', { temperature: 1.1 }],
    ['a stop of white space', { stop_sequences: ['\n'] }],
    ['a tool without a schema', { tools: [{ name: 'f' }] }],
    ['a choice that is a word', { tool_choice: 'auto' }],
  ])('refuses %s', async (_, body) => {
    const { ask } = await start();
    const reply = await ask(body);
    expect(reply.body).toMatchObject({ type: 'error', error: { message: expect.any(String) } });
    expect(reply.status).toBe('model' in body ? 404 : 400);
  });

  it('has models that take no temperature', async () => {
    const { ask } = await start({ models: ['untuned'] });
    expect((await ask({ model: 'untuned', temperature: 0.5 })).status).toBe(400);
    expect((await ask({ model: 'untuned' })).status).toBe(200);
  });
});
