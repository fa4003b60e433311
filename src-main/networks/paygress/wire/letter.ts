// An answer on its way to a customer, by the way that the request came.

import type { Random } from '../../../base/random.ts';
import { type Letter, newLetter, oldLetter } from '../../../nostr/envelope.ts';
import type { NostrEvent } from '../../../nostr/event.ts';
import type { Signer } from '../../../nostr/signer.ts';

/**
 * Official programs take the first message that is not older than a minute before they asked as their answer, so an answer that says
 * its true time answers what the customer asks next, too. Dated back by this much from the request it is seen by the one who asked for
 * it, with five seconds to spare, and hidden from whatever that customer asks more than five seconds later.
 */
const BEFORE_REQUEST_S = 55;

export function answerTo(
  { by, from, at }: Letter,
  text: string,
  deps: { readonly signer: Signer; readonly random: Random; readonly now: number },
): NostrEvent {
  const dated = Math.max(0, at - BEFORE_REQUEST_S);
  if (by === 'nip04') return oldLetter(text, from, deps.signer, { at: dated, alt: 'Private Message' });
  // Nobody looks for answers by the time inside of the wrap, which may say what it is.
  return newLetter(text, from, deps, { wrapAt: dated });
}
