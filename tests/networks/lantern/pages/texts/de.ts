import type { Same } from '../../../../../src-i18n/fill.ts';
import type * as en from './en.ts';

export const lantern: Same<typeof en.lantern> = {
  boxes: 'Kästen',
  boxesAtOnce: 'Kästen zugleich',
  row_one: '{{count, number}} Kasten leuchtet',
  row_other: '{{count, number}} Kästen leuchten',
  dark: 'Dunkel',
  bright: 'Hell',
  box: 'Kasten',
  event: { lit: 'Angezündet', dimmed_one: 'Trübe', dimmed_other: 'Trübe, {{count, number}}-mal' },
  consent: {
    sends: 'Programme von Fremden, jedes in einem eigenen Kasten.',
    costs: 'Kerne, Speicher und Platte, so weit sie verliehen werden.',
    sees: 'Lampenwärter sehen, welche Größe angeboten wird.',
    runs: 'Alle, die Lampen anzünden.',
  },
  promise: 'Ein Kasten wird gelöscht, wenn seine Zeit um ist.',
};

export const settings = {
  'networks.lantern.enabled': 'Lantern beitreten: Kästen vermieten, die im Voraus bezahlt werden.',
  'networks.lantern.boxes': 'Wie viele Kästen zugleich laufen dürfen.',
};
