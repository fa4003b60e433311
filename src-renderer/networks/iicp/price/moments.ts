// Moments as a setting holds them, and as somebody types them on the clock on the wall. Pure.

/** Such as 2026-12-01T00:00, local; empty where there is none. */
export function localOf(moment: string | null): string {
  const at = moment === null ? Number.NaN : Date.parse(moment);
  if (Number.isNaN(at)) return '';
  const here = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${here.getFullYear()}-${two(here.getMonth() + 1)}-${two(here.getDate())}`;
  return `${day}T${two(here.getHours())}:${two(here.getMinutes())}`;
}

/** With its zone; null where nothing, or no moment, was typed. */
export function momentOf(local: string): string | null {
  const at = Date.parse(local);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
