// What a bitcoin is worth: asked of the source that was chosen, while somebody looks, and never more often than that.
import { describe, expect, it } from 'vitest';
import { MINT, RATE } from '../../../src-main/wallet/bounds.ts';
import type { Http, HttpCall } from '../../../src-main/wallet/mint/http.ts';
import { type RateSetting, Rates } from '../../../src-main/wallet/rate/rates.ts';
import { priceIn, SOURCES } from '../../../src-main/wallet/rate/sources.ts';
import { until } from '../../support/wait.ts';

const MEMPOOL = { time: 1_703_252_411, USD: 43_753, EUR: 40_545, JPY: 6_218_915 };
const KRAKEN = { error: [], result: { XXBTZEUR: { a: ['30300.1', '1', '1.000'], c: ['30303.20000', '0.00067643'] } } };
const NO_PAIR = { error: ['EQuery:Unknown asset pair'] };

describe('the answer of a source', () => {
  it.each([
    ['mempool', MEMPOOL, 'EUR', 40_545],
    ['mempool', MEMPOOL, 'SEK', undefined],
    ['mempool', MEMPOOL, 'constructor', undefined],
    ['mempool', { EUR: '40545' }, 'EUR', undefined],
    ['mempool', 'no JSON', 'EUR', undefined],
    ['mempool', { EUR: -1 }, 'EUR', undefined],
    ['mempool', { EUR: 0 }, 'EUR', undefined],
    ['kraken', KRAKEN, 'EUR', 30_303.2],
    ['kraken', NO_PAIR, 'EUR', undefined],
    ['kraken', { result: { A: { c: ['1'] }, B: { c: ['2'] } } }, 'EUR', undefined],
    ['kraken', { result: { A: { c: ['many'] } } }, 'EUR', undefined],
    ['kraken', { result: { A: { c: [] } } }, 'EUR', undefined],
    ['kraken', undefined, 'EUR', undefined],
  ] as const)('of %s, saying %o, has for %s %s', (source, json, currency, price) => {
    expect(priceIn(source, json, currency)).toBe(price);
  });

  it('price: is none above the bound', () => {
    expect(priceIn('mempool', { EUR: RATE.price }, 'EUR')).toBe(RATE.price);
    expect(priceIn('mempool', { EUR: RATE.price + 1 }, 'EUR')).toBeUndefined();
    expect(priceIn('mempool', { EUR: Number.POSITIVE_INFINITY }, 'EUR')).toBeUndefined();
  });

  it('is asked for over TLS, and says nothing but the currency', () => {
    const urls = Object.values(SOURCES).map(({ url }) => url('EUR'));
    expect(urls).toEqual(['https://mempool.space/api/v1/prices', 'https://api.kraken.com/0/public/Ticker?pair=XBTEUR']);
  });
});

/** A user who looks now and then, and a source that says what it is told to. */
function looking() {
  const world = {
    now: 1_000_000,
    wanted: { source: 'mempool', currency: 'EUR' } as ReturnType<RateSetting['get']>,
    answer: (): Promise<{ status: number; json: unknown }> => Promise.resolve({ status: 200, json: MEMPOOL }),
    asked: [] as { url: string; call: HttpCall }[],
    heard: 0,
    stop: new AbortController(),
  };
  const http: Pick<Http, 'call'> = {
    call: (url, call) => {
      world.asked.push({ url, call });
      return world.answer();
    },
  };
  const rates = new Rates({
    clock: { now: () => world.now },
    http,
    signal: world.stop.signal,
    setting: { get: () => world.wanted },
    changed: () => {
      world.heard += 1;
    },
  });
  const heard = async (times: number) => until('an answer', () => world.heard === times);
  return { world, rates, heard };
}

describe('what a bitcoin is worth', () => {
  it('is asked of nobody until a source is switched on', () => {
    const { world, rates } = looking();
    world.wanted = null;
    expect(rates.look()).toBeNull();
    expect(world.asked).toEqual([]);
  });

  it('everyMs: is asked for once, however often one looks, and again when it is too old', async () => {
    const { world, rates, heard } = looking();
    expect(rates.look()).toEqual({ source: 'mempool', currency: 'EUR', price: null, at: null, reason: null });
    rates.look();
    await heard(1);
    world.now += RATE.everyMs - 1;
    expect(rates.look()).toMatchObject({ price: 40_545, at: 1_000_000, reason: null });
    expect(world.asked).toHaveLength(1);
    world.now += 1;
    // What was said last stays until something else is.
    expect(rates.look()).toMatchObject({ price: 40_545, at: 1_000_000 });
    await heard(2);
    expect(rates.look()).toMatchObject({ at: world.now });
    expect(world.asked).toHaveLength(2);
  });

  it('answerMs: is waited for no longer than that, and never led into a private network', async () => {
    const { world, rates, heard } = looking();
    rates.look();
    await heard(1);
    expect(world.asked[0]?.call).toEqual({ mayBePrivate: false, timeoutMs: RATE.answerMs });
    expect(RATE.answerMs).toBeLessThan(MINT.answerMs);
  });

  it('stays with its age where the source goes silent, with the reason, and is asked for again in a while', async () => {
    const { world, rates, heard } = looking();
    rates.look();
    await heard(1);
    world.now += RATE.everyMs;
    world.answer = () => Promise.reject(new Error('no answer'));
    rates.look();
    await heard(2);
    const silent = { price: 40_545, at: 1_000_000, reason: { code: 'wallet.rate-away' } };
    expect(rates.look()).toMatchObject(silent);
    world.now += 299_999;
    rates.look();
    expect(world.asked).toHaveLength(2);
    world.now += 1;
    world.answer = () => Promise.resolve({ status: 503, json: undefined });
    rates.look();
    await heard(3);
    expect(rates.look()).toMatchObject({ price: 40_545, reason: { code: 'wallet.rate-none' } });
  });

  it('of another source or currency says nothing of the one before, whenever its answer comes', async () => {
    const { world, rates, heard } = looking();
    const late = Promise.withResolvers<{ status: number; json: unknown }>();
    world.answer = () => late.promise;
    rates.look();
    world.wanted = { source: 'kraken', currency: 'EUR' };
    expect(rates.look()).toMatchObject({ source: 'kraken', price: null });
    late.resolve({ status: 200, json: MEMPOOL });
    await heard(1);
    world.answer = () => Promise.resolve({ status: 200, json: KRAKEN });
    expect(rates.look()).toMatchObject({ source: 'kraken', price: null });
    await heard(2);
    expect(rates.look()).toMatchObject({ source: 'kraken', price: 30_303.2 });
    world.wanted = null;
    expect(rates.look()).toBeNull();
  });

  it('is of no interest to a wallet that has stopped', async () => {
    const { world, rates } = looking();
    rates.look();
    world.stop.abort();
    await Promise.resolve();
    await new Promise(setImmediate);
    expect(world.heard).toBe(0);
  });
});
