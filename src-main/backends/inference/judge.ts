// What the end of a call means, in any dialect: a status is turned into a code of ours, so that nothing a server says in an
// error goes further. What a 2xx reply holds is for its dialect to judge.

import type { Clock } from '../../base/clock.ts';
import type { InferenceOutcome, Usage } from '../backend.ts';
import type { Exchange } from './http.ts';
import { type Json, objectOf, parseObject } from './shapes.ts';

/** A whole reply, with any status. */
export type Reply = Extract<Exchange, { readonly kind: 'reply' }>;

export const MALFORMED: InferenceOutcome = { kind: 'failed', code: 'malformed' };
export const SERVER_ERROR: InferenceOutcome = { kind: 'failed', code: 'server-error' };

const LONGEST_RETRY_MS = 3_600_000;
/** Beyond it a count is nonsense, and it would be paid for. */
const MOST_TOKENS = 100_000_000;

/** `read` gets replies with a 2xx status only. */
export function judge(clock: Clock, exchange: Exchange, read: (reply: Reply) => InferenceOutcome): InferenceOutcome {
  switch (exchange.kind) {
    case 'aborted':
      return { kind: 'aborted' };
    case 'lost':
      return { kind: 'failed', code: exchange.sent ? 'lost' : 'unreachable' };
    case 'not-http':
      return MALFORMED;
    case 'too-large':
      return { kind: 'failed', code: 'too-large' };
    case 'reply':
      return exchange.status >= 200 && exchange.status < 300
        ? read(exchange)
        : declined(clock, exchange.status, exchange.retryAfter);
  }
}

/** What a status other than 2xx means. */
export function declined(clock: Clock, status: number, retryAfter: string | undefined): InferenceOutcome {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return { kind: 'refused', code: 'bad-request' };
    case 404:
      return { kind: 'refused', code: 'unknown-model' };
    case 429: {
      const retryAfterMs = retryMs(clock, retryAfter);
      return { kind: 'refused', code: 'rate-limited', ...(retryAfterMs !== undefined && { retryAfterMs }) };
    }
    case 401:
    case 402:
    case 403:
    case 407:
      return { kind: 'failed', code: 'denied' };
    default:
      // A redirect is not followed: it would take the payload, and perhaps the key, to another host.
      return status < 400 ? MALFORMED : SERVER_ERROR;
  }
}

/** Retry-After as seconds or as a date (RFC 9110 section 10.2.3). */
function retryMs(clock: Clock, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  let ms = Number.NaN;
  if (/^\d{1,9}$/.test(value)) ms = Number(value) * 1000;
  else if (/^[A-Z][a-z]{2,}, /.test(value)) ms = Date.parse(value) - clock.now();
  return Number.isFinite(ms) ? Math.min(LONGEST_RETRY_MS, Math.max(0, ms)) : undefined;
}

/** A JSON object that `holds` an answer is passed on as it came; anything else fails. */
export function judgeJson(text: string, holds: (json: Json) => boolean): InferenceOutcome {
  const json = parseObject(text);
  return json ? judgeParsed(text, json, holds) : MALFORMED;
}

/** The same, once `text` has been parsed. */
export function judgeParsed(text: string, json: Json, holds: (json: Json) => boolean): InferenceOutcome {
  if (saysError(json)) return SERVER_ERROR;
  return holds(json) ? { kind: 'done', text, json, usage: usageOf(json) } : MALFORMED;
}

/** Some servers answer 200 and say in the body that they could not. */
export const saysError = ({ error }: Json) => error !== undefined && error !== null;

/**
 * Tokens as `{prompt_tokens, completion_tokens, total_tokens}` or, newer and for sound, `{input_tokens, output_tokens}`.
 * Nought where a server counts otherwise (seconds of sound) or not at all.
 */
export function usageOf(json: Json): Usage {
  const usage = objectOf(json.usage) ?? {};
  const tokensIn = count(usage.prompt_tokens) ?? count(usage.input_tokens) ?? 0;
  const tokensOut = count(usage.completion_tokens) ?? count(usage.output_tokens);
  const total = count(usage.total_tokens) ?? 0;
  return { tokensIn, tokensOut: tokensOut ?? Math.max(0, total - tokensIn) };
}

function count(value: unknown): number | undefined {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_TOKENS
    ? (value as number)
    : undefined;
}
