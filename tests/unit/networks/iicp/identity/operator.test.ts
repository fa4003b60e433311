import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../../../../src-main/base/random.ts';
import { Operator } from '../../../../../src-main/networks/iicp/identity/operator.ts';
import { type Delegation, delegationHolds } from '../../../../../src-main/practice/iicp/signing.ts';
import vector from '../../../../vectors/iicp-delegation.json' with { type: 'json' };

const seed = Buffer.from(vector.seed_hex, 'hex').toString('base64');
const NOW = Date.parse('2026-11-21T12:00:00Z');

function vault() {
  const held = new Map<string, string>();
  let puts = 0;
  return {
    get: (name: string) => held.get(name),
    put: async (values: Readonly<Record<string, string>>) => {
      puts += 1;
      for (const [name, value] of Object.entries(values)) held.set(name, value);
    },
    puts: () => puts,
  };
}

const open = (store = vault(), choice: Partial<{ seed: string; since: string }> = {}, now = NOW) =>
  Operator.open({ random: systemRandom, vault: store }, { seed: '', since: '', ...choice }, now);

describe('the operator of a node', () => {
  it('gives the word of the vectors', async () => {
    const operator = await open(vault(), { seed, since: vector.created_at });
    expect(operator.delegation(vector.node_id, vector.not_after)).toEqual({
      node_id: vector.node_id,
      not_after: vector.not_after,
      operator_pub: vector.operator_pub,
      sig: vector.sig,
    });
    expect(operator.block(vector.node_id, '', NOW)).toMatchObject({
      operator_created_at: vector.created_at,
      operator_integrity_hash: vector.integrity_hash,
    });
  });

  it('is made once, though two want it at the same moment', async () => {
    const store = vault();
    const [one, other] = await Promise.all([open(store), open(store)]);
    expect([one.publicKey, store.puts()]).toEqual([other.publicKey, 1]);
  });

  it('tells a name only where there is one, and never the seed', async () => {
    const operator = await open(vault(), { seed });
    expect(operator.block('node-1', '', NOW)).not.toHaveProperty('operator_display_name');
    const block = operator.block('node-1', 'Ada', NOW);
    expect(block).toMatchObject({ operator_display_name: 'Ada', operator_created_at: '2026-11-21T12:00:00Z' });
    expect(JSON.stringify(block)).not.toContain(seed);
  });

  it('gives a word that holds for its node alone, for eleven months at least, and the same one all month', async () => {
    const operator = await open();
    const wordAt = (now: number) => operator.block('node-1', '', now).operator_delegation as Delegation;
    const month = 30 * 24 * 3_600_000;
    const start = Math.floor(NOW / month) * month;
    const word = wordAt(start);
    expect(wordAt(start + month - 1)).toEqual(word);
    expect(wordAt(start + month).not_after).toBe(word.not_after + month / 1000);
    expect(delegationHolds(word, 'node-1', start + 11 * month)).toBe(true);
    expect(delegationHolds(word, 'node-1', start + 12 * month)).toBe(false);
    expect(delegationHolds(word, 'node-2', start)).toBe(false);
  });

  it('makes a key once and keeps it, with the day it was made', async () => {
    const store = vault();
    const first = await open(store);
    const again = await open(store, {}, NOW + 1e9);
    expect([again.publicKey, again.block('n', '', NOW)]).toEqual([first.publicKey, first.block('n', '', NOW)]);
    expect(store.puts()).toBe(1);
    expect((await open()).publicKey).not.toBe(first.publicKey);
  });

  it('takes one that is given in place of the one it has, and a given day', async () => {
    const store = vault();
    await open(store);
    const given = await open(store, { seed, since: vector.created_at });
    expect(given.publicKey).toBe(vector.operator_pub);
    // And keeps it when it is no longer given.
    expect((await open(store)).block(vector.node_id, '', NOW)).toEqual(given.block(vector.node_id, '', NOW));
  });
});
