import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { reasonFor } from '../../../src-i18n/reason.ts';
import { Trial, type Watching } from '../../../src-main/shell/updates/trial.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** A computer with an AppImage and a data folder, on which versions follow one another. */
function computer() {
  const dataDir = join(temporaryFolder(), 'data');
  mkdirSync(join(dataDir, 'window'), { recursive: true });
  const place = join(dataDir, '..', 'Hearth.AppImage');
  writeFileSync(place, 'program 0.1.0');
  const clock = new HandClock();
  const database = (text?: string) => {
    const db = new Database(join(dataDir, 'hearth.db'));
    db.exec('CREATE TABLE IF NOT EXISTS words (text TEXT) STRICT');
    if (text) db.prepare('INSERT INTO words VALUES (?)').run(text);
    const rows = db.prepare<[], { text: string }>('SELECT text FROM words').all();
    db.close();
    return rows.map((row) => row.text);
  };
  database('earned before');
  return { dataDir, place, clock, database, start: (version: string) => new Trial({ clock, version, dataDir }) };
}

function updated(here: ReturnType<typeof computer>): void {
  here.start('0.1.0').prepare('0.2.0', here.place);
  writeFileSync(here.place, 'program 0.2.0');
}

const fine: Watching = {
  hold: () => {},
  well: async () => true,
  failed: () => {
    throw new Error('it is well');
  },
};

describe('a new version', () => {
  it('that runs and yet does not work has proven nothing: it is gone back from', async () => {
    const here = computer();
    updated(here);
    const trial = here.start('0.2.0');
    trial.try();
    const held: (number | null)[] = [];
    let failed = 0;
    let looks = 0;
    trial.watch({
      hold: (until) => void held.push(until),
      well: async () => {
        looks += 1;
        throw new Error('no answer');
      },
      failed: () => {
        failed += 1;
      },
    });
    await here.clock.turn(60_000);
    expect([looks, failed]).toEqual([1, 0]);
    await here.clock.turn(60_000);
    expect([looks, failed, held.length, here.clock.timers]).toEqual([6, 1, 1, 0]);
    // The node is stopped for it, and that is no good order.
    trial.leave();
    expect(trial.record?.phase).toBe('trying');
    expect(here.start('0.2.0').verdict).toBe('failed-before');
    expect(trial.goBack()).toBe(here.place);
  });

  it('has until a window has loaded', async () => {
    const here = computer();
    updated(here);
    const trial = here.start('0.2.0');
    trial.try();
    let well = false;
    trial.watch({ ...fine, well: async () => well });
    await here.clock.turn(61_000);
    well = true;
    await here.clock.turn(5000);
    expect([trial.record?.phase, here.clock.timers]).toEqual(['proven', 0]);
  });

  it('takes nothing for a minute, and has proven itself afterwards', async () => {
    const here = computer();
    updated(here);
    const trial = here.start('0.2.0');
    expect(trial.verdict).toBe('trial');
    const held: (number | null)[] = [];
    trial.try();
    trial.watch({ ...fine, hold: (until) => void held.push(until) });
    const end = here.clock.now() + 60_000;
    expect(trial.view()).toMatchObject({ trial: { from: '0.1.0', until: end }, wayBack: { here: true } });
    await here.clock.turn(59_999);
    expect(held).toEqual([end]);
    await here.clock.turn(1);
    expect([held, here.clock.timers]).toEqual([[end, null], 0]);
    expect(trial.view()).toMatchObject({ trial: null, wayBack: { here: false, version: '0.1.0' } });
    expect(here.start('0.2.0').verdict).toBe('usual');
  });

  it('that ends within its minute is seen at the next start, and can be gone back from with nothing lost', () => {
    const here = computer();
    updated(here);
    const first = here.start('0.2.0');
    first.try();
    here.database('written by the new version');
    const second = here.start('0.2.0');
    expect(second.verdict).toBe('failed-before');
    expect(second.goBack()).toBe(here.place);
    expect([readFileSync(here.place, 'utf8'), here.database()]).toEqual(['program 0.1.0', ['earned before']]);
    const back = here.start('0.1.0');
    expect([back.verdict, back.view().wayBack]).toEqual(['usual', null]);
    const kept = readdirSync(join(here.dataDir, 'backups')).filter((name) => name.endsWith('-aside.db'));
    expect(kept).toHaveLength(1);
  });

  it('that was stopped in good order within its minute tries again, and did not fail', async () => {
    const here = computer();
    updated(here);
    const first = here.start('0.2.0');
    first.try();
    first.watch(fine);
    first.leave();
    expect(here.clock.timers).toBe(0);
    expect(here.start('0.2.0').verdict).toBe('trial');
  });

  it('that may try once more after a failure has its minute again', async () => {
    const here = computer();
    updated(here);
    here.start('0.2.0').try();
    const second = here.start('0.2.0');
    second.try();
    second.watch(fine);
    await here.clock.turn(60_000);
    expect(here.start('0.2.0').verdict).toBe('usual');
  });

  it('that did not take the old one’s place is told of once', () => {
    const here = computer();
    here.start('0.1.0').prepare('0.2.0', here.place);
    expect(here.start('0.1.0').verdict).toBe('not-installed');
    expect(here.start('0.1.0').verdict).toBe('usual');
    expect(existsSync(join(here.dataDir, 'window', 'previous.AppImage'))).toBe(false);
  });

  it('of an installer can not be gone back from here, but the database is kept', () => {
    const here = computer();
    here.start('0.1.0').prepare('0.2.0', undefined);
    const trial = here.start('0.2.0');
    trial.try();
    const [copy] = readdirSync(join(here.dataDir, 'backups'));
    expect(trial.view().wayBack).toEqual({
      version: '0.1.0',
      here: false,
      how: [
        reasonFor('update.back-by-installer', { version: '0.1.0' }),
        reasonFor('update.back-database', { file: `${join(here.dataDir, 'backups')}/${copy}` }),
      ],
    });
    expect(trial.goBack()).toBeUndefined();
  });

  it('changes nothing at a usual start', () => {
    const here = computer();
    const trial = here.start('0.1.0');
    trial.try();
    trial.watch({
      ...fine,
      hold: () => {
        throw new Error('held without a reason');
      },
    });
    trial.leave();
    expect([trial.verdict, readdirSync(join(here.dataDir, 'window'))]).toEqual(['usual', []]);
  });
});
