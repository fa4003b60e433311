// What directories say of credits and of receipts, read.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { microOf } from '../../../../../src-main/networks/iicp/pricing/micro.ts';
import { receiptFault } from '../../../../../src-main/networks/iicp/receipts/refusals.ts';

describe('an amount of credits', () => {
  it.each([
    ['0.1235', 123_500],
    ['12345678.9012', 12_345_678_901_200],
    ['900719925.474099', 900_719_925_474_099],
    ['-0.0001', -100],
    ['-0', 0],
    ['7', 7_000_000],
    ['0.0000005', 1],
    ['0.0000004999', 0],
    [0.1235, 123_500],
    [-2, -2_000_000],
  ])('%s is read to the micro-credit', (said, micro) => {
    expect(microOf(said)).toBe(micro);
  });

  it.each(['', ' 1', '1.', '.5', '1e3', '0x10', '1,5', 'NaN', '--1', '1.2.3', `1.${'0'.repeat(19)}`, Number.NaN])(
    'is not what is none: %j',
    (said) => {
      expect(microOf(said)).toBeNaN();
    },
  );

  it('is the same as text with any number of places', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e15, max: 1e15 }), fc.integer({ min: 0, max: 8 }), (micro, zeros) => {
        const digits = String(Math.abs(micro)).padStart(7, '0');
        const text = `${micro < 0 ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}${'0'.repeat(zeros)}`;
        expect(microOf(text)).toBe(micro);
      }),
    );
  });
});

describe('why a receipt is refused', () => {
  it.each([
    ['Node HMAC key not provisioned', 'key'],
    ['CIPWorkerReceipt HMAC validation failed', 'key'],
    ['invalid receipt signature', 'key'],
    ['CIPWorkerReceipt expired', 'expired'],
    ['CIPWorkerReceipt amount exceeds authorized credit ceiling', 'amount'],
    ['Credit award rate limit exceeded (max 1000 credits/hour per node)', 'too-much'],
    ['CIPWorkerReceipt nonce already used (replay rejected)', 'replayed'],
    ['querying_node_id does not identify a registered node', 'payer'],
    ['credit ledger and node balance disagree', 'books'],
    ['something else', undefined],
  ])('is told by: %s', (prose, fault) => {
    expect(receiptFault(prose)).toBe(fault);
  });
});
