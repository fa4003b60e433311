import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterPayload } from '../../../../src-main/backends/inference/filter.ts';
import { NO_SOUND, SOUNDS } from './sound-samples.ts';

const LIMITS = { maxTokens: 1000, model: 'm:1b' };
const HI = [{ role: 'user', content: 'hi' }];
const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const WAV = SOUNDS.wav.toString('base64');

function pass(members: Record<string, unknown>, task: 'llm:chat' | 'llm:embedding' = 'llm:chat') {
  const filtered = filterPayload(task, members, LIMITS);
  if (!filtered.ok) throw new Error(`${filtered.code}: ${filtered.message}`);
  return filtered.payload as Record<string, unknown>;
}
/** What of these chat members comes out. */
function chat(members: Record<string, unknown>) {
  const {
    model: _model,
    messages: _messages,
    max_tokens: _max,
    stream: _stream,
    ...rest
  } = pass({ messages: HI, ...members });
  return rest;
}
function refusal(members: unknown, task: 'llm:chat' | 'llm:embedding' = 'llm:chat') {
  const filtered = filterPayload(task, members, LIMITS);
  return filtered.ok ? 'passed' : filtered.code;
}
const said = (content: unknown, role = 'user') => ({ messages: [{ role, content }] });
const tool = (over: object) => ({ messages: HI, tools: [{ type: 'function', function: { name: 'f', ...over } }] });

