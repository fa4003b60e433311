// What a kind of model server tells the shared suite of itself, and what the parts of the suite have in common.

import { onTestFinished } from 'vitest';
import type {
  BackendFactory,
  InferenceBackend,
  InferenceOutcome,
  InferenceRequest,
  InferenceTask,
} from '../../src-main/backends/backend.ts';
import type { Clock } from '../../src-main/base/clock.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { samples, wav } from '../../src-main/practice/model/answers.ts';
import type { ShapeName } from '../../src-main/practice/model/exchange.ts';
import { type ModelServerOptions, SHAPES, startModelServer } from '../../src-main/practice/model-server.ts';
import { until } from '../support/wait.ts';
import { type Script, scriptedServer } from './scripted-server.ts';

export interface BackendSuite {
  readonly kind: InferenceBackend['kind'];
  readonly create: BackendFactory;
  /** Among what a look asks first: a path, with its query where it has one. */
  readonly looksAt: string;
  /** How a chat is asked for and answered. Left out: in OpenAI's dialect, passed on unchanged. */
  readonly chat?: ChatDialect;
  /** The header that bears a key, with its value for the key `sk-1`. Left out: `authorization`, `Bearer sk-1`. */
  readonly key?: readonly [name: string, value: string];
  /**
   * A server of that kind that is ready, with these models; it stops with the test. Left out: the practice server in the
   * shape of that name.
   */
  readonly serve?: (options: Pick<ModelServerOptions, 'models' | 'loaded'>) => Promise<Served>;
  /** What a server of that kind that is ready says of models with these names, JSON by path. Left out: OpenAI's list. */
  readonly lists?: (names: readonly string[]) => Readonly<Record<string, unknown>>;
  /** Whether it says that it is not ready yet where the practice server is set to `starting`. */
  readonly startsSlowly?: boolean;
  /** Shapes of the practice server that must not pass for this kind. Left out: all others. */
  readonly impostors?: readonly ShapeName[];
  /** Where it can put models into memory and out of it. */
  readonly moves?: MovesSuite;
}

export interface MovesSuite {
  /** The paths of the orders. */
  readonly load: string;
  readonly unload: string;
  /** Of a practice server that has the model `a`, but not in memory. */
  readonly options?: Partial<ModelServerOptions>;
  /** The word for `a` while it is not, see `ModelServer.setState`. */
  readonly word?: string;
  /** Whether a model that a task needs has to be loaded by a request of its own, where the practice server does nothing on demand. */
  readonly forTasks?: boolean;
}

export interface ChatDialect {
  readonly path: string;
  /** What is posted for `CHAT`, parsed. */
  readonly posts: unknown;
  /** A whole answer, with the word `Grüße` in it, 3 tokens in and 4 out. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** What comes out of it, as for `toMatchObject`. Left out: the answer as it came. */
  readonly gives?: Readonly<Record<string, unknown>>;
  /** Bodies that are no answer although the status is 200, with what they count as. Put `SECRET` where words stand. */
  readonly odd: readonly (readonly [what: string, body: unknown, code: 'malformed' | 'server-error'])[];
}

/** What the suite needs of a server: POSTs wait between `hold` and `release`, and `held` counts them. */
export interface Served {
  readonly url: string;
  hold(): void;
  release(): void;
  held(): number;
}

/** What a server says must not be met again anywhere. */
export const SECRET = 'raw words of the server that must stay there';

/** The request that the suite makes. */
export const CHAT = {
  task: 'llm:chat',
  model: 'm:1b',
  payload: { model: 'm:1b', messages: [{ role: 'user', content: 'hi' }], max_tokens: 64, stream: false },
} as const;

const ANSWER = {
  id: 'x',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Grüße' }, logprobs: { content: [] } }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
};
export const VECTORS = { data: [{ index: 0, embedding: [0.5, -1] }], usage: { prompt_tokens: 2, total_tokens: 2 } };

/** What a caller may ask for, one of each kind of work, and a model whose name says that it is for that. */
export const WORK: readonly (readonly [
  task: InferenceTask,
  model: string,
  asked: Readonly<Record<string, unknown>>,
])[] = [
  ['llm:chat', 'm:1b', { messages: CHAT.payload.messages }],
  ['llm:completion', 'm:1b', { prompt: 'Once', max_tokens: 8 }],
  ['llm:embedding', 'embed', { input: 'hi' }],
  ['audio:transcribe', 'whisper', { audio: wav(samples('hi', 0.05)).toString('base64') }],
  ['audio:speech', 'tts', { input: 'hi', voice: 'alloy' }],
  ['safety:moderate', 'moderation', { input: 'hi' }],
];

export const OPENAI_CHAT: ChatDialect = {
  path: '/v1/chat/completions',
  posts: CHAT.payload,
  answer: ANSWER,
  odd: [
    ['an error beside choices', { ...ANSWER, error: SECRET }, 'server-error'],
    ['no choices', { object: SECRET }, 'malformed'],
    ['no choice', { choices: [] }, 'malformed'],
    ['a choice without a message', { choices: [{ text: SECRET }] }, 'malformed'],
    ['a message that is text', { choices: [{ message: SECRET }] }, 'malformed'],
    ['embeddings', VECTORS, 'malformed'],
  ],
};

export interface Kit extends Required<Omit<BackendSuite, 'startsSlowly' | 'moves'>> {
  readonly moves: MovesSuite | undefined;
  /** The kind that answers in OpenAI's dialect, passed on unchanged. */
  readonly plain: boolean;
  readonly startsSlowly: boolean;
  /** Closes with the test. */
  make(url: string, apiKey?: string, clock?: Clock): InferenceBackend;
  request(over?: Partial<InferenceRequest>): InferenceRequest;
  /** One call to a server that answers so. */
  outcomeOf(script: Script, over?: Partial<InferenceRequest>): Promise<InferenceOutcome>;
  can(task: InferenceRequest['task']): boolean;
}

export function kitOf(suite: BackendSuite): Kit {
  const { kind, create, chat = OPENAI_CHAT } = suite;
  const make = (url: string, apiKey?: string, clock: Clock = systemClock): InferenceBackend => {
    const backend = create({ clock }, { url, apiKey });
    onTestFinished(() => backend.close());
    return backend;
  };
  const request = (over: Partial<InferenceRequest> = {}): InferenceRequest => ({
    ...CHAT,
    signal: new AbortController().signal,
    ...over,
  });
  const { tasks } = create({ clock: systemClock }, { url: 'http://127.0.0.1:1' });
  const shapes = Object.keys(SHAPES) as ShapeName[];
  return {
    serve: practise(kind as ShapeName),
    lists: (names) => ({ '/v1/models': { object: 'list', data: names.map((id) => ({ id, object: 'model' })) } }),
    impostors: shapes.filter((shape) => shape !== kind),
    key: ['authorization', 'Bearer sk-1'],
    startsSlowly: false,
    moves: undefined,
    plain: chat === OPENAI_CHAT,
    ...suite,
    chat,
    make,
    request,
    can: (task) => tasks.includes(task),
    async outcomeOf(script, over) {
      const server = await scriptedServer(script);
      const outcome = await make(server.url).infer(request(over));
      await until('no request left open', () => server.open() === 0);
      return outcome;
    },
  };
}

/** Practice servers of one shape that stop with the test. */
export function practise(shape: ShapeName) {
  return async (options: Omit<ModelServerOptions, 'shape'> = {}) => {
    const server = await startModelServer({ clock: systemClock }, { shape, ...options });
    onTestFinished(() => server.stop());
    return server;
  };
}
