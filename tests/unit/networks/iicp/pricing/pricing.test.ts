import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmacHex } from '../../../../../src-main/networks/iicp/directory/liveness.ts';
import { askedMicro, paidUpTo } from '../../../../../src-main/networks/iicp/pricing/credits.ts';
import {
  capOf,
  declaredOf,
  type Pricing,
  pricingBlock,
  signedText,
  USUAL,
} from '../../../../../src-main/networks/iicp/pricing/pricing.ts';
import { boundedPricing } from '../../../../../src-main/practice/iicp/directory/registration-rules.ts';
import { iicpSettings } from '../../../../../src-preload/contract/networks/iicp-settings.ts';
import type { PricingModel } from '../../../../../src-preload/contract/settings/pricing.ts';

interface Vector {
  readonly credit_cost_multiplier: number;
  readonly pricing_model: PricingModel;
  readonly signed: string;
  readonly signature: string;
}

const file = JSON.parse(readFileSync(new URL('../../../../vectors/iicp-pricing.json', import.meta.url), 'utf8')) as {
  key: string;
  vectors: Vector[];
};
const KEY = file.key;

const pricing = (more: Partial<Pricing> = {}): Pricing => ({ ...USUAL, ...more });

describe('a price declaration', () => {
  it.each(file.vectors)('signs $signed as the official one does', (vector) => {
    const { credit_cost_multiplier: multiplier, pricing_model: model, signed, signature } = vector;
    expect(signedText(multiplier, model)).toBe(signed);
    expect(pricingBlock({ multiplier, model, sign: true, from: null, until: null }, KEY)).toEqual({
      credit_cost_multiplier: multiplier,
      pricing_model: model,
      declaration_signature: signature,
    });
  });

  it('is signed with the key that is held, and not at all without a key or when it is not wanted', () => {
    const declared = { multiplier: 2, model: 'flat', sign: true, from: null, until: null } as const;
    expect(pricingBlock(declared, 'other').declaration_signature).toBe(hmacHex('other', signedText(2, 'flat')));
    expect(pricingBlock(declared, undefined)).not.toHaveProperty('declaration_signature');
    expect(pricingBlock({ ...declared, sign: false }, KEY)).not.toHaveProperty('declaration_signature');
  });

  it('carries its dates, which are not signed', () => {
    const from = '2026-12-01T00:00:00Z';
    const until = '2026-12-31T00:00:00+01:00';
    const dated = pricingBlock({ multiplier: 1, model: 'per_token', sign: true, from, until }, KEY);
    expect(dated).toEqual({
      credit_cost_multiplier: 1,
      pricing_model: 'per_token',
      declaration_signature: file.vectors[0]!.signature,
      effective_from: from,
      effective_until: until,
    });
  });

  it('never has an exponent in what is signed', () => {
    expect(signedText(0.000_000_1, 'per_token')).toBe(
      '{"credit_cost_multiplier":0.0000001,"pricing_model":"per_token"}',
    );
  });

  it.each<[string, Partial<Pricing>, string[], number | undefined]>([
    ['nothing for the usual price', {}, ['a'], undefined],
    [
      'nothing where prices for models are all the usual one',
      { models: [{ model: 'a', multiplier: 1 }] },
      ['a'],
      undefined,
    ],
    ['one price for all', { multiplier: 2 }, ['a', 'b'], 2],
    ['free', { multiplier: 0 }, ['a'], 0],
    [
      'a price with its dates',
      { multiplier: 2, from: '2026-01-01T00:00:00Z', until: '2026-01-01T00:00:01Z' },
      ['a'],
      2,
    ],
    [
      'nothing of a price that ends before it begins',
      { multiplier: 2, from: '2026-01-01T00:00:01Z', until: '2026-01-01T00:00:00Z' },
      ['a'],
      undefined,
    ],
    ['the highest of those offered', { models: [{ model: 'b', multiplier: 3 }] }, ['a', 'b'], 3],
    ['not the price of a model that is not offered', { models: [{ model: 'b', multiplier: 3 }], sign: true }, ['a'], 1],
    ['the price of the only model', { multiplier: 5, models: [{ model: 'a', multiplier: 0.5 }] }, ['a'], 0.5],
    [
      'the price of the node while there is no model',
      { multiplier: 5, models: [{ model: 'a', multiplier: 9 }] },
      [],
      5,
    ],
  ])('tells %s', (_, more, models, multiplier) => {
    expect(declaredOf(pricing(more), models)?.multiplier).toBe(multiplier);
  });
});

