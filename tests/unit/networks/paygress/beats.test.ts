// How reliable a provider says it is, by the heartbeats that went out.
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { Beats, beatMigrations } from '../../../../src-main/networks/paygress/offers/beats.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = 480_000 * HOUR;

/** A beat a minute in each of the stretches, in ms since `START`. */
function beating(...stretches: readonly (readonly [from: number, to: number])[]) {
  const db = new Database(':memory:');
  for (const { sql } of beatMigrations) db.exec(sql);
  const beats = new Beats(db);
  for (const [from, to] of stretches)
    for (let at = from; at < to; at += MINUTE)
      for (const { sql, params = [] } of beats.count(START + at)) db.prepare(sql).run(...params);
  return (now: number) => Math.round(beats.uptimePercent(START + now) * 10) / 10;
}

it.each<[name: string, stretches: readonly (readonly [number, number])[], now: number, percent: number]>([
  ['nothing yet', [], 0, 100],
  ['the first minute of a provider, late in an hour', [[50 * MINUTE, 51 * MINUTE]], 50 * MINUTE + 1, 100],
  ['one that began late in an hour and went on', [[50 * MINUTE, 3 * HOUR]], 3 * HOUR, 100],
  [
    'one that was away for the half of it',
    [
      [0, HOUR],
      [2 * HOUR, 3 * HOUR],
    ],
    3 * HOUR,
    66.7,
  ],
  ['one that is gone since its first hour', [[0, HOUR]], 4 * HOUR, 25],
  [
    'what is older than seven days',
    [
      [0, HOUR],
      [8 * DAY, 9 * DAY],
    ],
    9 * DAY,
    100,
  ],
])('%s', (_name, stretches, now, percent) => {
  expect(beating(...stretches)(now)).toBe(percent);
});
