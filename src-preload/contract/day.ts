// Days and times of the day as text that sorts as it counts: what settings, exports and fields hold. As a person reads them is
// `src-i18n/format/time.ts`. Local, by the clock on the wall.

/** The local date of an epoch in milliseconds, as YYYY-MM-DD. */
export function localDate(at: number): string {
  const date = new Date(at);
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The local time of the day, as HH:MM. */
export function localTime(at: number): string {
  const date = new Date(at);
  return timeOfDay(date.getHours() * 60 + date.getMinutes());
}

/** HH:MM of the minutes since midnight; 24:00 is the end of the day. */
export function timeOfDay(minutes: number): string {
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Two digits: "07". */
export const two = (value: number) => String(value).padStart(2, '0');
