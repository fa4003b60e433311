// German. One file a page lies beside this one; whatever is missing does not compile.

import { reasons as saidReasons } from '../../src-i18n/de/reasons.ts';
import { why } from '../../src-i18n/de/state.ts';
import type { Rewording, Same } from '../../src-i18n/fill.ts';
import { reasons as networkReasons, networks } from '../networks/de.ts';
import { availability, week } from './de/availability.ts';
import { backup } from './de/backup.ts';
import { boxes } from './de/boxes.ts';
import { capacity } from './de/capacity.ts';
import { chart } from './de/chart.ts';
import { earnings } from './de/earnings.ts';
import { fields } from './de/fields.ts';
import { actions, confirmHere, frame, help, keys, pause, places, refused } from './de/frame.ts';
import { home, idle } from './de/home.ts';
import { network } from './de/network.ts';
import { reach } from './de/reach.ts';
import { reasons as ownReasons } from './de/reasons.ts';
import { runners } from './de/runners.ts';
import { settings as settingsPage } from './de/settings-page.ts';
import { setup } from './de/setup.ts';
import { state, words } from './de/state.ts';
import { wallet } from './de/wallet.ts';
import { work } from './de/work.ts';
import type { en } from './en.ts';

export { sayings } from '../../src-i18n/de/sayings.ts';

/** By code, or by a family of them. */
export const reasons: Readonly<Record<string, Rewording>> = { ...saidReasons, ...ownReasons, ...networkReasons };

export const de: Same<typeof en> = {
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
  settings: settingsPage,
  setup,
  backup,
  networks,
};
