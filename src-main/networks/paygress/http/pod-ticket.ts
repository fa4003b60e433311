// What a customer without a key calls a machine bought over HTTP: `container-<n>-<ticket>`. Who can say the ticket is its owner; it follows
// from a secret of this provider's, so that nothing of it is kept.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { containerId } from '../wire/pod-id.ts';

const NAME = /^(container-(\d{1,10}))-([A-Za-z0-9_-]{22})$/;
const BYTES = 16;

/** `secret` in hex; `box` is different for each machine that was ever sold. */
function ticketOf(secret: string, box: string): string {
  return createHmac('sha256', Buffer.from(secret, 'hex'))
    .update(`paygress http ${box}`)
    .digest()
    .subarray(0, BYTES)
    .toString('base64url');
}

export function ticketedId(secret: string, { job, box }: { readonly job: number; readonly box: string }): string {
  return `${containerId(job)}-${ticketOf(secret, box)}`;
}

/** The number in it and what the ticket has to be held against; undefined: it has no ticket. */
export function readTicketedId(
  text: string,
): { readonly job: number; readonly id: string; fits(secret: string, box: string): boolean } | undefined {
  const [, id = '', number = '', ticket = ''] = NAME.exec(text) ?? [];
  if (id === '') return undefined;
  const fits = (secret: string, box: string) =>
    timingSafeEqual(Buffer.from(ticketOf(secret, box)), Buffer.from(ticket));
  return { job: Number(number), id, fits };
}
