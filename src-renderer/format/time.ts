// Moments and spans as people say them. Times are epoch milliseconds.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "12 s ago". A moment that this computer's clock puts in the future reads "just now": two clocks differ a little. */
export function ago(then: number, now: number): string {
  const past = now - then;
  return past < SECOND ? 'just now' : `${span(past)} ago`;
}

/** "in 18 s"; "now" once it is due. */
export function ahead(then: number, now: number): string {
  const left = then - now;
  return left < SECOND ? 'now' : `in ${span(left)}`;
}

/** The largest unit that fits, rounded down: 119 s are "1 min". */
export function span(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  const days = Math.floor(ms / DAY);
  return `${days} ${days === 1 ? 'day' : 'days'}`;
}

/** A running clock: "0:07", "12:40", "1:02:33". */
export function elapsed(since: number, now: number): string {
  const total = Math.max(0, Math.floor((now - since) / SECOND));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** "14:02" today, "20 Nov, 14:02" on another day; local time. */
export function clockTime(at: number, now: number, locale?: string): string {
  const then = new Date(at);
  const sameDay = then.toDateString() === new Date(now).toDateString();
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return then.toLocaleString(locale, sameDay ? time : { ...time, day: 'numeric', month: 'short' });
}
