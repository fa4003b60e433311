// What a PCP result means for us.

import { MappingError, type MappingErrorCode, type MappingPhase } from '../errors.ts';
import { PCP_RESULT } from './codec.ts';

/** RFC 6887 7.4 speaks of half an hour for errors that last; a router does not get to silence us for years. */
const LONGEST_ERROR_MS = 30 * 60_000;

const REASONS: Readonly<Record<number, MappingErrorCode>> = {
  [PCP_RESULT.unsupportedVersion]: 'other-dialect',
  [PCP_RESULT.notAuthorized]: 'not-authorized',
  [PCP_RESULT.networkFailure]: 'double-nat',
  [PCP_RESULT.noResources]: 'no-resources',
  [PCP_RESULT.quotaExceeded]: 'no-resources',
  [PCP_RESULT.cannotProvideExternal]: 'conflict',
  [PCP_RESULT.addressMismatch]: 'double-nat',
};

const MESSAGES: Partial<Record<MappingErrorCode, string>> = {
  'other-dialect': 'The router does not speak PCP.',
  'not-authorized': 'The router does not allow this computer to open ports.',
  'double-nat': 'There is another router between this one and the Internet.',
  'no-resources': 'The router has no room for another open port.',
  conflict: 'The router can not give the port that was asked for, nor another one.',
};

/** `lifetime` is the answer's, in seconds: how long the error will hold. */
export function pcpRefusal(phase: MappingPhase, result: number, lifetime = 0): MappingError {
  const reason = REASONS[result] ?? 'bad-request';
  return new MappingError(MESSAGES[reason] ?? 'The router could not make sense of what it was asked by PCP.', {
    kind: reason === 'other-dialect' ? 'unavailable' : 'refused',
    reason,
    protocol: 'pcp',
    phase,
    raw: result,
    ...(lifetime > 0 ? { retryAfterMs: Math.min(lifetime * 1000, LONGEST_ERROR_MS) } : {}),
  });
}
