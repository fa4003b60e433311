// English, the language that the others are held against. One file a page lies beside this one; a new one gets its line here.

import { why } from '../../src-i18n/en/state.ts';
import type { Rewording } from '../../src-i18n/fill.ts';
import { reasons as networkReasons, networks } from '../networks/en.ts';
import { availability, week } from './en/availability.ts';
import { backup } from './en/backup.ts';
import { boxes } from './en/boxes.ts';
import { capacity } from './en/capacity.ts';
import { chart } from './en/chart.ts';
import { earnings } from './en/earnings.ts';
import { fields } from './en/fields.ts';
import { actions, confirmHere, frame, help, keys, pause, places, refused } from './en/frame.ts';
import { home, idle } from './en/home.ts';
import { network } from './en/network.ts';
import { reach } from './en/reach.ts';
import { reasons as ownReasons } from './en/reasons.ts';
import { runners } from './en/runners.ts';
import { settings } from './en/settings-page.ts';
import { setup } from './en/setup.ts';
import { state, words } from './en/state.ts';
import { wallet } from './en/wallet.ts';
import { work } from './en/work.ts';

export { sayings } from '../../src-i18n/en/sayings.ts';

/** By code, or by a family of them. */
export const reasons: Readonly<Record<string, Rewording>> = { ...ownReasons, ...networkReasons };

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
  wallet,
  capacity,
  runners,
  boxes,
  availability,
  week,
  fields,
  chart,
  network,
  settings,
  setup,
  backup,
  networks,
};
