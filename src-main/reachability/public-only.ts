// A look-up for connections to addresses that strangers have named: a name leads out of this network, or nowhere.

import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './addresses.ts';

/** A name that leads into a private network; no connection was made. */
export class LeadsInside extends Error {}

/** Refuses a name unless every address behind it is public. The connection is made to what was judged, so no second look-up can differ. */
export function publicOnly(resolve: typeof systemLookup = systemLookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, found: readonly LookupAddress[]) => {
      if (error) return done(error, '', 0);
      const [first] = found;
      if (!first || !found.every(({ address }) => isPublicAddress(address))) {
        return done(new LeadsInside('the name leads into a private network'), '', 0);
      }
      if (options.all) return done(null, [...found]);
      return done(null, first.address, first.family);
    });
  };
}
