// What an earlier version kept in another form is taken over once, when a data folder is opened.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { openState, type State } from '../../../src-main/engine/open-state.ts';
import { temporaryFolder } from '../../support/folder.ts';

const deps = { clock: systemClock, random: systemRandom };

/** A folder in which these settings are stored, as JSON by their path. */
async function stored(rows: Readonly<Record<string, string>>) {
  const dataDir = join(temporaryFolder(), 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  let state: State | undefined;
  const close = async () => {
    await state?.close();
    state = undefined;
  };
  const open = async () => {
    await close();
    state = await openState(deps, { dataDir, logLevel: 'error' });
    return state.settings;
  };
  onTestFinished(close);
  await open();
  await close();
  const db = new Database(join(dataDir, 'hearth.db'));
  const put = db.prepare('INSERT INTO settings (path, value, at) VALUES (?, ?, 0)');
  for (const [path, json] of Object.entries(rows)) put.run(path, json);
  db.close();
  return open;
}

describe('what a credit was worth in an earlier version', () => {
  it('is its worth since ever', async () => {
    const open = await stored({ 'power.creditWorth': '0.004' });
    expect((await open()).get('power.worth')).toEqual([{ unit: 'credit', from: null, worth: 0.004 }]);
  });

  it('is taken over once: what is set since then stays', async () => {
    const open = await stored({ 'power.creditWorth': '0.004' });
    const settings = await open();
    await settings.set('power.worth', []);
    expect((await open()).get('power.worth')).toEqual([]);
  });

  it.each(['null', '-1', '1e300', '"much"', 'no JSON'])('is not known where it was %s', async (json) => {
    const open = await stored({ 'power.creditWorth': json });
    const settings = await open();
    expect([settings.get('power.worth'), settings.isSet('power.worth')]).toEqual([[], false]);
  });
});
