// Moments as a setting holds them, and as they are typed, by the clock on the wall. Pure.
import { localDate, localTime } from '../../../../src-i18n/format/time.ts';

/** Such as 2026-12-01T00:00, local; empty where there is none. */
export function localOf(moment: string | null): string {
  const at = moment === null ? Number.NaN : Date.parse(moment);
  if (Number.isNaN(at)) return '';
  return `${localDate(at)}T${localTime(at)}`;
}

/** With its zone; null where nothing, or no moment, was typed. */
export function momentOf(local: string): string | null {
  const at = Date.parse(local);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
