// What can go wrong at a face itself, before or after the engine has its say.
import { CONFIRM_CODE } from '../../src-preload/contract/console.ts';
import { HearthError } from '../base/errors.ts';

export class UnknownRequest extends HearthError {
  constructor(name: unknown) {
    super({
      code: 'contract.unknown-request',
      category: 'invalid',
      message: 'This version of Hearth does not know that request. Update whichever side is older.',
      details: typeof name === 'string' ? { name: name.slice(0, 64) } : {},
    });
  }
}

export class InvalidInput extends HearthError {
  constructor(name: string, complaint: string) {
    super({ code: 'contract.invalid-input', category: 'invalid', message: complaint, details: { name } });
  }
}

/** The engine answered something that is not what the contract says: a bug of ours. The values stay out of it. */
export class InvalidOutput extends HearthError {
  constructor(name: string) {
    super({
      code: 'contract.invalid-output',
      category: 'broken',
      message: 'Hearth gave an answer that it cannot vouch for, so it was held back. The log names the place.',
      details: { name },
    });
  }
}

/** The caller waits for some of its answers before it asks more. */
export class TooManyRequests extends HearthError {
  constructor(limit: number) {
    super({
      code: 'face.too-many-requests',
      category: 'exhausted',
      message: `More than ${limit} requests are waiting for an answer on this connection. Wait for some of them.`,
      details: { limit },
    });
  }
}

/** A frame that is not our own page asked. */
export class UntrustedSender extends HearthError {
  constructor() {
    super({ code: 'face.untrusted-sender', category: 'denied', message: 'Only pages of Hearth itself may ask this.' });
  }
}

/** A page of the console asked for what only the owner may want; `number` is what `hearth confirm` takes. */
export class ConfirmAtTheComputer extends HearthError {
  constructor(number: string, command: string, withinMs: number) {
    super({
      code: CONFIRM_CODE,
      category: 'denied',
      message: `Nothing was done yet: this has to be confirmed on the computer that Hearth runs on. Run "${command}" in a terminal there within ten minutes, then ask again.`,
      details: { number, command, withinMs },
    });
  }
}

/** Mistyped, too old, or confirmed already. */
export class NoSuchNumber extends HearthError {
  constructor() {
    super({
      code: 'console.no-such-number',
      category: 'invalid',
      message: 'No page waits for that number. Type the one that the page shows now; each is good for ten minutes.',
    });
  }
}

/** Ask the user for another port, or leave the choice to the system. */
export class PortTaken extends HearthError {
  constructor(port: number, cause: unknown) {
    super({
      code: 'console.port-taken',
      category: 'conflict',
      message: `Port ${port} is in use by another program. Choose another with --ui-port, or leave it out to take a free one.`,
      details: { port },
      cause,
    });
  }
}

/** The pages were not built, or the folder given is not theirs. */
export class NoPages extends HearthError {
  constructor(cause?: unknown) {
    super({
      code: 'console.no-pages',
      category: 'broken',
      message: 'The pages of the window are missing. Run `npm run build`, or install Hearth again.',
      cause,
    });
  }
}

/** No folder is both short enough for a socket's path and private to this user. */
export class NoSocketFolder extends HearthError {
  constructor(folder: string, cause?: unknown) {
    super({
      code: 'socket.no-private-folder',
      category: 'denied',
      message: `The folder ${folder} for the command line's socket is not private to you. Remove it, or set XDG_RUNTIME_DIR.`,
      details: { folder },
      cause,
    });
  }
}

/** The running node hung up or kept silent; it may be stopping. */
export class SocketLost extends HearthError {
  constructor(how: 'closed' | 'silent' | 'refused' | 'malformed', cause?: unknown) {
    const what = {
      closed: 'The running node closed the connection before it answered.',
      silent: 'The running node did not answer in time.',
      refused: 'The running node did not accept the connection.',
      malformed: 'The running node answered something that this command does not understand.',
    };
    super({
      code: `socket.${how}`,
      category: how === 'malformed' ? 'broken' : 'unavailable',
      message: `${what[how]} See its log, or start it again.`,
      cause,
    });
  }
}
