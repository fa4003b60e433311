// The body of a single upload: a form with one part, framed by hand, for domain servers want a parameter that no library for forms writes.

import { HearthError } from '../../../base/errors.ts';
import type { Random } from '../../../base/random.ts';

/** `create`: the server gives it an id. `update`: it takes the place of what has that id. */
export type UploadTarget =
  | { readonly kind: 'create'; readonly name: string; readonly dataType: string }
  | { readonly kind: 'update'; readonly id: string };

export interface UploadFrame {
  readonly contentType: string;
  /** Before the bytes and after them. */
  readonly head: Buffer;
  readonly tail: Buffer;
}

/** 128 bits of chance: no payload has it in it. */
export function newBoundary(random: Random): string {
  return `hearth-${random.bytes(16).toString('hex')}`;
}

/** Throws `posemesh.name-unusable`. */
export function uploadFrame(target: UploadTarget, boundary: string): UploadFrame {
  const parameters =
    target.kind === 'create'
      ? `name="${usable(target.name)}"; data-type="${usable(target.dataType)}"`
      : `id="${usable(target.id)}"`;
  const head = [
    `--${boundary}`,
    'Content-Type: application/octet-stream',
    `Content-Disposition: form-data; ${parameters}`,
    '',
    '',
  ].join('\r\n');
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    head: Buffer.from(head),
    tail: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}

function usable(text: string): string {
  if (!/["\\\p{Cc}]/u.test(text)) return text;
  throw new HearthError({
    code: 'posemesh.name-unusable',
    category: 'invalid',
    message:
      'The name or the type of a result has a quotation mark, a backslash or a control character. Name it without.',
  });
}
