// Why no relay has let this node in, and what can be done: for the log, for pages and for `hearth reach`. Official relays say it in
// a few words of English (IICP 6.6), ours in one; what they mean is read for the cause, and the words are shown where they are new.

import type { Reason } from '../../../../src-preload/contract/define.ts';
import { HearthError } from '../../../base/errors.ts';
import { RELAY } from './bounds.ts';

/** A relay did not let this node in. */
export class RelayRefused extends HearthError {
  readonly reason: Reason;

  constructor(reason: Reason, cause?: unknown) {
    super({
      code: reason.code,
      category: 'rejected',
      message: reason.action ? `${reason.message} ${reason.action}` : reason.message,
      cause,
    });
    this.reason = reason;
  }
}

/** `said` is the relay's own word for it; `ticket`: one was shown. */
export function refusedWith(said: string | undefined, ticket: boolean): Reason {
  const words = said === undefined ? '' : harmless(said);
  const known = CAUSES.find(([pattern]) => pattern.test(words))?.[1];
  if (known === 'ticket') return ticket ? TICKET_REFUSED : TICKET_WANTED;
  if (known) return known;
  const message =
    words === ''
      ? 'The relay did not let this node in and gave no reason.'
      : `The relay did not let this node in. It says: “${words}”.`;
  return { code: 'iicp.relay-refused', message, action: 'Hearth keeps asking. Another relay may let this node in.' };
}

/** Why this node waits for a relay: `use` is the setting, `failure` how the last try ended, if there was one. */
export function waiting(use: string, failure: Reason | undefined): Reason {
  return failure ?? (use === 'auto' ? NO_RELAY : NAMED_RELAY);
}

export const RELAY_SILENT: Reason = {
  code: 'iicp.relay-silent',
  message: 'The relay was reached, but gave no answer.',
  action: 'Hearth keeps asking. If it goes on, what answers there is no relay: look at its address and port.',
};

export const RELAY_UNREACHABLE: Reason = {
  code: 'iicp.relay-unreachable',
  message: 'The relay can’t be reached.',
  action:
    'Hearth keeps asking. If it goes on, the relay is switched off, or takes nodes in at another port (usually 9485).',
};

export const NONE_FOUND: Reason = {
  code: 'iicp.relay-none-found',
  message: 'Neither the directory nor another node names a relay now.',
  action: 'Hearth keeps asking. If you know one, name it: hearth settings set networks.iicp.relayUse HOST:9485',
};

const NO_RELAY: Reason = {
  code: 'iicp.no-relay',
  message: 'This node asks for a relay that passes tasks on to it; none has let it in yet.',
  action: 'Hearth keeps asking. You can also name a relay: hearth settings set networks.iicp.relayUse HOST:9485',
};

const NAMED_RELAY: Reason = {
  code: 'iicp.relay-asked',
  message: 'This node asks the relay that is named in its settings; it has not been let in yet.',
  action: 'Hearth keeps asking.',
};

const TICKET_WANTED: Reason = {
  code: 'iicp.relay-ticket-wanted',
  message: 'The relay takes in only nodes with a ticket that the directory signed, and this node has none.',
  action:
    'Hearth asks the directory for a ticket before each try; it gives one to nodes that it lists already. Until then only a relay that wants none can help: let Hearth choose one (hearth settings set networks.iicp.relayUse auto), or name another.',
};

const TICKET_REFUSED: Reason = {
  code: 'iicp.relay-ticket-refused',
  message: 'The relay did not accept the ticket that the directory signed for this node.',
  action:
    'Hearth brings a new one to each try. If it goes on, the relay belongs to another directory: use another relay.',
};

const TAKEN: Reason = {
  code: 'iicp.relay-taken',
  message: 'The relay still holds an earlier connection of this node.',
  action:
    'Hearth keeps asking: a relay lets go of a dead connection within two minutes. If it goes on, another computer runs with the identity of this one: stop it there.',
};

const FULL: Reason = {
  code: 'iicp.relay-full',
  message: 'The relay has no room for another node now.',
  action: 'Hearth keeps asking. Another relay may have room.',
};

const TOO_OFTEN: Reason = {
  code: 'iicp.relay-too-often',
  message: 'The relay takes in no more nodes from this address for a minute.',
  action: 'Hearth waits and asks again.',
};

const CAUSES: readonly (readonly [RegExp, Reason | 'ticket'])[] = [
  [/ticket/i, 'ticket'],
  [/\balive\b|already[ _-]bound/i, TAKEN],
  [/capacity|\bfull\b|_full\b/i, FULL],
  [/rate[ _-]limit|too many/i, TOO_OFTEN],
];

/** Nothing of a stranger's may move a cursor, turn the reading direction or begin a line. */
function harmless(text: string): string {
  return text
    .slice(0, RELAY.refusalText * 4)
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim()
    .slice(0, RELAY.refusalText);
}
