// One choice of `hearth init`: from its flag, from what is typed, or as is usual, and never guessed where there is no person to ask.

import { HearthError } from '../../base/errors.ts';
import { askShown, isInteractive, printable, type Terminal } from '../terminal.ts';
import { usage } from '../usage.ts';

export interface Question<T> {
  /** Such as `hours`. */
  readonly flag: string;
  readonly given: T | undefined;
  readonly says: string;
  /** What an empty answer means. */
  readonly usual: T;
  show(value: T): string;
  /** Throws `command.usage`. */
  read(text: string): T;
}

export interface Asker {
  /** Whether there is a person to ask. */
  readonly asks: boolean;
  answer<T>(question: Question<T>): Promise<T>;
  /** For what is done only where it is wanted: a flag, or a yes; no where there is no person to ask. */
  wants(given: boolean, says: string, usual: boolean): Promise<boolean>;
}

export function createAsker(terminal: Terminal, yes: boolean): Asker {
  const asks = !yes && isInteractive(terminal);

  async function ask<T>({ says, usual, show, read }: Omit<Question<T>, 'flag' | 'given'>): Promise<T> {
    for (;;) {
      const text = (await askShown(`${says} [${show(usual)}]`, terminal)).trim();
      if (text === '') return usual;
      try {
        return read(text);
      } catch (error) {
        if (!(error instanceof HearthError) || error.category !== 'invalid') throw error;
        terminal.stderr.write(`${printable(error.message)}\n`);
      }
    }
  }

  return {
    asks,
    async answer(question) {
      if (question.given !== undefined) return question.given;
      if (asks) return ask(question);
      if (yes) return question.usual;
      throw usage(`There is no terminal to ask in: give --${question.flag}, or --yes for what is usual.`, 'init');
    },
    async wants(given, says, usual) {
      if (given || !asks) return given;
      return ask({ says, usual, show: yesNo, read: readYesNo });
    },
  };
}

export const yesNo = (value: boolean) => (value ? 'yes' : 'no');

function readYesNo(text: string): boolean {
  if (/^y(es)?$/i.test(text)) return true;
  if (/^no?$/i.test(text)) return false;
  throw usage('Say yes or no.', 'init');
}
