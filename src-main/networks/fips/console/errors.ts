// Why the pages of another Hearth can't be opened. What it says itself stays out of sentences.

import { HearthError } from '../../../base/errors.ts';

type Fault = 'refused' | 'unreachable' | 'silent' | 'no-answer';

const SENTENCES: Readonly<Record<Fault, string>> = {
  refused:
    'That computer runs no Hearth that lets this one open its pages. There, add the npub of this computer under networks.fips.consoleFor.',
  unreachable:
    'There is no way to that computer through the mesh now. See that both are connected: hearth fips peers says what was tried.',
  silent:
    'Nothing answers there. Either that computer is not in the mesh now, or its Hearth lets nobody open its pages: there, add the npub of this computer under networks.fips.consoleFor.',
  'no-answer':
    'What answers there is no Hearth, or not of this version. Update Hearth on both computers and try again.',
};

export class ConsoleClosed extends HearthError {
  constructor(fault: Fault, cause?: unknown) {
    super({ code: `fips.console-${fault}`, category: 'unavailable', message: SENTENCES[fault], cause });
  }
}
