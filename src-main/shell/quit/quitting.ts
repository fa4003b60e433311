// Quitting and closing with their questions.

import type { BrowserWindow } from 'electron';
import type { DesktopView } from '../../../src-preload/contract/desktop.ts';
import { secondsLeft } from '../../../src-preload/contract/left.ts';
import type { Clock } from '../../base/clock.ts';
import { choose } from '../ask.ts';
import { type Slices, settingIn } from '../follow.ts';
import type { Words } from '../words/words.ts';
import { closing } from './closing.ts';
import { Quit, type QuitDeps } from './quit.ts';

export interface QuittingDeps extends Omit<QuitDeps, 'running' | 'ask'> {
  readonly clock: Clock;
  readonly slices: () => Slices;
  readonly words: () => Words;
  readonly window: () => BrowserWindow | undefined;
  readonly tray: () => DesktopView['tray'];
  /** Keeps the answer to the first closing. */
  readonly remember: (answer: 'keep' | 'quit') => void;
  /** Lets the window go. */
  readonly close: () => void;
}

export interface Quitting {
  readonly quit: Quit;
  /** The user closes the window: whether it goes at once. Otherwise the user is asked, or the app quits. */
  mayClose(): boolean;
}

export function createQuitting(deps: QuittingDeps): Quitting {
  const { slices, words, window } = deps;
  const running = () => slices().node?.working ?? 0;
  const left = () => {
    const { work } = slices();
    const seconds = work && secondsLeft(work, deps.clock.now());
    return seconds === undefined ? undefined : words().span(seconds);
  };

  async function askToQuit(what: 'quit' | 'waiting'): Promise<'finish' | 'now' | 'cancel'> {
    const { quit: say } = words();
    if (what === 'quit') {
      const answer = await choose(say.question(running(), left()), [say.finish, say.now, say.cancel], window());
      return (['finish', 'now', 'cancel'] as const)[answer] ?? 'cancel';
    }
    const answer = await choose(say.waiting(running(), left()), [say.now, say.wait], window());
    return answer === 0 ? 'now' : 'cancel';
  }

  const quit = new Quit({ ...deps, running, ask: askToQuit });
  let asking = false;

  async function askToClose(): Promise<void> {
    if (asking) return;
    asking = true;
    const { close: say } = words();
    const answer = await choose(
      say.question(deps.tray() !== 'hidden'),
      [say.keep, say.quit, say.cancel],
      window(),
    ).finally(() => {
      asking = false;
    });
    if (answer === 2) return;
    deps.remember(answer === 0 ? 'keep' : 'quit');
    if (answer === 0) deps.close();
    else await quit.request();
  }

  return {
    quit,
    mayClose() {
      if (quit.underWay) return true;
      const deed = closing(settingIn(slices(), 'desktop.closeKeepsServing'), deps.tray());
      if (deed === 'ask') void askToClose();
      else if (deed === 'quit') void quit.request();
      return deed === 'keep';
    },
  };
}
