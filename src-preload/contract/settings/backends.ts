import { z } from 'zod';
import { setting, withoutUser } from './define.ts';

export const BackendKind = z.enum(['ollama', 'openai']);
export type BackendKind = z.infer<typeof BackendKind>;

export const InferenceBackendSetting = z.strictObject({
  kind: BackendKind,
  url: z
    .url({ protocol: /^https?$/, error: 'an address such as http://127.0.0.1:11434' })
    .max(2048)
    .refine(withoutUser, 'an address must not hold a user name or a password; a key has a place of its own'),
  /** Only these models are offered; left out, all that the server lists. */
  models: z.array(z.string().min(1).max(255)).max(256).optional(),
  /** Write-only, sealed at rest. Left out, the one held for the same address stays; empty removes it. */
  apiKey: z.string().max(4096).optional(),
});
export type InferenceBackendSetting = z.infer<typeof InferenceBackendSetting>;

export const backendsSettings = {
  'backends.inference': setting(
    z.array(InferenceBackendSetting).max(32),
    [],
    'Model servers besides those found by themselves, as [{"kind":"ollama","url":"http://127.0.0.1:11434"}]. Keys go in by standard input.',
  ),
};
