// The ledger as a file for tax returns and spreadsheets, oldest entry first. It comes in parts, so that a million entries neither
// fill the memory nor hold up tasks; all parts together are the ledger as it was when the first one was asked for.

import { localDate } from '../../src-preload/contract/day.ts';
import {
  type EarningRow,
  type EarningsExport,
  type EarningsFilter,
  EntryKind,
  INCOME_KINDS,
  type Sum,
} from '../../src-preload/contract/earnings.ts';
import { decimalOf } from '../base/micro.ts';
import { jsonText } from '../base/unseen.ts';
import { EXPORT } from './bounds.ts';
import { type Cell, csvLine } from './csv.ts';
import { ExportLost } from './errors.ts';
import { startOfYear } from './periods.ts';
import type { LedgerRows } from './rows.ts';
import type { Worth } from './worth.ts';

export interface ExportRequest extends EarningsFilter {
  readonly format: 'csv' | 'json';
  /** A whole local year, in place of `from` and `to`. */
  readonly year?: number | undefined;
  /** The `next` of the part before. */
  readonly after?: string | undefined;
}

const COLUMNS = [
  'entry',
  'time_utc',
  'network',
  'unit',
  'state',
  'kind',
  'gross',
  'fee',
  'net',
  'task',
  'task_id_of_sender',
  'task_type',
  'model',
  'tokens_in',
  'tokens_out',
  'received_utc',
  'failure',
  'fiat_currency',
  'fiat_rate',
  'fiat_net',
  'fiat_rate_source',
  'reference',
  'amount',
];

/** What units are worth, as the user has set it: no market says it, so it is the user's present word alone. */
export interface SetRates {
  readonly currency: string;
  readonly worth: Worth;
}

/** Said of each rate, so that no reader takes it for one of a market at the time of receipt. */
const RATE_SOURCE = 'set by hand, as of this export';

/** Rejects with ExportLost where `after` is nothing that a part has named. */
export async function exportPart(
  ledger: LedgerRows,
  request: ExportRequest,
  rates: SetRates | null = null,
): Promise<EarningsExport> {
  const { format, after } = request;
  const filter = filterOf(request);
  const at = after === undefined ? { through: ledger.newest(), id: 0 } : placeOf(after);
  const rows = await ledger.after(filter, at.id, at.through, EXPORT.rows);
  const first = after === undefined;
  let text = first ? headOf(format, request, filter) : '';
  let taken = 0;
  for (const row of rows) {
    text +=
      format === 'csv' ? toCsv(row, rates) : `${first && taken === 0 ? '' : ','}\n${jsonText(toJson(row, rates))}`;
    taken += 1;
    if (text.length > EXPORT.characters) break;
  }
  const last = taken === rows.length && rows.length < EXPORT.rows;
  if (last && format === 'json') {
    const sumOf = async (kinds: readonly EntryKind[]) =>
      (
        await ledger.check(
          { ...filter, kinds: filter.kinds?.filter((kind) => kinds.includes(kind)) ?? [...kinds] },
          { through: at.through },
        )
      ).sums;
    text += footOf(await sumOf(EntryKind.options), await sumOf(INCOME_KINDS));
  }
  return {
    fileName: `hearth-earnings${nameOf(request)}.${format}`,
    mediaType: format === 'csv' ? 'text/csv' : 'application/json',
    text,
    rows: taken,
    next: last ? null : `${at.through}:${rows[taken - 1]!.id}`,
  };
}

function filterOf(request: ExportRequest): EarningsFilter {
  const { year, from, to, network, unit, state, intent, model, kinds = [...EntryKind.options] } = request;
  const time = year === undefined ? { from, to } : { from: startOfYear(year), to: startOfYear(year + 1) };
  return { ...time, network, unit, state, intent, model, kinds };
}

function placeOf(after: string): { readonly through: number; readonly id: number } {
  const match = /^(\d{1,15}):(\d{1,15})$/.exec(after);
  if (!match) throw new ExportLost();
  return { through: Number(match[1]), id: Number(match[2]) };
}

