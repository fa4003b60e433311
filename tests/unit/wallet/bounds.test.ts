// What mints and tokens are held to: each row of both tables with something just beyond it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Amount, getEncodedToken } from '@cashu/cashu-ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MINT, TOKEN } from '../../../src-main/wallet/bounds.ts';
import { mintClient } from '../../../src-main/wallet/mint/client.ts';
import { type Http, OutboundHttp } from '../../../src-main/wallet/mint/http.ts';
import { open, summarise } from '../../../src-main/wallet/token.ts';
import { practiceMint, testWallet } from '../../support/wallet.ts';

const NEVER = new AbortController().signal;
const POINT = `02${'a'.repeat(64)}`;
const KEYSET = '00ad268c4d1f5826';

/** A mint that says this, as it stands. */
async function saying(body: string, status = 200) {
  const server = createServer((_req, res) => void res.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  const http = new OutboundHttp();
  onTestFinished(() => http.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return mintClient(http, { url, mayBePrivate: true }, NEVER);
}

const keyset = (n: number) => ({ id: n.toString(16).padStart(16, '0'), unit: 'sat', active: true });
const json = (value: unknown) => JSON.stringify(value);

describe('a mint is held to', () => {
  it.each([
    ['answer', json({ keysets: [], more: 'x'.repeat(MINT.answer) })],
    ['depth', `{"keysets":[],"more":${'['.repeat(MINT.depth)}${']'.repeat(MINT.depth)}}`],
    ['values', json({ keysets: [], more: Array.from({ length: MINT.values }, () => 0) })],
    ['keysets', json({ keysets: Array.from({ length: MINT.keysets + 1 }, (_, n) => keyset(n)) })],
    ['feePpk', json({ keysets: [{ ...keyset(1), input_fee_ppk: MINT.feePpk + 1 }] })],
  ])('%s', async (_bound, body) => {
    expect(await (await saying(body)).keysets()).toMatchObject({ is: 'unknown' });
    expect(await (await saying(json({ keysets: [keyset(1)] }))).keysets()).toMatchObject({ is: 'ok' });
  });

  it('detail', async () => {
    const detail = `\u001b[31m${'x'.repeat(1000)}`;
    const answer = await (await saying(json({ code: 12001, detail }), 400)).keysets();
    expect(answer).toEqual({ is: 'refused', code: 12001, detail: `[31m${'x'.repeat(MINT.detail - 5)}` });
  });

  it('keys', async () => {
    const mint = await practiceMint();
    const own = await testWallet({
      http: {
        close: async () => undefined,
        call: async (url) => {
          if (url.endsWith('/info')) return { status: 200, json: { nuts: { '9': { supported: true } } } };
          if (url.endsWith('/keysets')) return { status: 200, json: { keysets: [keyset(1)] } };
          const keys = Object.fromEntries(Array.from({ length: MINT.keys + 1 }, (_, n) => [String(n + 1), POINT]));
          return { status: 200, json: { keysets: [{ id: keyset(1).id, unit: 'sat', keys }] } };
        },
      },
    });
    await expect(own.wallet.trust(mint.url)).rejects.toMatchObject({
      code: 'wallet.mint-misbehaves',
      details: { what: 'a keyset with too many keys' },
    });
  });

  it.each([
    ['answerMs', MINT.answerMs],
    ['paymentMs', MINT.paymentMs],
  ])('%s', async (bound, ms) => {
    const waits: (number | undefined)[] = [];
    const http: Http = {
      close: async () => undefined,
      call: async (_url, { timeoutMs }) => {
        waits.push(timeoutMs);
        throw new Error('too late');
      },
    };
    const client = mintClient(http, { url: 'https://mint.example.com', mayBePrivate: false }, NEVER);
    const answer = bound === 'paymentMs' ? await client.pay('q', [], []) : await client.swap([], []);
    expect([answer, waits]).toEqual([{ is: 'unknown', why: 'no answer' }, [ms]]);
  });

  it('what stands outside this network, wherever its name leads', async () => {
    const http = new OutboundHttp();
    onTestFinished(() => http.close());
    const client = (url: string) => mintClient(http, { url, mayBePrivate: false }, NEVER);
    for (const url of ['http://127.0.0.1:1', 'http://[::1]:1', 'http://localhost:1', 'http://10.0.0.1']) {
      expect(await client(url).info()).toMatchObject({ is: 'unknown' });
    }
  });
});

describe('a token is held to', () => {
  const proof = (n: number, secret = `s${n}`) => ({ id: KEYSET, amount: Amount.from(1), secret, C: POINT });
  const token = (proofs: ReturnType<typeof proof>[]) =>
    getEncodedToken({ mint: 'https://mint.example.com', unit: 'sat', proofs });
  const proofs = (length: number) => Array.from({ length }, (_, n) => proof(n));

  it('is read where it is within them', () => {
    expect(summarise(token(proofs(TOKEN.proofs)))).toMatchObject({ amount: TOKEN.proofs, proofs: TOKEN.proofs });
    expect(open(`cashu:${token(proofs(3))}`, [KEYSET])).toHaveLength(3);
  });

  it.each([
    ['text', `${token(proofs(1))}${'A'.repeat(TOKEN.text)}`],
    ['proofs', token(proofs(TOKEN.proofs + 1))],
    ['amount', token([{ ...proof(1), amount: Amount.from(TOKEN.amount + 1) }])],
    ['letters', 'cashuBo2FteBhodHRw\u0000czovL21pbnQu'],
    ['a beginning', 'lnbc1'],
  ])('%s', (_bound, text) => {
    expect(() => summarise(text)).toThrow(expect.objectContaining({ code: 'wallet.token' }));
  });

  it.each([
    ['secret', [proof(1, 'x'.repeat(TOKEN.secret + 1))]],
    ['each proof once', [proof(1), proof(1)]],
  ])('%s', (_bound, held) => {
    expect(() => open(token(held), [KEYSET])).toThrow(expect.objectContaining({ code: 'wallet.token' }));
  });
});
