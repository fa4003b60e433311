// Where the page is, and going elsewhere.
import { navigate, useHashLocation } from 'wouter/use-hash-location';
import { hrefOf, type PlaceId, type Where, whereIs } from '../places.ts';

/** An address that means nothing shows Home. */
export function useWhere(): Where {
  const [path] = useHashLocation();
  return whereIs(path) ?? { place: 'home', detail: undefined };
}

/** Goes to a place, or to one thing in it. Where one is already, nothing happens. */
export function go(place: PlaceId, detail?: string | number): void {
  const href = hrefOf(place, detail);
  if (location.hash !== href) navigate(href.slice(1));
}

/** The place stays the same, and so does what has the focus: the address follows what is looked at, without a step back to it. */
export function stay(place: PlaceId, detail?: string): void {
  const href = hrefOf(place, detail);
  if (location.hash !== href) navigate(href.slice(1), { replace: true });
}