function headOf(format: ExportRequest['format'], { year }: ExportRequest, { from, to }: EarningsFilter): string {
  if (format === 'csv') return csvLine(COLUMNS.map((text) => ({ text })));
  const facts = { hearth: 'earnings', year, from: timeOf(from), to: timeOf(to) };
  return `${JSON.stringify(facts).slice(0, -1)},"entries":[`;
}

/** `net` is of income alone, `amount` of all that was exported: they differ by what was deposited and withdrawn. */
function footOf(all: readonly Sum[], income: readonly Sum[]): string {
  const shown = all.map(({ network, unit, amountMicro, entries }) => {
    const net = income.find((sum) => sum.unit === unit && sum.network === network)?.amountMicro ?? 0;
    return { network, unit, net: decimalOf(net), entries, amount: decimalOf(amountMicro) };
  });
  return `\n],"sums":${JSON.stringify(shown)}}\n`;
}

function toCsv(row: EarningRow, rates: SetRates | null): string {
  const { task } = row;
  const fiat = fiatOf(row, rates);
  const figure = (value: string | undefined): Cell => (value === undefined ? null : { number: value });
  const number = (value: number | undefined): Cell => (value === undefined ? null : { number: value });
  const text = (value: string | null | undefined): Cell => (value == null ? null : { text: value });
  return csvLine([
    number(row.id),
    text(timeOf(row.at)),
    text(row.network),
    text(row.unit),
    text(row.state),
    text(row.kind),
    { number: decimalOf(row.grossMicro) },
    { number: decimalOf(row.feeMicro) },
    { number: decimalOf(row.netMicro) },
    number(task?.id),
    text(task?.ref),
    text(task?.intent),
    text(task?.model),
    number(task?.tokensIn),
    number(task?.tokensOut),
    text(timeOf(row.receivedAt ?? undefined)),
    text(failureOf(row)),
    text(fiat?.currency),
    figure(fiat?.rate),
    figure(fiat?.net),
    text(fiat?.source),
    text(row.reference),
    { number: decimalOf(row.amountMicro) },
  ]);
}

function toJson(row: EarningRow, rates: SetRates | null): object {
  const { id, at, network, unit, state, kind, grossMicro, feeMicro, netMicro, task, reference, amountMicro } = row;
  return {
    entry: id,
    time: timeOf(at),
    network,
    unit,
    state,
    kind,
    // Texts, for a number in JSON is as exact as its reader makes it.
    gross: decimalOf(grossMicro),
    fee: decimalOf(feeMicro),
    net: decimalOf(netMicro),
    received: timeOf(row.receivedAt ?? undefined) ?? null,
    failure: failureOf(row) ?? null,
    fiat: fiatOf(row, rates) ?? null,
    task,
    reference,
    amount: decimalOf(amountMicro),
  };
}

/** A code, such as too-old. */
function failureOf({ state, claim }: EarningRow): string | undefined {
  return state === 'failed' ? (claim?.reason ?? undefined) : undefined;
}

/** By what its unit was said to be worth on the day it was booked. An amount in the currency itself needs no rate. */
function fiatOf({ at, unit, netMicro }: EarningRow, rates: SetRates | null) {
  if (!rates || unit.toUpperCase() === rates.currency) return undefined;
  const perUnit = rates.worth.at(unit, at);
  if (perUnit === null) return undefined;
  // Of a unit as small as a sat, millionths would be too coarse.
  const rate = Math.round(perUnit * 10 ** RATE_DIGITS);
  // In whole numbers, for the sums of a tax office are added up again.
  const net = Number((BigInt(netMicro) * BigInt(rate)) / 10n ** BigInt(RATE_DIGITS));
  return { currency: rates.currency, rate: decimalOf(rate, RATE_DIGITS), net: decimalOf(net), source: RATE_SOURCE };
}

const RATE_DIGITS = 9;

function timeOf(at: number): string;
function timeOf(at: number | undefined): string | undefined;
function timeOf(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

/** Such as "-2026" or "-2026-01-01-to-2026-03-31", by local days. */
function nameOf({ year, from, to }: ExportRequest): string {
  if (year !== undefined) return `-${year}`;
  return `${from === undefined ? '' : `-${localDate(from)}`}${to === undefined ? '' : `-to-${localDate(Math.max(0, to - 1))}`}`;
}
