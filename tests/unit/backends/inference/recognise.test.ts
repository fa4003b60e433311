import { describe, expect, it } from 'vitest';
import { kindNames, nextQuestions, recognise } from '../../../../src-main/backends/inference/recognise.ts';
import { parseObject } from '../../../../src-main/backends/inference/shapes.ts';
import { headerSpeaksFor, type Sign, showsOf, signOf } from '../../../../src-main/backends/inference/signs.ts';
import { BackendKind } from '../../../../src-preload/contract/settings/backends.ts';

/** What a server says: a body (200), a status with one, or `late!` and the like for what happens instead of an answer. */
type Said = object | string | readonly [number, object | string];
interface Server {
  readonly [path: string]: Said;
  /** To every other path. */
  readonly else: Said;
}

const NOT_FOUND: Said = [404, { error: 'not found' }];

/** Asks as a probe does, without a socket. */
function meet(server: Server, headers: { readonly poweredBy?: string; readonly server?: string } = {}) {
  const signs = new Map<string, Sign>();
  for (let paths = nextQuestions(signs); paths.length > 0; paths = nextQuestions(signs)) {
    for (const path of paths) {
      const said = server[path] ?? server.else;
      const outcome = typeof said === 'string' && said.endsWith('!') ? said.slice(0, -1) : 'reply';
      const [status, body] = Array.isArray(said) ? (said as [number, object | string]) : [200, said];
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const replied = outcome === 'reply';
      signs.set(
        path,
        signOf({
          path,
          outcome: outcome as 'reply' | 'late',
          status: replied ? status : null,
          json: replied ? parseObject(text) : undefined,
          header: undefined,
        }),
      );
    }
  }
  const header = headerSpeaksFor(headers.poweredBy ?? '', headers.server ?? '');
  return { signs, asked: [...signs.keys()], ...recognise(signs, header) };
}

const list = (owner?: string, more: object = {}) => ({
  object: 'list',
  data: [{ id: 'a:1b', object: 'model', created: 1, ...(owner && { owned_by: owner }), ...more }],
});
const TAGS = { models: [{ name: 'a:1b', model: 'a:1b', size: 8, digest: 'ab', details: { format: 'gguf' } }] };
const OLLAMA = { '/api/version': { version: '0.12.6' }, '/api/tags': TAGS };
const PROPS = { default_generation_settings: { n_ctx: 4096 }, total_slots: 4, build_info: 'b7400-abc' };
const NATIVE = { models: [{ type: 'llm', key: 'qwen/qwen3', loaded_instances: [] }] };
const OLDER = { object: 'list', data: [{ id: 'qwen3', object: 'model', type: 'llm', state: 'not-loaded' }] };
const UNEXPECTED = { error: 'Unexpected endpoint or method. (GET /props)' };
const LOADING: Said = [503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }];
const KEY: Said = [401, { error: { message: 'Invalid API Key', type: 'authentication_error', code: 401 } }];
const UVICORN = { server: 'uvicorn' };
const EXPRESS = { poweredBy: 'Express' };

const ollama: Server = { ...OLLAMA, '/v1/models': list('library'), else: '404 page not found' };
const lmstudio: Server = { '/v1/models': list('organization_owner'), '/api/v1/models': NATIVE, else: UNEXPECTED };
const llamacpp: Server = { '/v1/models': { ...TAGS, ...list('llamacpp') }, '/props': PROPS, else: NOT_FOUND };
const vllm: Server = {
  '/v1/models': list('vllm', { max_model_len: 4096 }),
  '/version': { version: '0.14.0' },
  else: [404, { detail: 'Not Found' }],
};
const meshllm: Server = { '/v1/models': list('mesh-llm', { capabilities: ['text'] }), else: NOT_FOUND };
const openai: Server = { '/v1/models': list('me'), else: NOT_FOUND };

