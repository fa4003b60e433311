// A node's place with a directory: what is kept under which name, and when it is given up.
import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { gives, placeMigrations, placeOf } from '../../../../src-main/networks/iicp/place.ts';
import { CLAIM_BLOCK } from '../../../../src-main/payments/claims-schema.ts';
import { ledgerMigrations } from '../../../../src-main/payments/ledger.ts';
import { workMigrations } from '../../../../src-main/work/store.ts';

const NOTHING: readonly string[] = [];

it.each([
  ['restart', 'leave', NOTHING, false],
  ['leave', 'stay', ['waiting'], true],
  ['stop', 'leave', ['waiting'], true],
  ['stop', 'stay', NOTHING, false],
  ['stop', 'auto', NOTHING, true],
  ['stop', 'auto', ['failed'], true],
  ['stop', 'auto', ['waiting'], false],
  ['stop', 'auto', ['unclear'], false],
  ['stop', 'auto', ['failed', 'paid'], false],
] as const)('at a %s with %s, and claims that are %j: %s', (departure, atStop, states, given) => {
  expect(gives(departure, atStop, () => states.map((state) => ({ state })))).toBe(given);
});

it.each([
  ['https://iicp.network/api', 'https://iicp.network/api'],
  ['https://iicp.network/api/', 'https://iicp.network/api'],
  ['https://IICP.network:443/api/v1/', 'https://iicp.network/api'],
  ['http://127.0.0.1:9483', 'http://127.0.0.1:9483'],
  ['http://127.0.0.1:9483/', 'http://127.0.0.1:9483'],
])('the directory at %s is the one at %s', (typed, place) => {
  expect(placeOf(typed)).toBe(place);
});

it('receipts that were kept under an address with a slash are one with the others, and so are their sums', () => {
  const db = new Database(':memory:');
  onTestFinished(() => void db.close());
  for (const { sql } of [...workMigrations, ...ledgerMigrations]) db.exec(sql);
  const add = db.prepare(
    `INSERT INTO claims (task, network, place, state, claimed_micro, evidence, awarded_micro, settled_at) VALUES (?, 'iicp', ?, 'paid', 1, 'e', 1, 1)`,
  );
  const settle = db.prepare('UPDATE claims SET settled = task WHERE task = ?');
  for (let task = 1; task <= CLAIM_BLOCK; task += 1) {
    add.run(task, task % 2 === 0 ? 'https://d.example/api' : 'https://d.example/api/v1/');
    settle.run(task);
  }
  const sums = () => db.prepare('SELECT place, sum(claims) AS claims FROM claim_blocks GROUP BY place').all();
  expect(sums()).toHaveLength(2);
  for (const { sql } of placeMigrations) db.exec(sql);
  expect(sums()).toEqual([{ place: 'https://d.example/api', claims: CLAIM_BLOCK }]);
  expect(db.prepare('SELECT DISTINCT place FROM claims').pluck().all()).toEqual(['https://d.example/api']);
});
