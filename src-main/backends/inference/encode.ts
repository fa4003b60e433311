// A filtered payload as the body that a server in the OpenAI dialect wants: JSON, or a form where a file goes with it.

import type { InferenceRequest } from '../backend.ts';
import { multipart, type Part } from './multipart.ts';
import { SOUND_TYPES } from './sound.ts';

export interface Body {
  readonly body: string | Uint8Array;
  /** JSON where it is left out. */
  readonly contentType?: string;
}

export function asJson(request: InferenceRequest): Body {
  if (request.encoded) return { body: request.encoded };
  const { model, payload } = request;
  return { body: JSON.stringify(payload.model === model ? payload : { ...payload, model }) };
}

const TYPES = new Map(Object.entries(SOUND_TYPES));

/** Each member is a field, `audio` (base64) the file called `filename`, and a list one field for each entry, as OpenAI names them. */
export function asForm({ model, payload }: InferenceRequest): Body {
  const { audio, filename, model: _, ...members } = payload;
  const parts: Part[] = [{ name: 'model', content: model }];
  for (const [name, value] of Object.entries(members)) {
    if (Array.isArray(value)) parts.push(...value.map((each) => ({ name: `${name}[]`, content: String(each) })));
    else parts.push({ name, content: String(value) });
  }
  const name = String(filename);
  const type = TYPES.get(name.slice(name.lastIndexOf('.') + 1)) ?? 'application/octet-stream';
  parts.push({ name: 'file', content: Buffer.from(String(audio), 'base64'), file: { name, type } });
  return multipart(parts);
}
