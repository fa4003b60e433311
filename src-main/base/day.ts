// Days as the user lives them: local, and 23 to 25 hours long. And as text that sorts as it counts.

/** Midnight of the local day that `now` lies in, epoch milliseconds. */
export function startOfDay(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** The midnight that ends it. */
export function endOfDay(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}

/** The local date as YYYY-MM-DD. */
export function localDate(at: number): string {
  const date = new Date(at);
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The local time of the day as HH:MM. */
export function localTime(at: number): string {
  const date = new Date(at);
  return timeOfDay(date.getHours() * 60 + date.getMinutes());
}

/** HH:MM of the minutes since midnight. */
export function timeOfDay(minutes: number): string {
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const two = (value: number) => String(value).padStart(2, '0');
