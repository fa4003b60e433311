// A form with a file in it, read as the platform reads one: the node under test writes its forms itself, so that they must
// not be read by anything of the same make.

import { isObject, type Json, ModelError } from './exchange.ts';

/** A file that came in a form. */
export interface FormFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

export const isForm = (contentType: string): boolean => /^multipart\/form-data(?:;|$)/i.test(contentType);

/** Members as JSON would have them: text, a FormFile, or a list where a name is there more than once or ends in `[]`. */
export async function readForm(bytes: Buffer, contentType: string): Promise<Json> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => {
      throw new ModelError(400, 'Could not parse multipart form');
    });
  const body: Record<string, unknown> = {};
  for (const name of new Set(form.keys())) {
    const values = await Promise.all(form.getAll(name).map(readValue));
    body[name] = values.length === 1 && !name.endsWith('[]') ? values[0] : values;
  }
  return body;
}

async function readValue(value: string | File): Promise<string | FormFile> {
  if (typeof value === 'string') return value;
  return { name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) };
}

export const isFile = (value: unknown): value is FormFile => isObject(value) && Buffer.isBuffer(value.bytes);
