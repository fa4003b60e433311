// Exact base64 (RFC 4648). Node's decoder is fast but forgiving: it takes both alphabets, skips what belongs to neither, and
// cuts characters beyond Latin-1 to eight bits. A pattern that refuses all that costs several times the decoding on a body of
// megabytes, so the count of bytes tells instead: every character of plain ASCII that is skipped is missing from it.

/** The bytes of URL-safe base64 without padding (section 5); undefined where the text is anything else. */
export function fromBase64url(text: string): Buffer | undefined {
  if (text.includes('+') || text.includes('/') || !isAscii(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return text.length % 4 !== 1 && bytes.length === Math.floor((text.length * 3) / 4) ? bytes : undefined;
}

/** Whether it is standard base64 with its padding (section 4). */
export function isBase64(text: string): boolean {
  if (text.length % 4 !== 0 || text.includes('-') || text.includes('_') || !isAscii(text)) return false;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Buffer.from(text, 'base64').length === (text.length / 4) * 3 - padding;
}

/** Any other character takes more than one byte. */
function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
