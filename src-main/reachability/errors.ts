import { HearthError } from '../base/errors.ts';

/** What the mapper does about it; the four are stable names. */
export type MappingErrorKind = 'unavailable' | 'timeout' | 'transport' | 'refused';

/** What went wrong exactly. */
export type MappingErrorCode =
  | 'no-gateway'
  | 'not-found'
  | 'other-dialect'
  | 'not-authorized'
  | 'conflict'
  | 'no-resources'
  | 'permanent-only'
  | 'same-port-only'
  | 'bad-request'
  | 'double-nat'
  | 'timeout'
  | 'transport'
  | 'malformed';

export type MappingPhase = 'probe' | 'install' | 'renew' | 'check' | 'remove';

const CATEGORY = {
  unavailable: 'unavailable',
  timeout: 'unavailable',
  transport: 'unavailable',
  refused: 'rejected',
} as const;

export interface MappingErrorFacts {
  readonly kind: MappingErrorKind;
  readonly reason: MappingErrorCode;
  readonly protocol: 'pcp' | 'nat-pmp' | 'upnp' | null;
  readonly phase: MappingPhase;
  /** The router's own number for it: a NAT-PMP or PCP result, a UPnP error, an HTTP status. */
  readonly raw?: number;
  /** How long the router asked to be left alone. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A router that did not do what it was asked, or was not there. Its code is `reachability.REASON`. */
export class MappingError extends HearthError {
  readonly kind: MappingErrorKind;
  readonly reason: MappingErrorCode;
  readonly protocol: MappingErrorFacts['protocol'];
  readonly phase: MappingPhase;
  readonly raw: number | undefined;

  constructor(message: string, facts: MappingErrorFacts) {
    super({
      code: `reachability.${facts.reason}`,
      category: CATEGORY[facts.kind],
      message,
      details: { phase: facts.phase, protocol: facts.protocol, raw: facts.raw ?? null },
      ...(facts.retryAfterMs === undefined ? {} : { retryAfterMs: facts.retryAfterMs }),
      cause: facts.cause,
    });
    this.kind = facts.kind;
    this.reason = facts.reason;
    this.protocol = facts.protocol;
    this.phase = facts.phase;
    this.raw = facts.raw;
  }
}

const TELLS = { refused: 3, transport: 2, timeout: 1, unavailable: 0 } as const;

/** Of two the one that tells a person more: a router's refusal is worth more than its absence. */
export function tellsMore(before: MappingError | undefined, now: MappingError): MappingError {
  return before && TELLS[before.kind] >= TELLS[now.kind] ? before : now;
}
