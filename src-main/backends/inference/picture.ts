// Knows pictures by their first bytes, whatever their type claims: decoders open what they recognise, and some recognise far more
// than a browser does (PostScript, which is a program, among it).

import { inBase64 } from './sound.ts';

/** Whether base64 data begin as one of the kinds that a chat may show do: PNG, JPEG, GIF or WebP. */
export function isPicture(data: string): boolean {
  const head = inBase64(data)(0, 12).toString('latin1');
  if (head.startsWith('RIFF')) return head.startsWith('WEBP', 8);
  return ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF87a', 'GIF89a'].some((start) => head.startsWith(start));
}
