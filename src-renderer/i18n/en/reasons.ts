// What the engine says in a terminal's words, for people with a window: its next steps are commands, ours are places.
import type { Rewording } from '../../../src-i18n/fill.ts';

export const reasons: Readonly<Record<string, Rewording>> = {
  'node.switched-off': { message: 'You switched sharing off.', action: 'Switch it on to take tasks again.' },
  'node.paused': { message: 'You paused it.', action: 'Resume to take tasks again.' },
  'node.released': { message: 'You took your computer back.', action: 'Resume to take tasks again.' },
  'node.no-network': { message: 'No network is switched on.', action: 'Join one under Network.' },
  'node.no-slots': {
    message: 'The limits you set leave no place for a task now.',
    action: 'Raise them under Capacity, or change your hours under Availability.',
  },
};
