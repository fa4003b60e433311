import { z } from 'zod';
import { setting, withoutUser } from './define.ts';

/** `openai` is any other server with the OpenAI dialect. */
export const BackendKind = z.enum(['ollama', 'lmstudio', 'llamacpp', 'vllm', 'meshllm', 'anthropic', 'openai']);
export type BackendKind = z.infer<typeof BackendKind>;

/** The kinds of work, as IICP names them: `urn:iicp:intent:` + this + `:v1`. */
export const InferenceTask = z.enum([
  'llm:chat',
  'llm:completion',
  'llm:embedding',
  'audio:transcribe',
  'audio:speech',
  'safety:moderate',
]);
export type InferenceTask = z.infer<typeof InferenceTask>;

const Address = z
  .url({ protocol: /^https?$/, error: 'expected an address such as http://127.0.0.1:11434' })
  .max(2048)
  .refine(withoutUser, 'an address must not hold a user name or a password; a key has a place of its own');
const ModelName = z.string().min(1).max(255);
const AtOnce = z.number().int().min(1).max(256);

export const InferenceBackendSetting = z
  .strictObject({
    kind: BackendKind,
    url: Address,
    /** Left out: used, except for Anthropic, which costs money and is switched on by hand. */
    enabled: z.boolean().optional(),
    /** Only these models are offered; left out, all that the server lists. */
    models: z.array(ModelName).max(256).optional(),
    /** Calls it may have running at once. */
    maxConcurrent: AtOnce.optional(),
    /** Tokens a day (local time), in and out together; afterwards it is not used until midnight. */
    dailyTokens: z.number().int().min(1).max(1_000_000_000).optional(),
    /** Write-only, sealed at rest. Left out, the one held for the same address stays; empty removes it. */
    apiKey: z.string().max(4096).optional(),
  })
  .refine(
    ({ kind, enabled, dailyTokens }) => kind !== 'anthropic' || !enabled || dailyTokens !== undefined,
    'Anthropic costs money for each token: set dailyTokens, the most it may use in a day, before switching it on',
  );
export type InferenceBackendSetting = z.infer<typeof InferenceBackendSetting>;

/** What holds for one model; members left out stay as the server and its name suggest. */
export const ModelSetting = z.strictObject({
  model: ModelName,
  /** At this server only; left out, wherever it is offered. */
  backend: Address.optional(),
  /** Off: not offered. */
  on: z.boolean().optional(),
  /** What it is offered for. */
  tasks: z.array(InferenceTask).min(1).max(InferenceTask.options.length).optional(),
  /** Tasks it may work on at once. */
  maxConcurrent: AtOnce.optional(),
  /** The most tokens an answer of it may have, where that is less than the node's own limit. */
  maxTokens: z.number().int().min(1).max(10_000_000).optional(),
  /** Loaded before it is needed and kept in memory, where the server allows it. */
  keepWarm: z.boolean().optional(),
});
export type ModelSetting = z.infer<typeof ModelSetting>;

export const backendsSettings = {
  'backends.inference': setting(
    z.array(InferenceBackendSetting).max(32),
    [],
    'Model servers besides those found, as [{"kind":"ollama","url":"http://127.0.0.1:11434"}]. Keys go in by standard input. Anthropic needs "enabled":true and "dailyTokens"; selling on what you buy there may be against its terms.',
  ),
  'backends.models': setting(
    z.array(ModelSetting).max(1024),
    [],
    'Choices for single models, as [{"model":"llama3.2:3b","on":true,"maxConcurrent":1,"keepWarm":true}].',
  ),
};
