// What the engine says in a terminal's words, for people with a window: its next steps are commands, ours are places.
import type { Rewording } from '../../../src-i18n/fill.ts';

export const reasons: Readonly<Record<string, Rewording>> = {
  'node.switched-off': { message: 'You switched sharing off.', action: 'Switch it on to take tasks again.' },
  'node.paused': { message: 'You paused it.', action: 'Resume to take tasks again.' },
  'node.released': { message: 'You took your computer back.', action: 'Resume to take tasks again.' },
  'node.no-network': { message: 'No network is switched on.', action: 'Join one under Network.' },
  'node.only-connects': {
    message: 'No network that you joined sends work.',
    action: 'Join another one under Network to share what is spare.',
  },
  'node.no-slots': {
    message: 'The limits you set leave no place for a task now.',
    action: 'Raise them under Capacity, or change your hours under Availability.',
  },
  'wallet.none': { message: 'There is no wallet yet.', action: 'Make one under Earnings.' },
  'wallet.mint-unknown': {
    message: '{{mint}} is not one of your mints.',
    action: 'If you trust it, add it under Mints.',
  },
  'wallet.mint-cannot-restore': {
    message: '{{mint}} can’t restore: after a crash, money on its way there would be lost.',
    action: 'Choose another mint, or take that risk.',
  },
  'wallet.proofs-lost': {
    message:
      'The mint {{mint}} calls {{amount}} {{unit}} of yours spent, and this wallet has not spent them. Another wallet with the same words may have.',
    action: 'Press “Find money again” beside the mint to put the books right.',
  },
  'wallet.operation': { message: 'The wallet knows no movement by that number.' },
  'wallet.holds': {
    message: 'Your wallet holds {{amount}} sat, which would be gone for good. Nothing was removed.',
    action: 'Pay them out first under Earnings.',
  },
};
