import type { Rewording } from '../../../../../src-i18n/fill.ts';

export const parcel = {
  row_one: '{{count, number}} parcel weighed',
  row_other: '{{count, number}} parcels weighed',
  away: 'Manager away',
  manager: 'Manager',
  weighed: 'Parcels weighed',
  shelves: 'Shelves let',
  set: { managerUrl: 'Address of the manager', shelves: 'Shelves at once' },
  work: { weigh: 'Weighing', shelf: 'Shelf' },
  event: {
    joined: 'Joined',
    left: 'Left',
    'manager-away_one': 'The manager was away',
    'manager-away_other': 'The manager was away {{count, number}} times',
  },
  consent: {
    sends: 'Parcels to weigh, and orders for shelves.',
    pays: 'Stamps, and little money.',
    costs: 'Power, and room for parcels.',
    sees: 'The manager at {{manager}} sees this computer’s address.',
    runs: 'Those who run the manager.',
  },
  promise: 'A parcel is never opened.',
};

export const reasons: Readonly<Record<string, Rewording>> = {};
