// How the page stands with the engine, and what people are told about it.

/** Refused is final until the user does what `next` says; all else mends itself. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  | { readonly state: 'lost' }
  | { readonly state: 'refused'; readonly reason: string; readonly next: string };

const LINK = 'Run `hearth link` in a terminal and open the new link it prints.';

export const refusals = {
  noLink: { state: 'refused', reason: 'This page needs a link from Hearth to open.', next: LINK },
  usedLink: { state: 'refused', reason: 'This link has been used, or is more than ten minutes old.', next: LINK },
  restarted: { state: 'refused', reason: 'Hearth has been restarted since this page was opened.', next: LINK },
  throttled: {
    state: 'refused',
    reason: 'Too many wrong links were tried in the last minute.',
    next: LINK,
  },
  outdated: {
    state: 'refused',
    reason: 'This page and the running Hearth are of different versions.',
    next: 'Reload the page.',
  },
} as const satisfies Record<string, Connection>;
