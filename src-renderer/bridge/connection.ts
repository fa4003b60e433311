// How the page stands with the engine. The words for it are in i18n/, under the same names.

/** What keeps a page out until the user has done something about it. */
export type Refusal = 'noLink' | 'usedLink' | 'restarted' | 'throttled' | 'outdated';

/** Refused is final until then; all else mends itself. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  | { readonly state: 'lost' }
  | { readonly state: 'refused'; readonly why: Refusal };

function refuse(why: Refusal): Connection & { readonly state: 'refused' } {
  return { state: 'refused', why };
}

export const refusals = {
  /** There is neither link nor session. */
  noLink: refuse('noLink'),
  /** The link is good once, for ten minutes. */
  usedLink: refuse('usedLink'),
  /** Sessions end with the engine's run. */
  restarted: refuse('restarted'),
  throttled: refuse('throttled'),
  /** Page and engine are of different versions. */
  outdated: refuse('outdated'),
} as const satisfies Record<Refusal, Connection>;