describe('the cap of the directory', () => {
  it.each<[string[], number]>([
    [['qwen2.5:0.5b'], 0.15],
    [['qwen2.5:7b'], 3],
    [['qwen2.5:14b'], 6],
    [['qwen2.5:32b'], 19.5],
    [['llama3.3:70b'], 96],
    [['llama3.1:405b'], 225],
    [['mistral'], 3],
    [[], 3],
    [['qwen2.5:0.5b', 'llama3.3:70b', 'mistral'], 96],
    [['fp8b', 'v2.5b3'], 3],
  ])('for %j is %f times the usual price, as the practice directory has it', (models, cap) => {
    expect(capOf(models)).toBe(cap);
    const capability = [{ intent: 'i', models, input_modalities: ['text'] }];
    expect(boundedPricing({ credit_cost_multiplier: 1000 }, capability).credit_cost_multiplier).toBeCloseTo(cap, 9);
  });
});

describe('what is asked for a task', () => {
  const NOW = Date.UTC(2026, 11, 15);
  it.each<[string, number, Partial<Pricing>, number]>([
    ['the usual price', 1000, {}, 1_000_000],
    ['half of it', 1000, { multiplier: 0.5 }, 500_000],
    ['nothing when it is free', 1000, { multiplier: 0 }, 0],
    ['at most a tenth more, whatever was declared', 1000, { multiplier: 9 }, 1_100_000],
    ['nothing that is too little to be awarded', 1, { multiplier: 0.04 }, 0],
    ['whole ten-thousandths, as the books of directories have them', 7, { multiplier: 0.125 }, 900],
    ['nothing without counted tokens', 0, { model: 'flat' }, 0],
    ['a fixed price, as far as the tokens allow', 5000, { model: 'flat', multiplier: 2 }, 2_000_000],
    ['no more for a short request than its tokens allow', 100, { model: 'per_request' }, 110_000],
    ['the price of its model', 1000, { models: [{ model: 'm', multiplier: 0.25 }] }, 250_000],
    ['the usual price before the other one holds', 1000, { multiplier: 0.5, from: '2026-12-16T00:00:00Z' }, 1_000_000],
    ['the other price once it holds', 1000, { multiplier: 0.5, from: '2026-12-15T00:00:00Z' }, 500_000],
    [
      'the usual price when the other one has ended',
      1000,
      { multiplier: 0.5, until: '2026-12-15T00:00:00Z' },
      1_000_000,
    ],
  ])('is %s', (_, tokens, more, micro) => {
    expect(askedMicro(tokens, pricing(more), 'm', NOW)).toBe(micro);
  });

  it('is always a whole number between nothing and a tenth over the tokens', () => {
    const price = fc.record({
      multiplier: fc.double({ min: 0, max: 1000, noNaN: true }),
      model: fc.constantFrom<PricingModel>('per_token', 'per_request', 'flat'),
    });
    fc.assert(
      fc.property(fc.nat(1_000_000), price, (tokens, more) => {
        const micro = askedMicro(tokens, pricing(more), 'm', NOW);
        expect(Number.isSafeInteger(micro / 100)).toBe(true);
        expect(micro).toBeGreaterThanOrEqual(0);
        expect(micro).toBeLessThanOrEqual(tokens * 1100);
      }),
    );
  });
});

describe('where paying ends', () => {
  it.each<[PricingModel, number, number]>([
    ['per_token', 41, 1.1],
    ['per_token', 1_000_000, 1.1],
    ['per_request', 2000, 2.2],
    ['flat', 500, 0.55],
    ['flat', 0, 0],
    ['per_token', 0, 0],
  ])('is, %s and for %i tokens, at %f times the usual price', (model, tokens, times) => {
    expect(paidUpTo(tokens, pricing({ model }))).toBeCloseTo(times, 10);
  });

  it('is the price above which no more is asked for', () => {
    const models = fc.constantFrom<PricingModel>('per_token', 'per_request', 'flat');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), models, (tokens, model) => {
        const end = paidUpTo(tokens, pricing({ model }));
        const asked = (multiplier: number) => askedMicro(tokens, pricing({ model, multiplier }), 'm', 0);
        expect(asked(end * 2)).toBe(asked(end * 1.001));
        expect(asked(end / 2)).toBeLessThan(asked(end * 1.001));
      }),
    );
  });
});

describe('the settings of a price', () => {
  it.each([
    ['pricing.iicp.multiplier', 1000, true],
    ['pricing.iicp.multiplier', 1000.5, false],
    ['pricing.iicp.multiplier', -0.1, false],
    ['pricing.iicp.multiplier', Number.POSITIVE_INFINITY, false],
    ['pricing.iicp.model', 'per_minute', false],
    ['pricing.iicp.models', [{ model: 'a', multiplier: 2 }], true],
    ['pricing.iicp.models', [{ model: 'a', multiplier: 2000 }], false],
    ['pricing.iicp.from', '2026-12-01T00:00:00+01:00', true],
    ['pricing.iicp.from', 'tomorrow', false],
    ['pricing.iicp.until', null, true],
  ] as const)('%s takes %j: %s', (path, value, taken) => {
    expect(iicpSettings[path].schema.safeParse(value).success).toBe(taken);
  });
});
