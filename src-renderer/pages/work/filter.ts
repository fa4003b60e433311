// Which tasks are looked at: as the user chose it, as it stands in the address, and as the engine is asked for it.
import { EndState, type TaskFilter } from '../../../src-preload/contract/work.ts';
import { type Query, readQuery, writeQuery } from '../../query.ts';

export const spans = ['today', 'week', 'month'] as const;
export type Span = (typeof spans)[number];

/** Days as `2026-11-20`, local; either end may be open. */
export interface Dates {
  readonly from?: string;
  readonly to?: string;
}

/** From one moment on and before the other, epoch milliseconds: a part of a day that was pressed. */
export interface Moments {
  readonly since: number;
  readonly until: number;
}

export interface Choice {
  readonly states?: readonly EndState[];
  readonly network?: string;
  readonly what?: string;
  readonly model?: string;
  readonly text?: string;
  readonly time?: Span | Dates | Moments;
}

/** What people mean by it: all ends but the good one and those that were wished. */
export const WRONG: readonly EndState[] = ['failed', 'timeout', 'interrupted'];

const MOST = 255;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function isEmpty(choice: Choice): boolean {
  return toDetail(choice) === '';
}

/** The part of the address behind the place; empty where all are looked at. */
export function toDetail({ states, network, what, model, text, time }: Choice): string {
  const dates: Dates = isDates(time) ? time : {};
  const moments = isMoments(time) ? time : undefined;
  return writeQuery({
    state: states?.join(','),
    network,
    kind: what,
    model,
    text,
    time: typeof time === 'string' ? time : undefined,
    from: dates.from,
    to: dates.to,
    since: moments && String(moments.since),
    until: moments && String(moments.until),
  });
}

/** An address can be anything: what makes no sense in it does not bind. */
export function fromDetail(detail: string | undefined): Choice {
  const query = readQuery(detail ?? '');
  const states = statesOf(query.state ?? '');
  const time = timeOf(query);
  return {
    ...(states.length > 0 && { states }),
    ...bounded('network', query.network, 64),
    ...bounded('what', query.kind, MOST),
    ...bounded('model', query.model, MOST),
    ...bounded('text', query.text?.trim(), MOST),
    ...(time !== undefined && { time }),
  };
}

/** For the engine. `now` tells which day is today. */
export function toFilter({ time, states, ...rest }: Choice, now: number): TaskFilter {
  return { ...rest, ...(states && { states: [...states] }), ...rangeOf(time, now) };
}

/** Local midnights, the second one after the last day. */
export function rangeOf(time: Choice['time'], now: number): { from?: number; to?: number } {
  if (time === undefined) return {};
  if (isMoments(time)) return { from: time.since, to: time.until };
  if (typeof time === 'string') return { from: midnight(now, time === 'today' ? 0 : time === 'week' ? -6 : -29) };
  const from = dayStart(time.from, 0);
  const to = dayStart(time.to, 1);
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

export const isMoments = (time: Choice['time']): time is Moments => typeof time === 'object' && 'since' in time;
export const isDates = (time: Choice['time']): time is Dates => typeof time === 'object' && !isMoments(time);

function midnight(now: number, days: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
}

function dayStart(day: string | undefined, after: number): number | undefined {
  if (day === undefined || !isDay(day)) return undefined;
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return new Date(year, month - 1, date + after).getTime();
}

function isDay(text: string): boolean {
  return DAY.test(text) && text >= '1970-01-02' && !Number.isNaN(Date.parse(text));
}

function statesOf(text: string): EndState[] {
  return EndState.options.filter((state) => text.split(',').includes(state));
}

const MOMENT = /^\d{1,15}$/;

function timeOf({ time, from, to, since = '', until = '' }: Query): Choice['time'] {
  if (spans.some((span) => span === time)) return time as Span;
  if (MOMENT.test(since) && MOMENT.test(until) && Number(since) < Number(until)) {
    return { since: Number(since), until: Number(until) };
  }
  const dates = {
    ...(from !== undefined && isDay(from) && { from }),
    ...(to !== undefined && isDay(to) && { to }),
  };
  return Object.keys(dates).length > 0 ? dates : undefined;
}

function bounded<K extends string>(name: K, value: string | undefined, most: number): { [P in K]?: string } {
  return (value === undefined || value === '' || value.length > most ? {} : { [name]: value }) as { [P in K]?: string };
}
