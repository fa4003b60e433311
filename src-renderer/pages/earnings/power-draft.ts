// Watts and price as they are typed, and what they come to.
import type { PowerDraw, Tariff } from '../../../src-preload/contract/settings/power.ts';

export interface Draft {
  readonly idle: string;
  readonly working: string;
  readonly source: PowerDraw['source'];
  readonly alwaysOn: boolean;
  readonly kind: 'none' | 'flat' | 'byHour';
  readonly currency: string;
  readonly perKwh: string;
  readonly byHour: readonly string[];
  readonly wear: string;
  readonly worth: string;
}

export const MOST_WATTS = 10_000;
export const MOST_PRICE = 10_000;
export const MOST_WORTH = 1000;
const HOURS = 24;

/** What is set. `wear` is for an hour at work, `worth` of a credit, both in the tariff's currency. */
export interface Held {
  readonly draw: PowerDraw | null;
  readonly tariff: Tariff | null;
  readonly wear: number;
  readonly worth: number | null;
}

/** `write` is how the language writes a number. */
export function draftOf({ draw, tariff, wear, worth }: Held, write: (value: number) => string): Draft {
  const flat = tariff !== null && 'perKwh' in tariff ? write(tariff.perKwh) : '';
  const byHour = tariff !== null && 'byHour' in tariff ? tariff.byHour.map(write) : Array<string>(HOURS).fill(flat);
  return {
    idle: draw ? write(draw.idle) : '',
    working: draw ? write(draw.working) : '',
    source: draw?.source ?? 'estimated',
    alwaysOn: draw?.alwaysOn ?? false,
    kind: tariff === null ? 'none' : 'perKwh' in tariff ? 'flat' : 'byHour',
    currency: tariff?.currency ?? '',
    perKwh: flat,
    byHour,
    wear: wear === 0 ? '' : write(wear),
    worth: worth === null ? '' : write(worth),
  };
}

/** A comma is a point, too, and spaces may group. Undefined for what is no number in these bounds. */
export function numberOf(text: string, least: number, most: number): number | undefined {
  const plain = text.replace(/\s/g, '').replace(',', '.').replace('\u2212', '-');
  if (!/^-?(\d+\.?\d*|\.\d+)$/.test(plain)) return undefined;
  const value = Number(plain);
  return value >= least && value <= most ? value : undefined;
}

/** Both are empty together, or both are numbers. */
export function fitsWatts(draft: Draft, name: 'idle' | 'working'): boolean {
  const other = draft[name === 'idle' ? 'working' : 'idle'].trim();
  const own = draft[name].trim();
  return own === '' ? other === '' : numberOf(own, 0, MOST_WATTS) !== undefined;
}

export function fitsPrice(text: string): boolean {
  return numberOf(text, -MOST_PRICE, MOST_PRICE) !== undefined;
}

export function fitsCurrency({ currency }: Draft): boolean {
  return /^[a-z]{3}$/i.test(currency.trim());
}

/** Null: not known. Undefined: cannot be saved like this. */
export function drawOf(draft: Draft): PowerDraw | null | undefined {
  if (!fitsWatts(draft, 'idle') || !fitsWatts(draft, 'working')) return undefined;
  const idle = numberOf(draft.idle, 0, MOST_WATTS);
  const working = numberOf(draft.working, 0, MOST_WATTS);
  if (idle === undefined || working === undefined) return null;
  return { idle, working, source: draft.source, alwaysOn: draft.alwaysOn };
}

/** Null: not known. Undefined: cannot be saved like this. */
export function tariffOf(draft: Draft): Tariff | null | undefined {
  if (draft.kind === 'none') return null;
  if (!fitsCurrency(draft)) return undefined;
  const currency = draft.currency.trim().toUpperCase();
  if (draft.kind === 'flat') {
    const perKwh = numberOf(draft.perKwh, -MOST_PRICE, MOST_PRICE);
    return perKwh === undefined ? undefined : { currency, perKwh };
  }
  const byHour = draft.byHour.flatMap((text) => numberOf(text, -MOST_PRICE, MOST_PRICE) ?? []);
  return byHour.length === HOURS ? { currency, byHour } : undefined;
}

/** Nothing typed is nothing put aside. Undefined: cannot be saved like this. */
export function wearOf({ wear }: Draft): number | undefined {
  return wear.trim() === '' ? 0 : numberOf(wear, 0, MOST_PRICE);
}

/** Null: not known. Undefined: cannot be saved like this. */
export function worthOf({ worth }: Draft): number | null | undefined {
  return worth.trim() === '' ? null : numberOf(worth, 0, MOST_WORTH);
}
