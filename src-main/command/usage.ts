// What is said of a command line that was not understood.

import { HearthError } from '../base/errors.ts';

/** The code of them all. */
export const USAGE = 'command.usage';

/** `verb`: whose help says more; without one, the help of all. */
export function usage(message: string, verb?: string): HearthError {
  const help = verb === undefined ? 'hearth --help' : `hearth ${verb} --help`;
  return new HearthError({
    code: USAGE,
    category: 'invalid',
    message: `${message} "${help}" shows what there is.`,
  });
}

/** `host:port` will do. */
export function address(word: string): string {
  const url = /^\w+:\/\//.test(word) ? word : `http://${word}`;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (/^https?:$/.test(parsed?.protocol ?? '') && !parsed?.username && !parsed?.password) return url;
  throw usage(`"${word.slice(0, 80)}" is no address such as http://127.0.0.1:11434.`);
}
