import type { Rewording, Same } from '../../../../../src-i18n/fill.ts';
import type * as en from './en.ts';

export const parcel: Same<typeof en.parcel> = {
  row_one: '{{count, number}} Paket gewogen',
  row_other: '{{count, number}} Pakete gewogen',
  away: 'Verwalter nicht erreichbar',
  manager: 'Verwalter',
  weighed: 'Gewogene Pakete',
  shelves: 'Vermietete Regale',
  set: { managerUrl: 'Adresse des Verwalters', shelves: 'Regale zugleich' },
  work: { weigh: 'Wiegen', shelf: 'Regal' },
  event: {
    joined: 'Beigetreten',
    left: 'Verlassen',
    'manager-away_one': 'Der Verwalter war nicht erreichbar',
    'manager-away_other': 'Der Verwalter war {{count, number}}-mal nicht erreichbar',
  },
  consent: {
    sends: 'Pakete zum Wiegen und Aufträge für Regale.',
    pays: 'Marken, und wenig Geld.',
    costs: 'Strom, und Platz für Pakete.',
    sees: 'Der Verwalter unter {{manager}} sieht die Adresse dieses Computers.',
    runs: 'Alle, die den Verwalter betreiben.',
  },
  promise: 'Ein Paket wird nie geöffnet.',
};

export const reasons: Readonly<Record<string, Rewording>> = {
  'parcel.manager-away': {
    message: 'Der Verwalter antwortet nicht.',
    action: 'Hearth fragt weiter. Unter „Netzwerk“ steht seine Adresse.',
  },
  'parcel.check-manager': { message: 'Der Verwalter antwortet.' },
  'parcel.node-crashed': { message: 'Hearth brach ab, das Paket ging an den Verwalter zurück.' },
};
