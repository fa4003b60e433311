// Where money goes by Lightning is read and compared before anything is paid.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeInvoice } from '../../../src-main/practice/mint/bolt11.ts';
import { amountIn, invoiceOf, readInvoice } from '../../../src-main/wallet/lightning.ts';
import type { Http } from '../../../src-main/wallet/mint/http.ts';

const NOW = 1_700_000_000;
const HASH = randomBytes(32);
const invoice = (amountMsat: number, more: { readonly at?: number; readonly expiryS?: number } = {}) =>
  encodeInvoice({
    amountMsat,
    at: NOW,
    expiryS: 600,
    paymentHash: HASH,
    paymentSecret: randomBytes(32),
    nodeKey: Buffer.alloc(32, 7),
    description: 'two coffees, “to go”',
    ...more,
  });
const NEVER = new AbortController().signal;
/** Another last character. */
const changed = (text: string) => `${text.slice(0, -1)}${text.endsWith('q') ? 'p' : 'q'}`;

/** A host that answers by path; and what it was asked. */
function host(replies: Readonly<Record<string, unknown>>) {
  const asked: { readonly url: string; readonly mayBePrivate: boolean }[] = [];
  const http: Http = {
    close: async () => undefined,
    call: async (url, { mayBePrivate }) => {
      asked.push({ url, mayBePrivate });
      const { pathname } = new URL(url);
      return pathname in replies ? { status: 200, json: replies[pathname] } : { status: 302, json: undefined };
    },
  };
  return { asked, deps: { http, nowS: NOW } };
}

const service = (callback: string, more = {}) => ({
  '/.well-known/lnurlp/alice': { tag: 'payRequest', callback, minSendable: 1000, maxSendable: 100_000_000, ...more },
});

describe('an invoice', () => {
  it('says what it asks for, how long, and what for', () => {
    expect(readInvoice(` LIGHTNING:${invoice(1_234_567).toUpperCase()}\n`, NOW)).toMatchObject({
      amountMsat: 1_234_567,
      expiresAt: NOW + 600,
      paymentHash: HASH.toString('hex'),
      description: 'two coffees, “to go”',
    });
    expect([amountIn('sat', { amountMsat: 1001 }), amountIn('msat', { amountMsat: 1001 })]).toEqual([2, 1001]);
  });

  // From BOLT-11's own examples.
  const PUBLIC =
    'lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp';
  it('is read as BOLT-11 has it', () => {
    expect(readInvoice(PUBLIC, 1_496_314_658)).toMatchObject({
      amountMsat: 250_000_000,
      description: '1 cup coffee',
      paymentHash: '0001020304050607080900010203040506070809000102030405060708090102',
      expiresAt: 1_496_314_658 + 60,
    });
  });

  it.each([
    ['has expired', invoice(1000, { at: NOW - 601 })],
    ['is cut', invoice(1000).slice(0, -1)],
    ['was changed', changed(invoice(1000))],
    ['is none', 'lnbc'],
    ['is too long', `lnbc${'q'.repeat(5000)}`],
  ])('that %s is refused', (_what, text) => {
    expect(() => readInvoice(text, NOW)).toThrow(expect.objectContaining({ code: 'wallet.invoice' }));
  });
});

describe('a Lightning address', () => {
  const callback = 'https://pay.example.com/cb';
  it('is asked for exactly the amount, and its answer may lead nowhere inside', async () => {
    const { asked, deps } = host({ ...service(callback), '/cb': { pr: invoice(5000) } });
    expect(await invoiceOf(deps, 'Alice@example.com', 5000, NEVER)).toMatchObject({ amountMsat: 5000 });
    expect(asked).toEqual([
      { url: 'https://example.com/.well-known/lnurlp/alice', mayBePrivate: true },
      { url: 'https://pay.example.com/cb?amount=5000', mayBePrivate: false },
    ]);
  });

  it.each([
    ['wallet.other-amount', 'asks for more', { ...service(callback), '/cb': { pr: invoice(5001) } }],
    ['wallet.lightning-address', 'takes no such amount', service(callback, { minSendable: 6000 })],
    ['wallet.lightning-address', 'leads to a place without encryption', service('http://example.org/cb')],
    ['wallet.lightning-address', 'is another kind of service', service(callback, { tag: 'withdrawRequest' })],
    ['wallet.lightning-address', 'sends elsewhere', {}],
    ['wallet.lightning-address', 'leads to no address', service('javascript:0')],
    [
      'wallet.invoice',
      'answers with an invoice that has expired',
      { ...service(callback), '/cb': { pr: invoice(5000, { at: 1 }) } },
    ],
  ])('is refused (%s) where it %s', async (code, _what, replies) => {
    await expect(invoiceOf(host(replies).deps, 'alice@example.com', 5000, NEVER)).rejects.toMatchObject({ code });
  });

  it.each(['alice', 'alice@', 'al/ice@example.com', 'alice@example.com/path', 'alice@user:pass@example.com'])(
    'is none: %s',
    async (text) => {
      const { asked, deps } = host({});
      await expect(invoiceOf(deps, text, 5000, NEVER)).rejects.toMatchObject({ code: 'wallet.lightning-address' });
      expect(asked).toEqual([]);
    },
  );
});
