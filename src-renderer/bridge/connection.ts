// How the page stands with the engine. The words for it are in i18n/, under the same names.

/** What keeps a page out until the user has done something about it. */
export type Refusal = 'noLink' | 'oldLink' | 'usedLink' | 'restarted' | 'revoked' | 'throttled' | 'outdated';

/** Refused is final until then; all else mends itself. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  | { readonly state: 'lost' }
  | {
      readonly state: 'refused';
      readonly why: Refusal;
      /** When another page came in by the same link, in epoch milliseconds. */
      readonly usedAt?: number | undefined;
    };

/** Another page came in by this link first: perhaps the user's own, perhaps a stranger's. */
export function usedLink(at: number): Connection {
  return { state: 'refused', why: 'usedLink', usedAt: at };
}

function refuse(why: Refusal): Connection & { readonly state: 'refused' } {
  return { state: 'refused', why };
}

export const refusals = {
  /** There is neither link nor session. */
  noLink: refuse('noLink'),
  /** A link is good for ten minutes, and for one run of the engine. */
  oldLink: refuse('oldLink'),
  /** Sessions end with the engine's run. */
  restarted: refuse('restarted'),
  /** The owner has shut out all pages by command. */
  revoked: refuse('revoked'),
  throttled: refuse('throttled'),
  /** Page and engine are of different versions. */
  outdated: refuse('outdated'),
} as const satisfies Record<Exclude<Refusal, 'usedLink'>, Connection>;