describe('filterPayload', () => {
  it('asks our model for one buffered answer of bounded length', () => {
    const sent = { messages: HI, model: 'other', n: 5, stream: true, stream_options: { include_usage: true } };
    expect(filterPayload('llm:chat', sent, LIMITS)).toEqual({
      ok: true,
      model: 'm:1b',
      payload: { model: 'm:1b', messages: HI, max_tokens: 1000, stream: false },
    });
  });

  it.each([
    [{}, 1000],
    [{ max_tokens: 7 }, 7],
    [{ max_tokens: 1e9 }, 1000],
    [{ max_tokens: -1 }, 1],
    [{ max_tokens: 7.9 }, 7],
    [{ max_tokens: null }, 1000],
    [{ max_completion_tokens: 8 }, 8],
    [{ max_tokens: 9, max_completion_tokens: 8 }, 8],
    [JSON.parse('{"max_tokens": 1e999}') as object, 1000],
  ])('turns %j into max_tokens %i', (members, tokens) => {
    const payload = pass({ messages: HI, ...members });
    expect(payload.max_tokens).toBe(tokens);
    expect(payload).not.toHaveProperty('max_completion_tokens');
  });

  it('lets through what servers and clients agree on', () => {
    const members = {
      temperature: 0.5,
      top_p: 0.9,
      stop: ['END'],
      seed: 42,
      presence_penalty: 1,
      frequency_penalty: -1,
      logprobs: true,
      top_logprobs: 3,
      logit_bias: { '50256': -100 },
      tools: [
        { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
      ],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 's', strict: true, schema: { type: 'object' } } },
    };
    expect(chat(members)).toEqual(members);
  });

  it('brings numbers into their range', () => {
    const wide = {
      temperature: 99,
      top_p: -1,
      presence_penalty: 9,
      frequency_penalty: -9,
      top_logprobs: 100,
      seed: 1.5,
    };
    expect(chat({ ...wide, logit_bias: { 1: 1000 } })).toEqual({
      temperature: 2,
      top_p: 0,
      presence_penalty: 2,
      frequency_penalty: -2,
      top_logprobs: 20,
      seed: 1,
      logit_bias: { 1: 100 },
    });
  });

  it('drops what is on no list, without a word', () => {
    const extras = {
      user: 'someone',
      keep_alive: -1,
      options: { num_ctx: 1e6 },
      num_ctx: 1e6,
      format: 'http://10.0.0.1/x',
      images: ['/etc/passwd'],
      chat_template: '{{ x }}',
      chat_template_kwargs: {},
      file: 'x',
      mm_processor_kwargs: {},
      guided_json: 'http://10.0.0.1',
      web_search_options: {},
      extra_body: { x: 1 },
      store: true,
      metadata: {},
    };
    expect(chat(extras)).toEqual({});
    expect(pass({ messages: [{ ...HI[0], images: ['/etc/passwd'], thinking: 'x' }] }).messages).toEqual(HI);
  });

  it('keeps a conversation with tools whole', () => {
    const messages = [
      { role: 'system', content: 'be kind' },
      { role: 'developer', content: [{ type: 'text', text: 'and short' }] },
      { role: 'user', content: 'time?', name: 'ann' },
      { role: 'assistant', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'now', arguments: '{}' } }] },
      { role: 'tool', content: '12:00', tool_call_id: 'c1' },
      { role: 'assistant', content: 'noon' },
    ];
    expect(pass({ messages }).messages).toEqual(messages);
  });

  it.each([
    ['no object', 'hi'],
    ['null', null],
    ['a list', [HI]],
    ['no messages', {}],
    ['messages that are no list', { messages: 'hi' }],
    ['an empty list', { messages: [] }],
    ['a message that is text', { messages: ['hi'] }],
    ['an unknown role', said('hi', 'root')],
    ['a role borrowed from Object', said('hi', 'constructor')],
    ['no content', { messages: [{ role: 'user' }] }],
    ['an assistant that says nothing', { messages: [{ role: 'assistant', content: null }] }],
    ['content that is a number', said(1)],
    ['an empty list of parts', said([])],
    ['a temperature in words', { messages: HI, temperature: 'hot' }],
    ['a stop that is empty', { messages: HI, stop: '' }],
    ['biases on words', { messages: HI, logit_bias: { hello: 1 } }],
    ['an unknown response format', { messages: HI, response_format: { type: 'xml' } }],
    ['a schema format without a schema', { messages: HI, response_format: { type: 'json_schema' } }],
    ['an unknown tool choice', { ...tool({}), tool_choice: 'always' }],
    ['a tool without a name', { messages: HI, tools: [{ type: 'function', function: {} }] }],
  ])('refuses %s', (_, payload) => {
    expect(refusal(payload)).toBe('bad-request');
  });

  it.each([
    ['too many messages', { messages: Array(1001).fill(HI[0]) }],
    ['a text too long', said('x'.repeat(4 * 1024 * 1024 + 1))],
    ['too many parts', said(Array(65).fill({ type: 'text', text: 'x' }))],
    ['too many stops', { messages: HI, stop: Array(17).fill('x') }],
    ['a stop too long', { messages: HI, stop: 'x'.repeat(257) }],
    ['too many tools', { messages: HI, tools: Array(129).fill(tool({}).tools[0]) }],
    [
      'too many biases',
      { messages: HI, logit_bias: Object.fromEntries(Array.from({ length: 1025 }, (__, i) => [i, 1])) },
    ],
    ['a schema too wide', tool({ parameters: { enum: Array(6000).fill(1) } })],
    ['a schema too long', tool({ parameters: { description: 'x'.repeat(200_000) } })],
    ['a schema too deep', tool({ parameters: nested(40) })],
    ['a schema so deep that recursion would fail', tool({ parameters: nested(20_000) })],
  ])('refuses %s', (_, payload) => {
    expect(refusal(payload)).toBe('too-large');
  });

  it.each(['tools', 'tool_choice', 'parallel_tool_calls'])('leaves %s out where there are no tools', (name) => {
    expect(chat({ tools: [], tool_choice: 'auto', parallel_tool_calls: true })).not.toHaveProperty(name);
  });

  describe('media', () => {
    const image = (url: unknown) => said([{ type: 'image_url', image_url: { url } }]);

    it('passes inline images and sound', () => {
      const parts = [
        { type: 'text', text: 'see http://10.0.0.1/' },
        { type: 'image_url', image_url: { url: PNG, detail: 'low' } },
        { type: 'input_audio', input_audio: { data: WAV, format: 'wav' } },
      ];
      expect(pass(said(parts)).messages).toEqual([{ role: 'user', content: parts }]);
      expect(pass(said([{ type: 'image_url', image_url: PNG }])).messages).toMatchObject([
        { content: [{ image_url: { url: PNG } }] },
      ]);
    });

    it.each([
      'http://192.168.0.1/cam.png',
      'https://example.com/a.png',
      'HTTPS://example.com/a.png',
      'file:///etc/passwd',
      '/etc/passwd',
      '//192.168.0.1/a.png',
      'ftp://10.0.0.1/a',
      ' data:image/png;base64,AAAA',
      'data:image/svg+xml;base64,AAAA',
      'data:text/html;base64,AAAA',
      'data:image/png,http://10.0.0.1',
      'data:image/png;charset=x;base64,AAAA',
      '',
    ])('refuses the image address %j', (url) => {
      expect(refusal(image(url))).toBe('remote-media');
      expect(refusal(said([{ type: 'image_url', image_url: url }]))).toBe('remote-media');
      expect(refusal(said([{ type: 'image_url', image_url: { url } }], 'tool'))).toBe('remote-media');
    });

    it.each(['', 'AAA', 'AA=A', 'AA AA', 'AAA\n', 'AAA-', '====', 'AAAA#http://10.0.0.1'])(
      'refuses the image data %j',
      (data) => {
        expect(refusal(image(`data:image/png;base64,${data}`))).toBe('bad-request');
      },
    );

    it.each([
      [{ data: 'http://10.0.0.1/a.wav', format: 'wav' }, 'remote-media'],
      [{ data: 'file:///a', format: 'wav' }, 'remote-media'],
      [{ data: '', format: 'wav' }, 'bad-request'],
      [{ data: WAV, format: 'flac' }, 'bad-request'],
      [{ data: WAV }, 'bad-request'],
      [{ url: 'http://10.0.0.1', format: 'wav' }, 'bad-request'],
    ])('refuses the sound %j', (sound, code) => {
      expect(refusal(said([{ type: 'input_audio', input_audio: sound }]))).toBe(code);
    });

    it.each(Object.entries(NO_SOUND))('refuses %s for sound, whatever it is called', (_, bytes) => {
      const input_audio = { data: bytes.toString('base64'), format: 'mp3' };
      expect(refusal(said([{ type: 'input_audio', input_audio }]))).toBe('unsupported');
    });

    it.each([
      '%!PS-Adobe-3.0 EPSF-3.0',
      '<svg xmlns="http://www.w3.org/2000/svg">',
      '#EXTM3U',
      'RIFF\x24\0\0\0WAVE',
      'x',
    ])('refuses what begins with %j for an image, whatever its type', (start) => {
      const data = Buffer.from(start, 'latin1').toString('base64');
      expect(refusal(image(`data:image/png;base64,${data}`))).toBe('unsupported');
    });

    it.each([
      ['jpeg', '\xff\xd8\xff\xe0'],
      ['gif', 'GIF89a'],
      ['webp', 'RIFF\x24\0\0\0WEBPVP8 '],
      ['png', '\xff\xd8\xff\xdb'],
    ])('passes an image called %s that begins with %j', (type, start) => {
      const url = `data:image/${type};base64,${Buffer.from(start, 'latin1').toString('base64')}`;
      expect(refusal(image(url))).toBe('passed');
    });

    it.each(['file', 'video_url', 'audio_url', 'image', 'input_image', 'refusal', '__proto__', 'constructor'])(
      'refuses a part of type %s',
      (type) => {
        expect(refusal(said([{ type, [type]: { url: 'http://10.0.0.1' } }]))).toBe('unsupported');
      },
    );

    it('drops whatever else a part carries', () => {
      const part = { type: 'text', text: 'x', url: 'http://10.0.0.1', cache_control: {} };
      expect(pass(said([part])).messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'x' }] }]);
    });
  });

  describe('tools and schemas', () => {
    it.each(['web_search', 'mcp', 'code_interpreter', 'file_search', undefined])(
      'refuses a tool of type %s',
      (type) => {
        const tools = [{ type, server_url: 'http://10.0.0.1', function: { name: 'f' } }];
        expect(refusal({ messages: HI, tools })).toBe('unsupported');
      },
    );

    it.each(['http://10.0.0.1/s.json', 'file:///s.json', 's.json', '', '//10.0.0.1'])(
      'refuses a reference to %j',
      (ref) => {
        for (const key of ['$ref', '$dynamicRef', '$recursiveRef']) {
          const schema = { properties: { a: { items: [{ [key]: ref }] } } };
          expect(refusal(tool({ parameters: schema }))).toBe('remote-schema');
          const format = { type: 'json_schema', json_schema: { name: 's', schema } };
          expect(refusal({ messages: HI, response_format: format })).toBe('remote-schema');
        }
      },
    );

    it('keeps references within', () => {
      const parameters = { $defs: { a: {} }, properties: { b: { $ref: '#/$defs/a' } } };
      expect(chat(tool({ parameters }))).toEqual({ tools: tool({ parameters }).tools });
    });

    it('takes away the address against which local references would be resolved', () => {
      const parameters = { $id: 'http://10.0.0.1/', $schema: 'http://10.0.0.1/', type: 'object' };
      expect(chat(tool({ parameters })).tools).toEqual(tool({ parameters: { type: 'object' } }).tools);
    });
  });

  describe('for embeddings', () => {
    it('passes text or texts, and nothing of a chat', () => {
      const sent = {
        input: ['a', 'b'],
        dimensions: 1e9,
        encoding_format: 'base64',
        max_tokens: 5,
        truncate: true,
        user: 'x',
      };
      const passed = { model: 'm:1b', input: ['a', 'b'], dimensions: 65_536, encoding_format: 'base64' };
      expect(pass(sent, 'llm:embedding')).toEqual(passed);
      expect(pass({ input: 'a' }, 'llm:embedding')).toEqual({ model: 'm:1b', input: 'a' });
    });

    it.each([
      [{}],
      [{ input: '' }],
      [{ input: [] }],
      [{ input: [''] }],
      [{ input: [[1, 2]] }],
      [{ input: { url: 'http://10.0.0.1' } }],
    ])('refuses %j', (payload) => {
      expect(refusal(payload, 'llm:embedding')).toBe('bad-request');
    });
  });

  it('is not fooled by __proto__', () => {
    const sent = JSON.parse(
      '{"__proto__":{"temperature":1},"messages":[{"role":"user","content":"hi","__proto__":{"name":"x"}}],' +
        '"tools":[{"type":"function","function":{"name":"f","parameters":{"__proto__":{"$ref":"http://10.0.0.1"},"constructor":{"type":"string"}}}}]}',
    ) as Record<string, unknown>;
    const payload = pass(sent);
    expect(JSON.stringify(payload)).not.toMatch(/__proto__|temperature|10\.0\.0\.1/);
    expect(payload.messages).toEqual(HI);
    expect(({} as Record<string, unknown>).temperature).toBeUndefined();
    const inherited = Object.create({ messages: HI }) as object;
    expect(refusal(inherited)).toBe('bad-request');
  });

  it('names the place and our rule in a refusal, and repeats nothing of what was sent', () => {
    const filtered = filterPayload(
      'llm:chat',
      said([{ type: 'image_url', image_url: { url: 'http://10.0.0.1/x' } }]),
      LIMITS,
    );
    expect(filtered).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^payload\.messages\[0\]\.content\[0\]/),
    });
    expect(JSON.stringify(filtered)).not.toContain('10.0.0.1');
  });

  describe('whatever is sent', () => {
    const CHAT = new Set(
      (
        'model messages temperature top_p max_tokens stop seed presence_penalty frequency_penalty tools tool_choice ' +
        'parallel_tool_calls response_format logprobs top_logprobs logit_bias stream'
      ).split(' '),
    );
    const EMBEDDING = new Set(['model', 'input', 'dimensions', 'encoding_format']);
    const url = fc.oneof(fc.constant(PNG), fc.webUrl(), fc.string(), fc.constant('data:image/gif;base64,AAAA'));
    const part = fc.oneof(
      fc.record({ type: fc.constant('text'), text: fc.string() }),
      fc.record({
        type: fc.constant('image_url'),
        image_url: fc.oneof(url, fc.record({ url, detail: fc.jsonValue() })),
      }),
      fc.record({
        type: fc.constant('input_audio'),
        input_audio: fc.record({
          data: fc.oneof(fc.constant(WAV), fc.base64String()),
          format: fc.constantFrom('wav', 'mp3', 'url'),
        }),
      }),
      fc.record({ type: fc.string(), url: fc.webUrl() }),
    );
    const message = fc.record({
      role: fc.constantFrom('system', 'user', 'assistant', 'tool', 'developer'),
      content: fc.oneof(
        { weight: 3, arbitrary: fc.string() },
        { weight: 3, arbitrary: fc.array(part, { minLength: 1, maxLength: 3 }) },
        fc.jsonValue(),
      ),
    });
    const near = fc.record(
      {
        messages: fc.array(message, { minLength: 1, maxLength: 3 }),
        model: fc.jsonValue(),
        n: fc.jsonValue(),
        stream: fc.jsonValue(),
        max_tokens: fc.oneof(fc.double(), fc.integer()),
        max_completion_tokens: fc.integer(),
        temperature: fc.double({ noNaN: true }),
        seed: fc.double({ noNaN: true }),
        logit_bias: fc.dictionary(fc.nat().map(String), fc.double({ noNaN: true })),
        tools: fc.array(
          fc.record({
            type: fc.constantFrom('function', 'mcp'),
            function: fc.record({
              name: fc.string({ minLength: 1 }),
              parameters: fc.dictionary(fc.string(), fc.jsonValue()),
            }),
          }),
        ),
        options: fc.jsonValue(),
        input: fc.oneof(fc.string(), fc.array(fc.string())),
      },
      { requiredKeys: [] },
    );
    const anything = fc.oneof(near, fc.jsonValue(), fc.object());
    const task = fc.constantFrom('llm:chat' as const, 'llm:embedding' as const);

    it('only members on the list come out, bounded, with inline media', () => {
      let passed = 0;
      fc.assert(
        fc.property(task, anything, fc.integer({ min: 1, max: 5000 }), (kind, sent, maxTokens) => {
          const filtered = filterPayload(kind, sent, { maxTokens, model: 'm' });
          if (!filtered.ok) return;
          passed += 1;
          const payload = filtered.payload as {
            model: string;
            max_tokens?: number;
            messages?: { content?: unknown }[];
          };
          const allowed = kind === 'llm:chat' ? CHAT : EMBEDDING;
          for (const name of Object.keys(payload)) expect(allowed).toContain(name);
          expect(payload.model).toBe('m');
          if (kind === 'llm:embedding') return;
          expect(payload.max_tokens).toBeGreaterThanOrEqual(1);
          expect(payload.max_tokens).toBeLessThanOrEqual(maxTokens);
          for (const { content } of payload.messages ?? []) {
            for (const each of Array.isArray(content) ? (content as { type: string }[]) : []) {
              if (each.type === 'text') expect(Object.keys(each)).toEqual(['type', 'text']);
              else expect(JSON.stringify(each)).toMatch(/"url":"data:image\/|"data":"[A-Za-z0-9+/]+=*"/);
            }
          }
        }),
        { numRuns: 1000 },
      );
      // Else the property would have looked at refusals alone.
      expect(passed).toBeGreaterThan(50);
    });

    it('is the same again when it is filtered again, as JSON too', () => {
      fc.assert(
        fc.property(task, anything, (kind, sent) => {
          const first = filterPayload(kind, sent, LIMITS);
          if (!first.ok) return;
          expect(filterPayload(kind, first.payload, LIMITS)).toEqual(first);
          const travelled = JSON.parse(JSON.stringify(first.payload)) as unknown;
          expect(JSON.stringify(filterPayload(kind, travelled, LIMITS))).toBe(JSON.stringify(first));
        }),
        { numRuns: 1000 },
      );
    });
  });
});

function nested(depth: number): object {
  let schema: object = {};
  for (let i = 0; i < depth; i++) schema = { items: schema };
  return schema;
}
