// What the engine says in a terminal's words, for people with a window; the same codes as in the English file beside it.
import type { Rewording } from '../../../src-i18n/fill.ts';

export const reasons: Readonly<Record<string, Rewording>> = {
  'wallet.none': { message: 'Noch gibt es keine Geldbörse.', action: 'Unter „Einnahmen“ eine anlegen.' },
  'wallet.mint-unknown': {
    message: '{{mint}} gehört nicht zu den eigenen Mints.',
    action: 'Wer ihr traut, fügt sie unter „Mints“ hinzu.',
  },
  'wallet.mint-cannot-restore': {
    message: '{{mint}} kann nichts wiederherstellen: Nach einem Absturz wäre Geld verloren, das dorthin unterwegs ist.',
    action: 'Eine andere Mint wählen, oder dieses Risiko eingehen.',
  },
  'wallet.proofs-lost': {
    message:
      'Die Mint {{mint}} nennt {{amount}} {{unit}} ausgegeben, die diese Geldbörse nicht ausgegeben hat. Vielleicht war es eine andere mit denselben Wörtern.',
    action: 'Neben der Mint auf „Geld wiederfinden“ drücken, dann stimmen die Bücher wieder.',
  },
  'wallet.operation': { message: 'Unter dieser Nummer kennt die Geldbörse keine Bewegung.' },
  'wallet.holds': {
    message: 'Die Geldbörse enthält {{amount}} sat, die für immer verloren wären. Es wurde nichts entfernt.',
    action: 'Vorher unter „Einnahmen“ auszahlen.',
  },
};