describe('recognise', () => {
  it.each<[string, Server, { poweredBy?: string; server?: string }, string, string | null, string[]]>([
    ['Ollama', ollama, {}, 'ollama', '0.12.6', ['a:1b']],
    ['LM Studio', lmstudio, EXPRESS, 'lmstudio', null, ['qwen/qwen3']],
    ['llama.cpp', llamacpp, { server: 'llama.cpp' }, 'llamacpp', 'b7400-abc', ['a:1b']],
    ['vLLM', vllm, UVICORN, 'vllm', '0.14.0', ['a:1b']],
    ['MeshLLM', meshllm, {}, 'meshllm', null, ['a:1b']],
    ['any other server with OpenAI’s dialect', openai, {}, 'openai', null, ['a:1b']],
  ])('names %s', (_, server, headers, verdict, version, models) => {
    expect(meet(server, headers)).toMatchObject({ verdict, version, models });
  });

  it.each<[string, Server, { poweredBy?: string; server?: string }, string, RegExp]>([
    [
      'LM Studio that answers as Ollama too',
      { ...lmstudio, ...OLLAMA },
      EXPRESS,
      'lmstudio',
      /answers as Ollama does, but only imitates it/,
    ],
    [
      'LM Studio of before its newer list',
      { '/v1/models': list('organization_owner'), '/api/v0/models': OLDER, else: UNEXPECTED },
      EXPRESS,
      'lmstudio',
      /only LM Studio has/,
    ],
    [
      'LM Studio with nothing loaded, of before its newer list',
      { '/v1/models': { object: 'list', data: [] }, '/api/v0/models': OLDER, else: UNEXPECTED },
      EXPRESS,
      'lmstudio',
      /only LM Studio has/,
    ],
    [
      'LM Studio without models',
      { ...lmstudio, '/v1/models': { data: [] }, '/api/v1/models': { models: [] } },
      EXPRESS,
      'lmstudio',
      /./,
    ],
    [
      'llama.cpp with all of Ollama’s lists',
      { ...llamacpp, ...OLLAMA },
      {},
      'llamacpp',
      /answers as Ollama does, but only imitates it/,
    ],
    ['llama.cpp that names no owner', { ...llamacpp, ...OLLAMA, '/v1/models': list() }, {}, 'llamacpp', /settings/],
    [
      'llama.cpp as a router',
      { ...llamacpp, '/props': { role: 'router', build_info: 'b1' } },
      {},
      'llamacpp',
      /settings/,
    ],
    ['llama.cpp while it loads', { else: LOADING }, {}, 'llamacpp', /still loading/],
    ['llama.cpp that wants a key', { ...llamacpp, '/props': KEY, '/api/version': KEY }, {}, 'llamacpp', /wants a key/],
    [
      'what only has the owner of llama.cpp',
      { ...llamacpp, '/props': NOT_FOUND },
      {},
      'openai',
      /whose signs it lacks/,
    ],
    ['a uvicorn server that is no vLLM', openai, UVICORN, 'openai', /headers are ones that vLLM sends/],
    ['a proxy whose header says vLLM', openai, { server: 'vllm/0.14' }, 'openai', /headers are ones that vLLM sends/],
    [
      'a uvicorn server with a version',
      { ...openai, '/version': { version: '1.0' } },
      UVICORN,
      'openai',
      /no signs of a particular make/,
    ],
    ['what copies vLLM’s list alone', { ...vllm, '/version': NOT_FOUND }, UVICORN, 'openai', /whose signs it lacks/],
    ['vLLM behind Express', vllm, EXPRESS, 'vllm', /headers are ones that LM Studio sends/],
    ['an Express server that is no LM Studio', openai, EXPRESS, 'openai', /headers are ones that LM Studio sends/],
    ['Ollama behind Express', ollama, EXPRESS, 'ollama', /headers are ones that LM Studio sends/],
    [
      'KoboldCpp, which imitates llama.cpp and Ollama',
      { ...OLLAMA, '/props': PROPS, '/v1/models': list('koboldcpp'), else: NOT_FOUND },
      {},
      'openai',
      /KoboldCpp.*imitates/,
    ],
    [
      'SGLang with Ollama’s routes',
      { ...openai, ...OLLAMA, '/v1/models': list('sglang') },
      UVICORN,
      'openai',
      /SGLang/,
    ],
    ['MeshLLM that passes questions on to llama.cpp', { ...meshllm, '/props': PROPS }, {}, 'meshllm', /MeshLLM/],
    ['Ollama without OpenAI’s dialect', { ...OLLAMA, else: NOT_FOUND }, {}, 'ollama', /./],
    [
      'Ollama without models',
      { ...ollama, '/api/tags': { models: [] }, '/v1/models': { data: null } },
      {},
      'ollama',
      /./,
    ],
    [
      'an owner that is no name',
      { ...openai, '/v1/models': list('constructor') },
      {},
      'openai',
      /no signs of a particular make/,
    ],
    ['one answer to everything', { else: { object: 'list', data: [] } }, {}, 'openai', /./],
  ])('knows %s', (_, server, headers, verdict, why) => {
    const met = meet(server, headers);
    const said = met.why.map(({ message }) => message).join(' ');
    expect([met.verdict, said]).toEqual([verdict, expect.stringMatching(why)]);
  });

  it.each<[string, Server, string]>([
    ['a web page', { else: '<html>hello</html>' }, 'other'],
    ['any JSON', { else: { hello: 'world' } }, 'other'],
    ['an error with status 200', { else: UNEXPECTED }, 'other'],
    ['lists of something else', { else: { version: '1.0', models: [{ id: 1 }], data: ['x'] } }, 'other'],
    ['a version but no list of models', { '/api/version': { version: '1.0' }, else: NOT_FOUND }, 'other'],
    ['a redirect', { else: [302, ''] }, 'other'],
    ['an error', { else: [500, {}] }, 'other'],
    ['what may still be starting', { else: [503, { error: 'starting' }] }, 'other'],
    ['a page that wants a login', { else: [401, '<html>'] }, 'other'],
    ['what AirPlay says on port 5000', { else: [403, ''] }, 'other'],
    ['what does not speak HTTP', { else: 'not-http!' }, 'other'],
    ['what hangs up', { else: 'lost!' }, 'other'],
    ['what wants a key', { else: KEY }, 'denied'],
    ['what wants a key for its list alone', { '/v1/models': KEY, else: NOT_FOUND }, 'denied'],
    ['a port that refuses connections', { else: 'refused!' }, 'nothing'],
    ['what says nothing', { else: 'late!' }, 'silent'],
    ['what says half', { '/v1/models': list(), else: 'late!' }, 'silent'],
  ])('does not take %s for a model server', (_, server, verdict) => {
    expect(meet(server)).toMatchObject({ verdict, version: null, models: [] });
  });

  it('names no make by what is missing, while answers are missing', () => {
    expect(meet({ ...ollama, '/props': 'late!' }).verdict).toBe('silent');
    expect(meet({ ...openai, '/api/v1/models': 'late!' }).verdict).toBe('silent');
    // What only one make has is enough.
    expect(meet({ ...lmstudio, '/props': 'late!' }).verdict).toBe('lmstudio');
    expect(meet({ ...llamacpp, '/api/v1/models': 'late!' }).verdict).toBe('llamacpp');
  });

  it('asks a port without a model server two questions, and no server more than six', () => {
    expect(meet({ else: NOT_FOUND }).asked).toEqual(['/v1/models', '/api/version']);
    const asked = [ollama, lmstudio, llamacpp, vllm, meshllm, openai].map((server) => meet(server).asked.length);
    expect(Math.max(...asked)).toBeLessThanOrEqual(6);
  });

  it('repeats nothing that a server said', () => {
    const evil = 'evil\u001b[2J';
    const said = { version: evil, error: evil, data: [{ id: evil, owned_by: evil }], models: [{ name: evil }] };
    const { why, signs } = meet({ else: said }, { server: `uvicorn ${evil}` });
    const shown = [...signs].map(([path, sign]) => showsOf(sign, path));
    expect(JSON.stringify([why, shown])).not.toContain('evil');
  });

  it('has a name for every kind', () => {
    expect(Object.keys(kindNames).toSorted()).toEqual(BackendKind.options.toSorted());
  });
});

describe('what the headers speak for', () => {
  it.each([
    ['Express', '', 'lmstudio'],
    ['express', 'uvicorn', 'lmstudio'],
    ['', 'uvicorn', 'vllm'],
    ['', 'vLLM/0.14', 'vllm'],
    ['', 'llama.cpp', 'llamacpp'],
    ['', 'llama-server/1', 'llamacpp'],
    ['', 'nginx', undefined],
    ['', '', undefined],
  ])('is kept as evidence: %j, %j', (poweredBy, server, kind) => {
    expect(headerSpeaksFor(poweredBy, server)).toBe(kind);
  });
});
