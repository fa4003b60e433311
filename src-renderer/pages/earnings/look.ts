// What is looked at, as it stands in the address: a stretch of days, weeks or months, or the entries behind a total.
import { EarningState, type EarningsFilter, type EarningsPoint } from '../../../src-preload/contract/earnings.ts';
import { entriesAt, type Step } from '../../parts/entries-link.tsx';
import { readQuery, writeQuery } from '../../query.ts';

export const steps = ['day', 'week', 'month'] as const satisfies readonly Step[];

export type Look =
  | { readonly view: 'wallet' }
  | { readonly view: 'series'; readonly by: Step; readonly to: number | undefined }
  | { readonly view: 'rows'; readonly by: Step; readonly filter: EarningsFilter };

/** The last moment that there is a date for (ECMA-262, time range). */
const LAST = 8_640_000_000_000_000;

/** As `earnings.rows` takes them. */
const MOST_NAME = 255;

function nameOf(name: 'intent' | 'model', value: string | undefined, none: boolean): EarningsFilter {
  if (value !== undefined) return value.length <= MOST_NAME ? { [name]: value } : {};
  return none ? { [name]: '' } : {};
}

/** The wallet's part of the page, in the address. */
export const WALLET_PART = 'wallet';

/** An address can be anything: what makes no sense in it does not bind. */
export function lookOf(detail: string | undefined): Look {
  if (detail === WALLET_PART) return { view: 'wallet' };
  const query = readQuery(detail ?? '');
  const by = steps.find((step) => step === query.by) ?? 'day';
  const from = momentOf(query.from);
  const to = momentOf(query.to);
  if (query.of !== 'entries') return { view: 'series', by, to };
  const state = EarningState.options.find((option) => option === query.state);
  const without = (query.without ?? '').split(',');
  const filter: EarningsFilter = {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(query.network !== undefined && query.network.length <= 64 && { network: query.network }),
    ...(query.unit !== undefined && query.unit.length <= 64 && { unit: query.unit }),
    ...(state !== undefined && { state }),
    ...nameOf('intent', query.kind, without.includes('kind')),
    ...nameOf('model', query.model, without.includes('model')),
  };
  return { view: 'rows', by, filter };
}

export function detailOf(look: Look): string | undefined {
  if (look.view === 'wallet') return WALLET_PART;
  const { by } = look;
  const written =
    look.view === 'series'
      ? writeQuery({ by: by === 'day' ? undefined : by, to: text(look.to) })
      : entriesAt(by, look.filter);
  return written === '' ? undefined : written;
}

const DAY = 86_400_000;
const LENGTHS: Record<Step, number> = { day: 30, week: 13, month: 12 };

/**
 * A moment of the last period of the stretch before (or after) the one whose edges these are. Undefined where that reaches
 * the present, which is the stretch without a date.
 */
export function turned(
  by: Step,
  points: readonly Pick<EarningsPoint, 'start' | 'end'>[],
  way: -1 | 1,
  now: number,
): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return undefined;
  const to = way < 0 ? first.start - DAY / 2 : shifted(by, last.end, LENGTHS[by]) - DAY / 2;
  // By the end of the period, for the present one is not over before it.
  return to + DAY / 2 > now ? undefined : to;
}

/** What `earnings.series` is asked for: with a last moment so many periods up to it, else what it gives by itself. */
export function askedFor(by: Step, to: number | undefined): { by: Step; from?: number; to?: number } {
  return to === undefined ? { by } : { by, to, from: shifted(by, to, 1 - LENGTHS[by]) };
}

/** So many periods later. The middle of a day stays within it when the clocks change. */
function shifted(by: Step, at: number, count: number): number {
  if (by !== 'month') return Math.max(0, at + count * (by === 'day' ? DAY : 7 * DAY));
  const date = new Date(at);
  // No month is shorter than 28 days: the 29th and later would slip into the next one.
  return Math.max(0, new Date(date.getFullYear(), date.getMonth() + count, Math.min(28, date.getDate()), 12).getTime());
}

function text(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function momentOf(value: string | undefined): number | undefined {
  const moment = value !== undefined && /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  return moment <= LAST ? moment : undefined;
}
