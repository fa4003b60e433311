import { describe, expect, it } from 'vitest';
import { type Offer, Offers } from '../../../../../src-main/networks/iicp/directory/directory-replies.ts';
import { Market } from '../../../../../src-main/networks/iicp/pricing/market.ts';
import { type Pricing, USUAL } from '../../../../../src-main/networks/iicp/pricing/pricing.ts';
import { HandClock } from '../../../../support/clock.ts';

const OWN = 'our-node';

const offer = (multiplier: unknown, more: object = {}, id = `node-${String(multiplier)}`) => ({
  node_id: id,
  cx_public_key: null,
  pricing: { credit_cost_multiplier: multiplier, pricing_model: 'per_token', ...more },
});

function open(replies: readonly unknown[], pricing: Partial<Pricing> = {}) {
  const clock = new HandClock();
  const asked: string[] = [];
  let fails = false;
  const market = new Market({
    clock,
    pricing: () => ({ ...USUAL, ...pricing }),
    models: () => ['a:1b'],
    wanted: () => ({ intent: 'chat' }),
  });
  const directory = {
    offers: async ({ intent }: { intent: string }): Promise<readonly Offer[]> => {
      asked.push(intent);
      if (fails) throw new Error('away');
      return Offers.parse({ nodes: replies }).nodes;
    },
  };
  return {
    clock,
    asked,
    seen: () => market.seen({ nodeId: OWN, directory }),
    fail: () => {
      fails = true;
    },
  };
}

describe('the prices of others', () => {
  it('are told by their middle, and by how many are lower than this node’s', async () => {
    const { seen } = open([offer(3), offer(0.5), offer(1), offer(2)], { multiplier: 2 });
    expect(await seen()).toMatchObject({ count: 4, middle: 1, lower: 2, own: 2 });
  });

  it('leave out this node itself, other ways to reckon, and what is no price', async () => {
    const { seen } = open([
      offer(9, {}, OWN),
      offer(5, { pricing_model: 'flat' }),
      offer('free'),
      offer(-1),
      offer(1e9),
      { node_id: 'silent', cx_public_key: null },
      offer(1.5),
    ]);
    expect(await seen()).toMatchObject({ count: 1, middle: 1.5, lower: 0, own: 1 });
  });

  it('are compared by the price that is told for the models offered', async () => {
    const models = [{ model: 'a:1b', multiplier: 4 }];
    expect(await open([offer(3)], { models }).seen()).toMatchObject({ own: 4, lower: 1 });
  });

  it('are none where nobody else tells, or the directory does not answer', async () => {
    expect(await open([]).seen()).toBeNull();
    const away = open([offer(1)]);
    away.fail();
    expect(await away.seen()).toBeNull();
  });

  it('are asked for every ten minutes at most', async () => {
    const { seen, asked, clock } = open([offer(1)]);
    await seen();
    clock.skip(599_000);
    await seen();
    expect(asked).toHaveLength(1);
    clock.skip(2000);
    await seen();
    expect(asked).toHaveLength(2);
  });
});
