// What the shell says outside the pages, from the tables of its language: the tray's menu, questions, notifications.

import { reasons as deReasons } from '../../../src-i18n/de/reasons.ts';
import { sayings as deSayings } from '../../../src-i18n/de/sayings.ts';
import { shell as deShell } from '../../../src-i18n/de/shell.ts';
import { state as deState, why as deWhy } from '../../../src-i18n/de/state.ts';
import { sayings as enSayings } from '../../../src-i18n/en/sayings.ts';
import { shell as enShell } from '../../../src-i18n/en/shell.ts';
import { state as enState, why as enWhy } from '../../../src-i18n/en/state.ts';
import {
  figuresIn,
  fill,
  type Rewording,
  type Same,
  type Sentences,
  say,
  type Values,
} from '../../../src-i18n/fill.ts';
import { type Hours, localeFor } from '../../../src-i18n/format/locale.ts';
import { dateTime } from '../../../src-i18n/format/time.ts';
import { headlineText } from '../../../src-i18n/headline.ts';
import { flat, plain, tongueOf } from '../../../src-i18n/tongue.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { NodeView } from '../../../src-preload/contract/node.ts';

/** A question of the system's own kind: one line in large print, and what stands below it. */
export interface Question {
  readonly message: string;
  readonly detail: string;
}

export interface Notice {
  readonly title: string;
  readonly body: string;
}

const LONGEST_PATH = 300;

interface Tables {
  readonly locale: string;
  readonly shell: Same<typeof enShell>;
  readonly state: Same<typeof enState>;
  readonly why: Same<typeof enWhy>;
  readonly sayings: Sentences;
  /** By code, where the language is not the engine's own. */
  readonly reasons?: Readonly<Record<string, Rewording>>;
}

export type Words = ReturnType<typeof wordsOf>;

/** The names and buttons as the tables have them; what has values in it as functions. */
function wordsOf({ locale, shell, state, why, sayings, reasons }: Tables) {
  const figures = figuresIn(locale);
  const texts = flat({ shell, state, why });
  const tongue = tongueOf(texts, locale);
  const t = (key: string, values: Values = {}) => say(texts, `shell.${key}`, values, figures) ?? key;
  const at = (folder: string) => ({ folder: plain(folder, LONGEST_PATH) });
  const tasks = (count: number, left: string | undefined) =>
    left === undefined ? t('tasks', { count }) : t('tasks-left', { count, left });
  return {
    locale,
    states: state.node,
    /** The headline of the node, as the pages show it. */
    sentence: ({ headline }: Pick<NodeView, 'headline'>, now: number): string => headlineText(headline, now, tongue),
    /** Undefined where it has no words in this language, as a network's own: the window says them. */
    reason: ({ code, values = {}, message }: Reason): string | undefined => {
      const said = say(sayings, code, values, figures);
      if (said !== undefined || !reasons) return said ?? message;
      const own = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
      return own && fill(own.message, values, figures);
    },
    /** "12 s", "3 min" */
    span: (seconds: number): string =>
      seconds < 90 ? t('seconds', { count: seconds }) : t('minutes', { count: Math.round(seconds / 60) }),
    tray: {
      ...shell.tray,
      pauses: { ...shell.tray.pauses, tomorrow: t('tray.pauses.tomorrow') },
      /** What today brought: in hand, and not paid yet. */
      today: (amounts: string): string => t('tray.today', { amounts }),
      onItsWay: (amounts: string): string => t('tray.onItsWay', { amounts }),
      /** `address`: its beginning and end. */
      copyAddress: (address: string): string => t('tray.copyAddress', { address }),
      install: (version: string): string => t('tray.install', { version }),
    },
    menu: shell.menu,
    close: {
      ...shell.close,
      /** `tray`: whether there is a tray to come back from. */
      question: (tray: boolean): Question => ({
        message: shell.close.message,
        detail: tray ? shell.close.withTray : shell.close.withoutTray,
      }),
    },
    quit: {
      ...shell.quit,
      /** `left`: how long the running tasks may take; undefined where nothing is known. */
      question: (running: number, left: string | undefined): Question => ({
        message: shell.quit.message,
        detail: t('quit.detail', { tasks: tasks(running, left) }),
      }),
      /** Asked again while they are waited for. */
      waiting: (running: number, left: string | undefined): Question => ({
        message: shell.quit.waiting,
        detail: t('quit.waitingDetail', { tasks: tasks(running, left) }),
      }),
    },
    notices: {
      ...shell.notices,
      /** After an hour in which the same was held back so many times. */
      again: (sentence: string, count: number): string => t('notices.again', { sentence, count }),
      update: (version: string, byItself: boolean): Notice => ({
        title: t('notices.update', { version }),
        body: byItself ? shell.notices.updateByItself : shell.notices.updateByHand,
      }),
      loginFailed: { title: shell.notices.loginFailed, body: shell.notices.loginFailedBody },
      /** `leases` go on; `refund`: what ending them would give back, in words; undefined where that is not known. */
      released: (
        models: number,
        gigabytes: number | undefined,
        seconds: number,
        leases: number,
        refund: string | undefined,
      ): Notice => ({
        title: shell.notices.released,
        body: [
          t('notices.models', { count: models }),
          ...(gigabytes === undefined ? [] : [t('notices.freed', { gigabytes })]),
          t('seconds', { count: seconds }),
          ...(leases === 0 ? [] : [t('notices.leases', { count: leases })]),
          ...(refund === undefined ? [] : [t('notices.leasesCost', { amounts: refund })]),
        ].join(', '),
      }),
      copied: { title: shell.notices.copied, body: shell.notices.copiedBody },
    },
    passphrase: shell.passphrase,
    mending: {
      ...shell.mending,
      /** `copy`: whether there is one of Hearth's own. */
      question: (folder: string, copy: boolean): Question => ({
        message: shell.mending.message,
        detail: t(copy ? 'mending.withCopy' : 'mending.withoutCopy', at(folder)),
      }),
      /** `made`: when, epoch milliseconds. */
      copy: (made: number): string => t('mending.copy', { date: dateTime(made, locale) }),
    },
    lost: {
      ...shell.lost,
      question: (folder: string): Question => ({
        message: shell.lost.message,
        detail: t('lost.detail', at(folder)),
      }),
    },
    trial: {
      ...shell.trial,
      question: (from: string, to: string): Question => ({
        message: t('trial.message', { from, to }),
        detail: shell.trial.detail,
      }),
      /** Where it can not be done from here; `how` is how it can. */
      byHand: (to: string, how: string): Question => ({ message: t('trial.byHand', { to }), detail: how }),
    },
  };
}

const tables = {
  en: { shell: enShell, state: enState, why: enWhy, sayings: enSayings },
  de: { shell: deShell, state: deState, why: deWhy, sayings: deSayings, reasons: deReasons },
} satisfies Record<string, Omit<Tables, 'locale'>>;

const made = new Map<string, Words>();

/** `language` is the setting ui.language, `preferred` the system's languages, most wanted first, `hours` how it writes the time. */
export function wordsFor(language: string, preferred: readonly string[], hours: Hours = 'h23'): Words {
  const wanted = language === 'system' ? (preferred.find((tag) => /^(en|de)\b/.test(tag)) ?? 'en') : language;
  const code = wanted.startsWith('de') ? 'de' : 'en';
  const locale = localeFor(code, [...preferred, 'en-GB'], hours);
  const words = made.get(locale) ?? wordsOf({ locale, ...tables[code] });
  made.set(locale, words);
  return words;
}
