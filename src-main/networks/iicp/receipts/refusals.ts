// Both official directories refuse receipts for half a dozen causes under one code, and only their prose tells which. It is read for
// nothing but the cause, and goes nowhere else.

/** `books`: nothing is wrong with the receipt, but the directory's ledger and its balance of this node disagree. */
export type ReceiptFault = 'replayed' | 'payer' | 'too-much' | 'expired' | 'amount' | 'key' | 'books';

const CAUSES: readonly (readonly [RegExp, ReceiptFault])[] = [
  [/\bledger\b.*\bbalance\b.*\bdisagree/i, 'books'],
  [/\bquerying_node_id\b/i, 'payer'],
  [/\bnonce\b.*\bused\b|\breplay/i, 'replayed'],
  [/\brate limit\b/i, 'too-much'],
  [/\bexpired\b/i, 'expired'],
  [/\bamount\b|\bceiling\b/i, 'amount'],
  [/\bhmac\b|\bsignature\b/i, 'key'],
];

/** Undefined: it does not say, or not in words that are known. */
export function receiptFault(prose: string): ReceiptFault | undefined {
  return CAUSES.find(([words]) => words.test(prose))?.[1];
}
