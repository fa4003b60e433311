// What of the wallet stands inside sentences, each in one way everywhere.
import type { Format } from '../../../format/format.ts';
import { cut, hostOf, quoted } from '../../../format/text.ts';
import { MICRO } from './figures.ts';

/** Those that the wallet takes: no stranger's words. */
const UNITS: readonly string[] = ['sat', 'msat'];

/** "1 500 sat" of millionths, to the last digit. */
export function microWords(micro: number, unit: string, f: Pick<Format, 'micro'>): string {
  return `${f.micro(micro)} ${UNITS.includes(unit) ? unit : quoted(unit, 16)}`;
}

/** The same of whole units. */
export function unitsWords(amount: number, unit: string, f: Pick<Format, 'micro'>): string {
  return microWords(amount * MICRO, unit, f);
}

/** A mint as its user knows it: by its address, for a name is whatever it says. */
export function mintWords(url: string): string {
  return quoted(hostOf(url), 60);
}

const LONGEST = 48;

/** Whom a payment goes to: an address whole, an invoice by its beginning and end. */
export function whomWords(to: string): string {
  return quoted(to.length > LONGEST ? `${cut(to, 20)}${to.slice(-8)}` : to, LONGEST);
}
