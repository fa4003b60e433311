// Forms with a file in them (RFC 7578), which servers want for sound. Built in one piece: what goes in is bounded already.

import { createHash } from 'node:crypto';

export interface Part {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly file?: { readonly name: string; readonly type: string };
}

export interface Form {
  readonly body: Buffer;
  readonly contentType: string;
}

/**
 * The contents may be anything, names and types are made of our own words: one that could end its header is a mistake of ours
 * and throws a TypeError.
 */
export function multipart(parts: readonly Part[]): Form {
  const contents = parts.map(({ content }) => (typeof content === 'string' ? Buffer.from(content) : content));
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  // No content can hold its own hash, so that none can end its part early, and no chance is needed for it.
  const boundary = `part-${hash.digest('hex').slice(0, 48)}`;
  const pieces = parts.flatMap((part, index) => [headOf(boundary, part), contents[index] ?? NOTHING, NEW_LINE]);
  const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
}

function headOf(boundary: string, { name, file }: Part): Buffer {
  let head = `--${boundary}\r\nContent-Disposition: form-data; name="${plain(name)}"`;
  if (file) head += `; filename="${plain(file.name)}"\r\nContent-Type: ${plain(file.type)}`;
  return Buffer.from(`${head}\r\n\r\n`);
}

function plain(word: string): string {
  if (!/^[\w.[\]/+-]+$/.test(word)) throw new TypeError('a form has a name that is not plain');
  return word;
}

const NOTHING = Buffer.alloc(0);
const NEW_LINE = Buffer.from('\r\n');
