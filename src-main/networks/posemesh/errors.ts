// What can go wrong between this node and posemesh. What servers say in prose stays out of sentences: it may hold anything.

import { type Category, HearthError } from '../../base/errors.ts';

/** Which of the three is spoken to. */
export type Party = 'dds' | 'dms' | 'domain';

/** The key of the wallet is none. Its text is never repeated. */
export class KeyInvalid extends HearthError {
  constructor() {
    super({
      code: 'posemesh.key-invalid',
      category: 'invalid',
      message:
        'The wallet key is no secret key of the curve secp256k1: 64 hex digits, above zero and below its order. Enter it again under networks.posemesh.privateKey.',
    });
  }
}

const NAMES: Readonly<Record<Party, string>> = {
  dds: 'The discovery service',
  dms: 'The manager',
  domain: 'The domain server',
};

/** A server did not answer, or not in time. */
export class Unreachable extends HearthError {
  readonly party: Party;

  constructor(party: Party, cause?: unknown) {
    super({
      code: `posemesh.${party}-unreachable`,
      category: 'unavailable',
      message: `${NAMES[party]} can't be reached, or did not answer in time. Check the Internet connection; Hearth keeps trying.`,
      cause,
    });
    this.party = party;
  }
}

/** A server answered with a status that grants nothing. */
export class Refused extends HearthError {
  readonly party: Party;
  readonly status: number;

  constructor(party: Party, status: number, category: Category = status >= 500 ? 'unavailable' : 'rejected') {
    super({
      code: `posemesh.${party}-refused`,
      category,
      message: `${NAMES[party]} refused with status ${status}. Hearth tries again later.`,
      details: { status },
    });
    this.party = party;
    this.status = status;
  }
}

/** A success that can't be used: `what` names the member, never its value. */
export class Garbled extends HearthError {
  readonly party: Party;

  constructor(party: Party, what: string) {
    super({
      code: `posemesh.${party}-garbled`,
      category: 'unavailable',
      message: `${NAMES[party]} gave an answer that can't be used: ${what}. Hearth tries again later.`,
      details: { what },
    });
    this.party = party;
  }
}

/** With whom it went wrong; undefined where it was none of the three. */
export function partyOf(error: HearthError): Party | undefined {
  if (error instanceof Unreachable || error instanceof Refused || error instanceof Garbled) return error.party;
  return undefined;
}

/** The log-in that was given had run out by this computer's clock. */
export class TokenOver extends HearthError {
  constructor() {
    super({
      code: 'posemesh.token-over',
      category: 'unavailable',
      message:
        'The discovery service gave a log-in that has run out by this computer’s clock. Set the clock right; Hearth tries again.',
    });
  }
}

/** Nothing more is asked for: the network stops. */
export class Stopped extends HearthError {
  constructor() {
    super({ code: 'posemesh.stopped', category: 'cancelled', message: 'Posemesh was stopped on this node.' });
  }
}

/** The files of a job don't fit on the disk, or in what a job may take of it. */
export class NoDisk extends HearthError {
  constructor(why: 'full' | 'limit', cause?: unknown) {
    super(
      why === 'full'
        ? {
            code: 'posemesh.disk-full',
            category: 'exhausted',
            message:
              'The disk is full, so the job could not go on. What it took was freed. Make room, or lend less disk.',
            cause,
          }
        : {
            code: 'posemesh.disk-limit',
            category: 'exhausted',
            message:
              'The files of the job are larger than what a job may take of the disk. Raise networks.posemesh.jobDiskMiB if there is room.',
          },
    );
  }
}

/** An input that this node does not load, by what is wrong with its address. */
export class InputRefused extends HearthError {
  constructor(why: 'foreign-origin' | 'foreign-domain' | 'address') {
    super({
      code: `posemesh.input-${why}`,
      category: 'rejected',
      message:
        why === 'address'
          ? 'The job names an input by something that is no address.'
          : 'The job names an input that another server or another domain has. Its token is for its own alone; networks.posemesh.allowForeignCids lets such inputs be loaded without it.',
    });
  }
}

/** A result that can't be stored, by what is wrong with it. */
export class ResultRefused extends HearthError {
  constructor(why: 'too-many' | 'no-file' | 'changed' | 'over') {
    const messages = {
      'too-many': 'The runner leaves more results than a job may have.',
      'no-file': 'The runner names a result that is no plain file.',
      changed: 'A result became another while it was stored.',
      over: 'A result that was finished or given up can’t be written to any more.',
    };
    super({ code: `posemesh.result-${why}`, category: 'invalid', message: `${messages[why]} Look at the runner.` });
  }
}

/** It can't be listened there for the discovery service. */
export class ListenRefused extends HearthError {
  constructor(why: 'taken' | 'reserved' | 'denied', host: string, port: number, cause: unknown) {
    const taken = why === 'taken';
    super({
      code: `posemesh.port-${taken ? 'taken' : 'refused'}`,
      category: taken ? 'unavailable' : 'denied',
      message: taken
        ? `Port ${port} on ${host} is used by another program. Choose another port under networks.posemesh.httpPort, or stop that program.`
        : `Hearth can't listen on ${host}, port ${port}. Check networks.posemesh.httpHost and take another port above 1023.`,
      details: { host, port },
      cause,
    });
  }
}
