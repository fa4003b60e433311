import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asideName, freshStage, markReady, setAside, takePrepared } from '../../../src-main/backup/put-back.ts';
import { temporaryFolder } from '../../support/folder.ts';

const ASIDE = 'before-restore-2026-11-21-080000';

function state(folder: string, who: string, withLog: boolean): void {
  mkdirSync(join(folder, 'keys'), { recursive: true });
  writeFileSync(join(folder, 'hearth.db'), `database of ${who}`);
  writeFileSync(join(folder, 'keys/data.key'), `key of ${who}`);
  if (withLog) for (const side of ['wal', 'shm']) writeFileSync(join(folder, `hearth.db-${side}`), `${side} of ${who}`);
}

/** A folder with a node, and another one ready to take its place. */
function prepared(): string {
  const dataDir = temporaryFolder();
  state(dataDir, 'old', true);
  writeFileSync(join(dataDir, 'lock'), '');
  state(freshStage(dataDir), 'new', false);
  markReady(dataDir, ASIDE);
  return dataDir;
}

function content(folder: string): Record<string, string> {
  const names = ['hearth.db', 'hearth.db-wal', 'hearth.db-shm', 'keys/data.key'].filter((name) =>
    existsSync(join(folder, name)),
  );
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

const NEW = { 'hearth.db': 'database of new', 'keys/data.key': 'key of new' };
const OLD = {
  'hearth.db': 'database of old',
  'hearth.db-wal': 'wal of old',
  'hearth.db-shm': 'shm of old',
  'keys/data.key': 'key of old',
};

/** The renames of taking a prepared state, in their order. */
const STEPS: readonly (readonly [from: string, to: string])[] = [
  ...['hearth.db', 'hearth.db-wal', 'hearth.db-shm', 'keys'].map((name) => [name, `${ASIDE}/${name}`] as const),
  ['restoring/keys', 'keys'],
  ['restoring/hearth.db', 'hearth.db'],
];

describe('a state that is ready', () => {
  it('is taken as a whole, and the one before lies aside as a whole', () => {
    const dataDir = prepared();
    expect(takePrepared(dataDir)).toBe(true);
    expect(content(dataDir)).toEqual(NEW);
    expect(content(join(dataDir, ASIDE))).toEqual(OLD);
    expect(readdirSync(dataDir).sort()).toEqual([ASIDE, 'hearth.db', 'keys', 'lock']);
    expect(takePrepared(dataDir)).toBe(false);
    expect(content(dataDir)).toEqual(NEW);
  });

  it.each(Array.from({ length: STEPS.length + 1 }, (_, count) => count))(
    'is taken to its end by the next start where the power went after %d renames',
    (count) => {
      const dataDir = prepared();
      mkdirSync(join(dataDir, ASIDE));
      for (const [from, to] of STEPS.slice(0, count)) renameSync(join(dataDir, from), join(dataDir, to));
      takePrepared(dataDir);
      expect([content(dataDir), content(join(dataDir, ASIDE))]).toEqual([NEW, OLD]);
      expect(existsSync(join(dataDir, 'restoring'))).toBe(false);
    },
  );

  it('leaves nothing aside where there was nothing', () => {
    const dataDir = temporaryFolder();
    state(freshStage(dataDir), 'new', false);
    markReady(dataDir, ASIDE);
    takePrepared(dataDir);
    expect(content(dataDir)).toEqual(NEW);
    expect(existsSync(join(dataDir, ASIDE))).toBe(false);
  });
});

describe('a state that is not ready', () => {
  it('is thrown away, and what is there stays', () => {
    const dataDir = temporaryFolder();
    state(dataDir, 'old', true);
    state(freshStage(dataDir), 'new', false);
    expect(takePrepared(dataDir)).toBe(false);
    expect(content(dataDir)).toEqual(OLD);
    expect(existsSync(join(dataDir, 'restoring'))).toBe(false);
  });

  it('leads nowhere outside the data folder', () => {
    const dataDir = prepared();
    writeFileSync(join(dataDir, 'restoring/ready.json'), JSON.stringify({ aside: '../elsewhere' }));
    expect(() => takePrepared(dataDir)).toThrow();
    expect(content(dataDir)).toEqual(OLD);
  });
});

it('sets a node aside so that another can begin', () => {
  const dataDir = temporaryFolder();
  state(dataDir, 'old', true);
  const name = asideName('new', Date.UTC(2026, 10, 21, 8));
  expect(name).toBe('before-new-2026-11-21-080000');
  setAside(dataDir, name);
  expect([content(dataDir), content(join(dataDir, name))]).toEqual([{}, OLD]);
});
