// The time zone of this process, changed for one test. Node takes a new TZ at once, but only in a process's main thread.
import { onTestFinished } from 'vitest';

/** Throws where it was not taken: a test of zones that runs in one zone proves nothing. */
export function inZone(zone: string): void {
  const before = process.env.TZ;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
    new Date().getTimezoneOffset();
  });
  process.env.TZ = zone;
  const noon = new Date(2026, 6, 1, 12);
  const there = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(noon);
  if (Number(there) !== 12) throw new Error(`the zone ${zone} was not taken`);
}
