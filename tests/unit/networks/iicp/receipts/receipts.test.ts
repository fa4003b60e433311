import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmacHex } from '../../../../../src-main/networks/iicp/directory/liveness.ts';
import { responseHash, sign } from '../../../../../src-main/networks/iicp/receipts/receipt.ts';
import { receiptsKit } from './kit.ts';

const file = JSON.parse(readFileSync(new URL('../../../../vectors/iicp-receipt.json', import.meta.url), 'utf8')) as {
  key: string;
  result: unknown;
  canonical_result: string;
  response_hash: string;
  vectors: {
    task_id: string;
    tokens_used: number;
    nonce: string;
    querying_node_id: string | null;
    signature: string;
  }[];
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** After a first task, and after a later one: its receipt has been handed in by then, and not again. */
const AT_ONCE = 100;
const GATHERED = 600;

describe('a receipt', () => {
  it('hashes its result as the official one does, whatever the order and spaces', () => {
    expect(responseHash(file.canonical_result)).toBe(file.response_hash);
    expect(responseHash(JSON.stringify(file.result, null, 2))).toBe(file.response_hash);
  });

  it('sorts names that an object would put elsewhere, and takes what is parsed already for the same', () => {
    const canonical = '{"10":1,"9":[{"a":"\\ud800","b":null}],"__proto__":{"x":-1.5e-7,"y":true},"a":{}}';
    const text = '{"a":{}, "__proto__":{"y":true,"x":-1.5e-7}, "9":[{"b":null,"a":"\\ud800"}], "10":1}';
    const wanted = createHash('sha256').update(canonical).digest('hex');
    expect([responseHash(text), responseHash(text, JSON.parse(text))]).toEqual([wanted, wanted]);
    const plain = JSON.stringify(file.result);
    expect(responseHash(plain, JSON.parse(plain))).toBe(file.response_hash);
  });

  it('hashes an object the same in whatever order it was written, however many members it has', () => {
    const members = fc.uniqueArray(fc.tuple(fc.string(), fc.jsonValue({ maxDepth: 2 })), {
      selector: ([name]) => name,
      maxLength: 40,
    });
    fc.assert(
      fc.property(members, (list) => {
        const byName = list.toSorted(([a], [b]) => (a < b ? -1 : 1));
        const text = (of: typeof list) =>
          `{${of.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`;
        const flat = byName.every(([, value]) => typeof value !== 'object' || value === null);
        expect(responseHash(text(list))).toBe(responseHash(text(byName)));
        if (flat) expect(responseHash(text(list))).toBe(createHash('sha256').update(text(byName)).digest('hex'));
      }),
    );
  });

  it.each(file.vectors)('is signed as the official one is: $task_id for $querying_node_id', (vector) => {
    const receipt = {
      taskId: vector.task_id,
      tokens: vector.tokens_used,
      nonce: vector.nonce,
      responseHash: file.response_hash,
      queryingNodeId: vector.querying_node_id,
    };
    expect(sign(receipt, file.key)).toBe(vector.signature);
  });

  it('hashes what is no JSON or nested beyond measure as it came', () => {
    for (const text of ['no JSON', '['.repeat(200_000) + ']'.repeat(200_000)]) {
      expect(responseHash(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }
  });
});

describe('being paid', () => {
  it('settles a task by what was awarded, and corrects the ledger by the difference', async () => {
    const kit = await receiptsKit({ trustWeight: () => 0.75 });
    await kit.beat();
    kit.start();
    const task = kit.done({ tokens: 1001 });
    await kit.pass(SECOND);
    expect(kit.row(task)).toMatchObject({ state: 'paid', claimed_micro: 1_001_000, awarded_micro: 750_750 });
    expect(kit.booked()).toBe(750_750);
    const entries = kit.rows('SELECT kind, amount_micro FROM ledger WHERE job = ? ORDER BY id', task);
    expect(entries).toEqual([
      { kind: 'earned', amount_micro: 1_001_000 },
      { kind: 'correction', amount_micro: -250_250 },
    ]);
  });

  it('adds no correction where all was awarded that was booked', async () => {
    const kit = await receiptsKit();
    await kit.beat();
    kit.start();
    kit.done();
    await kit.pass(SECOND);
    expect(kit.value('SELECT count(*) FROM ledger')).toBe(1);
    expect(kit.states()).toEqual({ paid: 1 });
  });

  it('is not counted twice when the answer got lost, even where the nonce is forgotten meanwhile', async () => {
    const kit = await receiptsKit({ trustWeight: () => 0.5 });
    await kit.beat();
    kit.start();
    kit.directory.fault('drop', { route: '/v1/credits/award', times: 1 });
    const task = kit.done();
    await kit.pass(100);
    await kit.restartDirectory(async () => {
      expect(kit.row(task)).toMatchObject({ state: 'waiting', awarded_micro: null });
      await kit.pass(HOUR);
    });
    await kit.pass(HOUR);
    expect(kit.row(task)).toMatchObject({ state: 'paid', awarded_micro: 500_000 });
    expect(kit.directory.awardsOf(kit.identity.nodeId)).toHaveLength(1);
    expect(kit.directory.asked('POST /v1/credits/award')).toBe(0);
    expect(kit.booked()).toBe(500_000);
  });

  it('looks up what it was awarded when the directory says that it has the receipt', async () => {
    const kit = await receiptsKit({ trustWeight: () => 0.5 });
    await kit.beat();
    kit.start();
    // Without its books there is only the nonce to go by.
    kit.directory.fault({ status: 501 }, { route: '/v1/credits/transactions', times: 1 });
    kit.directory.fault('drop', { route: '/v1/credits/award', times: 1 });
    const task = kit.done();
    await kit.pass(SECOND);
    await kit.pass(5 * SECOND);
    const { nonce } = kit.row(task);
    await kit.pass(5 * SECOND);
    await kit.pass(MINUTE);
    expect(kit.row(task)).toMatchObject({ state: 'paid', awarded_micro: 500_000, nonce });
    expect(kit.directory.awardsOf(kit.identity.nodeId)).toEqual([{ taskId: 'task-1', nonce, micro: 500_000 }]);
    expect(kit.directory.asked('POST /v1/credits/award')).toBe(2);
  });

  it('signs the same nonce again with a new key when the old one is refused', async () => {
    const kit = await receiptsKit();
    await kit.beat();
    kit.start();
    kit.directory.rotate(kit.identity.nodeId, 'key');
    const task = kit.done();
    await kit.pass(SECOND);
    const refused = kit.row(task);
    expect(refused).toMatchObject({ state: 'waiting', reason: 'IICP-E027', tries: 1 });
    expect(kit.node.renewals).toBe(1);
    await kit.beat();
    await kit.pass(2 * MINUTE);
    expect(kit.row(task)).toMatchObject({ state: 'paid', nonce: refused.nonce, tries: 2 });
  });

  it('waits for a new token when its own is not taken, and counts that against no receipt', async () => {
    const kit = await receiptsKit();
    await kit.beat();
    kit.start();
    kit.directory.rotate(kit.identity.nodeId, 'token');
    const task = kit.done();
    await kit.pass(SECOND);
    expect(kit.row(task)).toMatchObject({ state: 'waiting', tried_at: null });
    await kit.beat();
    await kit.pass(MINUTE);
    expect(kit.row(task)).toMatchObject({ state: 'paid' });
  });

  it('signs with the operator’s own key first, then with the one that was given, and is paid', async () => {
    const kit = await receiptsKit();
    await kit.beat();
    kit.node.operatorKey = 'mine';
    kit.start();
    const task = kit.done();
    await kit.pass(SECOND);
    expect(kit.row(task)).toMatchObject({ state: 'paid', tries: 1, awarded_micro: 1_000_000 });
    expect(kit.node.renewals).toBe(0);
  });

  it('gives a task up that pays its own node, with the reason, and takes back what was booked', async () => {
    const kit = await receiptsKit();
    await kit.beat();
    kit.start();
    const task = kit.done({ payer: kit.identity.nodeId });
    await kit.pass(SECOND);
    expect(kit.row(task)).toMatchObject({ state: 'failed', reason: 'self_query_excluded' });
    expect(kit.booked()).toBe(0);
  });

  it('gives up what is refused again and again, with the directory’s reason', async () => {
    const kit = await receiptsKit();
    await kit.beat();
    kit.start();
    kit.directory.fault({ status: 422 }, { route: '/v1/credits/award' });
    const task = kit.done();
    for (let hour = 0; hour < 24; hour += 1) await kit.pass(HOUR);
    expect(kit.row(task)).toMatchObject({ state: 'failed', reason: 'error', tries: 10 });
    expect(kit.booked()).toBe(0);
  });

  it('gives up after a week without a directory, and not before', async () => {
    const kit = await receiptsKit();
    await kit.beat();
    kit.start();
    await kit.restartDirectory(async () => {
      kit.done();
      await kit.pass(HOUR);
      // Asleep for most of it: what is tried each five minutes is tried once an hour.
      const hours = async (count: number) => {
        for (let hour = 0; hour < count; hour += 1) await kit.sleep(HOUR);
      };
      await hours(7 * 24 - 2);
      expect(kit.states()).toEqual({ waiting: 1 });
      // What may have been counted is looked for a day longer.
      await hours(24);
      expect(kit.states()).toEqual({ waiting: 1 });
      await hours(4);
      expect(kit.states()).toEqual({ failed: 1 });
      expect(kit.booked()).toBe(0);
    });
  });

  it('is left alone while claiming is off, and goes on when it is on again', async () => {
    const kit = await receiptsKit();
    await kit.beat();
    const receipts = kit.start();
    kit.node.enabled = false;
    kit.done();
    expect(receipts.wanted()).toBe(false);
    await kit.pass(HOUR);
    expect(kit.directory.asked('POST /v1/credits/award')).toBe(0);
    kit.node.enabled = true;
    await kit.pass(MINUTE);
    expect(kit.states()).toEqual({ paid: 1 });
  });

  it('keeps tasks apart to which their senders gave the same name', async () => {
    const kit = await receiptsKit();
    await kit.beat();
    kit.start();
    kit.directory.fault('drop', { route: '/v1/credits/award', times: 2 });
    for (const tokens of [100, 200, 200, 300]) kit.done({ ref: 'same', tokens });
    for (let n = 0; n < 10; n += 1) await kit.pass(MINUTE);
    expect(kit.states()).toEqual({ paid: 4 });
    expect(kit.booked()).toBe(800_000);
    expect(kit.directory.awardsOf(kit.identity.nodeId)).toHaveLength(4);
  });

  it('never takes the award of one task for another of the same name', async () => {
    const kit = await receiptsKit({ trustWeight: () => 0.5 });
    await kit.beat();
    kit.start();
    // The answer to one is lost, the other is not even looked at: by the books alone nobody could tell which.
    kit.directory.fault('drop', { route: '/v1/credits/award', times: 1 });
    const tasks = [100, 200].map((tokens) => kit.done({ ref: 'same', tokens }));
    await kit.pass(AT_ONCE);
    kit.directory.fault({ status: 500 }, { route: '/v1/credits/award', times: 1 });
    await kit.pass(10 * MINUTE);
    expect(tasks.map((task) => kit.row(task).awarded_micro)).toEqual([50_000, 100_000]);
    expect(kit.directory.awardsOf(kit.identity.nodeId)).toHaveLength(2);
  });

  it('is not handed in again without books once the directory may have forgotten its nonce, but for a day later', async () => {
    const kit = await receiptsKit();
    await kit.beat();
    kit.start();
    kit.directory.fault({ status: 501 }, { route: '/v1/credits/transactions' });
    kit.directory.fault('drop', { route: '/v1/credits/award', times: 1 });
    kit.done();
    await kit.pass(AT_ONCE);
    await kit.sleep(10 * MINUTE);
    await kit.pass(20 * HOUR);
    expect(kit.directory.asked('POST /v1/credits/award')).toBe(1);
    kit.directory.fault(null);
    await kit.pass(2 * HOUR);
    expect(kit.states()).toEqual({ paid: 1 });
    kit.directory.fault({ status: 501 }, { route: '/v1/credits/transactions' });
    kit.directory.fault({ status: 500 }, { route: '/v1/credits/award', times: 1 });
    kit.done();
    await kit.pass(GATHERED);
    await kit.sleep(25 * HOUR);
    await kit.pass(2 * HOUR);
    expect(kit.states()).toEqual({ paid: 2 });
  });

  it('carries nothing of a task but its name, size and hash', async () => {
    const kit = await receiptsKit();
    await kit.beat();
    kit.start();
    const task = kit.done({ payer: 'consumer-1' });
    await kit.pass(SECOND);
    const { nonce } = kit.row(task) as { nonce: string };
    expect(nonce).toMatch(/^[0-9a-f]{32}$/);
    const key = kit.identity.hmacKey('')!;
    const text = `task-1:1000:::${nonce}:${'ab'.repeat(32)}:consumer-1`;
    const receipt = {
      taskId: 'task-1',
      tokens: 1000,
      nonce,
      responseHash: 'ab'.repeat(32),
      queryingNodeId: 'consumer-1',
    };
    expect(sign(receipt, key)).toBe(hmacHex(key, text));
  });
});
