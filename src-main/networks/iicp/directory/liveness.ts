import { createHmac } from 'node:crypto';

/** HMAC-SHA256 in lowercase hex. The key is the text as given, not decoded from hex; so is the challenge (IICP 3.2). */
export function hmacHex(key: string, text: string | Uint8Array): string {
  return createHmac('sha256', Buffer.from(key)).update(text).digest('hex');
}
