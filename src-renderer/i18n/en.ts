// English, the language that the others are held against. One file a page lies beside this one; a new one gets its line here.
import { capacity } from './en/capacity.ts';
import { earnings } from './en/earnings.ts';
import { actions, frame, help, keys, pause, places, refused } from './en/frame.ts';
import { home, idle } from './en/home.ts';
import { availability, network, settings } from './en/pages.ts';
import { state, why, words } from './en/state.ts';
import { work } from './en/work.ts';

export { reasons } from './en/reasons.ts';

export const en = {
  places,
  frame,
  refused,
  actions,
  keys,
  pause,
  help,
  state,
  why,
  words,
  home,
  idle,
  work,
  earnings,
  capacity,
  availability,
  network,
  settings,
};
