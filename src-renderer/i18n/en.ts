// English, the language that the others are held against. One file a page lies beside this one; a new one gets its line here.

import { networks } from '../networks/en.ts';
import { availability, week } from './en/availability.ts';
import { backup } from './en/backup.ts';
import { capacity } from './en/capacity.ts';
import { earnings } from './en/earnings.ts';
import { fields } from './en/fields.ts';
import { actions, confirmHere, frame, help, keys, pause, places, refused } from './en/frame.ts';
import { home, idle } from './en/home.ts';
import { network } from './en/network.ts';
import { reach } from './en/reach.ts';
import { settings } from './en/settings-page.ts';
import { setup } from './en/setup.ts';
import { state, why, words } from './en/state.ts';
import { work } from './en/work.ts';

export { sayings } from '../../src-i18n/en/sayings.ts';
export { reasons } from './en/reasons.ts';

export const en = {
  places,
  frame,
  refused,
  confirmHere,
  actions,
  keys,
  pause,
  help,
  state,
  why,
  words,
  home,
  reach,
  idle,
  work,
  earnings,
  capacity,
  availability,
  week,
  fields,
  network,
  settings,
  setup,
  backup,
  networks,
};
