// What a NAT-PMP result means for us.

import { MappingError, type MappingErrorCode, type MappingPhase } from '../errors.ts';
import { NAT_PMP_RESULT } from './codec.ts';

const REASONS: Readonly<Record<number, MappingErrorCode>> = {
  [NAT_PMP_RESULT.unsupportedVersion]: 'other-dialect',
  [NAT_PMP_RESULT.notAuthorized]: 'not-authorized',
  // It has no address outside itself: not connected, or behind a router that gave it a private one.
  [NAT_PMP_RESULT.networkFailure]: 'double-nat',
  [NAT_PMP_RESULT.outOfResources]: 'no-resources',
};

const MESSAGES: Partial<Record<MappingErrorCode, string>> = {
  'other-dialect': 'The router does not speak NAT-PMP.',
  'not-authorized': 'The router does not allow this computer to open ports.',
  'double-nat': 'The router has no address on the Internet: another router is before it, or its line is down.',
  'no-resources': 'The router has no room for another open port.',
};

export function natPmpRefusal(phase: MappingPhase, result: number): MappingError {
  const reason = REASONS[result] ?? 'bad-request';
  return new MappingError(MESSAGES[reason] ?? 'The router could not make sense of what it was asked by NAT-PMP.', {
    kind: reason === 'other-dialect' ? 'unavailable' : 'refused',
    reason,
    protocol: 'nat-pmp',
    phase,
    raw: result,
  });
}
