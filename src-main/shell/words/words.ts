// What the shell says outside the pages, in the language of the pages: the tray's menu, questions, notifications.

import type { AnswerView, PauseFor } from '../../../src-preload/contract/availability.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import type { NodeState, NodeView } from '../../../src-preload/contract/node.ts';

/** What the sentence for the state is made of: slices, as the pages have them. */
export interface SentenceInputs {
  readonly node: Pick<NodeView, 'state' | 'sentence' | 'reason' | 'working' | 'endsAt' | 'slots'>;
  readonly networks: readonly Pick<NetworkView, 'enabled' | 'state' | 'title'>[];
  /** Undefined for the moment before the first slice. */
  readonly answer: Pick<AnswerView, 'bound' | 'why' | 'also' | 'until'> | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A question of the system's own kind: one line in large print, and what stands below it. */
export interface Question {
  readonly message: string;
  readonly detail: string;
}

export interface Notice {
  readonly title: string;
  readonly body: string;
}

export interface Words {
  readonly locale: string;
  readonly states: Readonly<Record<NodeState, string>>;
  /** In English the engine's own; other languages make it of the same slices as the pages do. */
  sentence(inputs: SentenceInputs): string;
  credits(one: boolean): string;
  /** "12 s", "3 min" */
  span(seconds: number): string;
  readonly tray: {
    readonly starting: string;
    /** What today brought: in hand, and not paid yet. */
    today(amounts: string): string;
    onItsWay(amounts: string): string;
    readonly sharing: string;
    readonly pauseFor: string;
    readonly pauses: Readonly<Record<PauseFor, string>>;
    readonly finishThenPause: string;
    readonly resume: string;
    readonly release: string;
    readonly quiet: string;
    readonly testReachability: string;
    readonly diagnostics: string;
    /** `short`: its beginning and end. */
    copyAddress(short: string): string;
    readonly copyReport: string;
    readonly open: string;
    install(version: string): string;
    readonly quit: string;
  };
  readonly menu: Readonly<Record<'edit' | 'view' | 'window' | 'help' | 'about' | 'quit' | 'close', string>>;
  readonly close: {
    /** `tray`: whether there is a tray to come back from. */
    question(tray: boolean): Question;
    readonly keep: string;
    readonly quit: string;
    readonly cancel: string;
  };
  readonly quit: {
    /** `left`: how long the running tasks may take; undefined where nothing is known. */
    question(running: number, left: string | undefined): Question;
    /** Asked again while they are waited for. */
    waiting(running: number, left: string | undefined): Question;
    readonly finish: string;
    readonly now: string;
    readonly cancel: string;
    readonly wait: string;
  };
  readonly notices: {
    /** After an hour in which the same was held back so many times. */
    again(sentence: string, count: number): string;
    readonly stopped: string;
    readonly goesOn: string;
    update(version: string, byItself: boolean): Notice;
    readonly loginFailed: Notice;
    released(models: number, freedGigabytes: number | undefined, seconds: number): Notice;
    readonly notReleased: string;
    readonly copied: Notice;
  };
  readonly passphrase: {
    readonly title: string;
    readonly ask: string;
    readonly label: string;
    readonly wrong: string;
    readonly open: string;
    readonly newTitle: string;
    readonly askBackup: string;
    readonly askNew: string;
    readonly newLabel: string;
    readonly againLabel: string;
    readonly differ: string;
    readonly tooShort: string;
    readonly keep: string;
    readonly cancel: string;
  };
  readonly mending: {
    /** `copy`: whether there is one of Hearth's own. */
    question(folder: string, copy: boolean): Question;
    /** `at`: when it was made, epoch milliseconds. */
    copy(at: number): string;
    readonly file: string;
    readonly fileTitle: string;
  };
  readonly lost: {
    question(folder: string): Question;
    readonly anew: string;
    readonly quit: string;
  };
  readonly trial: {
    question(from: string, to: string): Question;
    readonly back: string;
    /** Where it can not be done from here; `says` is how it can. */
    byHand(to: string, says: string): Question;
    readonly stay: string;
    readonly quit: string;
  };
}
