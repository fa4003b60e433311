// Comma-separated values as RFC 4180 has them: fields with a comma, a quote or a line end stand in quotes, quotes are doubled,
// lines end with CR LF. Spreadsheets run what looks like a formula, so text that begins like one gets an apostrophe before it.
// What is not seen gets a mark that is: the format has no escapes, and a line that reads otherwise than it is written is worse.

import { withoutUnseen } from '../base/unseen.ts';

export type Cell = { readonly text: string } | { readonly number: string | number } | null;

/** One line with its end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if ('number' in cell) return String(cell.number);
  const text = harmless(cell.text);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What spreadsheets take for the beginning of a formula, the full-width forms included, even behind blanks or a quote. */
const FORMULA = /^[\s"']*[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]/u;

function harmless(text: string): string {
  // Control characters, line ends among them, as blanks: no name that means anything has one.
  const plain = withoutUnseen(text.replace(/\p{Cc}+/gu, ' '));
  return FORMULA.test(plain) ? `'${plain}` : plain;
}
