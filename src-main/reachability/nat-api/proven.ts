// How far a mapping that nat-api says it has got is to be believed, by its handle, which is kept in the journal.

import type { Mapping } from '../mapping.ts';

/** The router was seen to list it. */
export const LISTED = 'nat-api:listed';
export const UNPROVEN = 'nat-api:unproven';

/** This mapping was not seen in the router's list: it holds for nothing before a connection from outside has come through. */
export function isUnproven({ handle }: Pick<Mapping, 'handle'>): boolean {
  return handle === UNPROVEN;
}
