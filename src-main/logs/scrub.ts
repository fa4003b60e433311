// The second line of defence: callers log facts, never secrets and payloads, and should one forget, this takes out what has
// the name of one. It also bounds a line, whatever it is given.
import { HearthError } from '../base/errors.ts';

/** Numbers and booleans pass: `tokens: 12` and `keySet: true` give nothing away. */
const SECRET_NAME =
  /(token|key|secret|passphrase|password|authorization|cookie|signature|seed|mnemonic|credential)s?$|^(payload|messages?_?content|messages|prompt|content|body|input|output|ciphertext|plaintext)$/i;
/** Names of parties and files that end like a secret. */
const HARMLESS = new Set(['publicKey', 'public_key']);

const LONGEST_TEXT = 1024;
const MOST_ITEMS = 32;
const DEEPEST = 5;

/** A copy fit to be written: secrets by name taken out, errors spelled out, long and deep things cut short. */
export function scrub(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return members(fields, 0);
}

function members(value: object, depth: number): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value).slice(0, MOST_ITEMS)) {
    const hidden = SECRET_NAME.test(name) && !HARMLESS.has(name) && mayHide(member);
    clean[name] = hidden ? '[left out]' : scrubbed(member, depth + 1);
  }
  return clean;
}

function scrubbed(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}... (${value.length} characters)` : value;
    case 'bigint':
      return value.toString();
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    case 'object':
      if (value === null) return null;
      if (depth > DEEPEST) return '[deeper]';
      if (value instanceof Error) return described(value, depth);
      if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
      if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => scrubbed(item, depth + 1));
      return members(value, depth);
    default:
      return value;
  }
}

/** Only what errors are known to carry: other members may hold a request or a reply. */
function described(error: Error, depth: number): Record<string, unknown> {
  return {
    name: error.name,
    ...(error instanceof HearthError
      ? { code: error.code, category: error.category, details: members(error.details, depth) }
      : 'code' in error && typeof error.code === 'string' && { code: error.code }),
    // JSON.parse quotes the text that it stumbled over, which can be private.
    message: error instanceof SyntaxError ? '[left out]' : scrubbed(error.message, depth),
    // The frames alone: what stands before them is the message again.
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 16),
    ...(error.cause !== undefined && { cause: scrubbed(error.cause, depth + 1) }),
  };
}

function mayHide(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}
