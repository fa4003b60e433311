import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { LEAST_N } from '../../../src-main/secrets/kdf.ts';
import { open, seal } from '../../../src-main/secrets/seal.ts';
import { openSecrets, type SecretsOptions, secretsMigrations } from '../../../src-main/secrets/secrets.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import type { Write } from '../../../src-main/storage/write.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** The least that a file may ask for: each guess takes a while all the same. */
const CHEAP = { N: LEAST_N, r: 8, p: 1 };

const PASSPHRASE = async () => 'a long enough passphrase';

/** A data folder as a start opens it; `close` ends that start. */
async function started(folder = temporaryFolder(), options: Partial<SecretsOptions> = {}) {
  const clock = systemClock;
  const database = await openDatabase(
    { clock, logger: silentLogger },
    { file: join(folder, 'hearth.db'), migrations: secretsMigrations },
  );
  onTestFinished(() => database.close());
  const { committer, read } = database;
  const dir = join(folder, 'keys');
  const deps = { random: systemRandom, clock, committer, read };
  const reopen = () => openSecrets(deps, { dir, cost: CHEAP, ...options });
  return { folder, dir, read, close: database.close, reopen, committer };
}

async function failure(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
}

describe('a sealed value', () => {
  it('opens with its own key and name, and with nothing else changed', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, fc.string(), fc.string(), fc.nat(), (value, name, other, at) => {
        const key = systemRandom.bytes(32);
        const sealed = seal(systemRandom, key, name, value);
        expect(open(key, name, sealed)).toEqual(Buffer.from(value));
        if (other !== name) expect(open(key, other, sealed)).toBeUndefined();
        expect(open(systemRandom.bytes(32), name, sealed)).toBeUndefined();
        const touched = Buffer.from(sealed);
        touched[at % touched.length]! ^= 1;
        expect(open(key, name, touched)).toBeUndefined();
        expect(open(key, name, sealed.subarray(0, at % sealed.length))).toBeUndefined();
      }),
    );
  });

  it('never looks the same twice', () => {
    const key = systemRandom.bytes(32);
    const once = () => seal(systemRandom, key, 'name', Buffer.from('value')).toString('hex');
    expect(new Set([once(), once(), once()]).size).toBe(3);
  });
});

describe('secrets', () => {
  it('come back after a restart as they were put, and nowhere on disk in the clear', async () => {
    const first = await started();
    const secrets = await first.reopen();
    const value = 'tok_4f9c-a secret that must not be found';
    await secrets.put('token', value);
    await secrets.putAll({ empty: '', other: 'ü\u0000🔥' });
    await secrets.put('gone', 'x');
    await secrets.put('gone', null);
    await first.close();
    for (const name of readdirSync(first.folder, { recursive: true, encoding: 'utf8' })) {
      const file = join(first.folder, name);
      if (statSync(file).isFile()) expect(readFileSync(file).includes(value)).toBe(false);
    }

    const again = await (await started(first.folder)).reopen();
    const names = ['token', 'empty', 'other', 'gone'];
    expect(names.map((name) => again.get(name))).toEqual([value, '', 'ü\u0000🔥', undefined]);
    expect(names.map((name) => again.has(name))).toEqual([true, true, true, false]);
  });

  it('change together with other writes or not at all, in memory as on disk', async () => {
    const { reopen, read, committer } = await started();
    const secrets = await reopen();
    await committer.commit([{ sql: 'CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT', params: [] }]);
    const note = { sql: 'INSERT INTO notes VALUES (1)', params: [] };
    await secrets.putAll({ a: 'old', b: 'stays' }, [note]);
    expect(await failure(() => secrets.putAll({ a: 'new', b: null }, [note]))).toBe('storage.conflict');
    expect([secrets.get('a'), secrets.get('b')]).toEqual(['old', 'stays']);
    const reread = await reopen();
    expect([reread.get('a'), reread.get('b')]).toEqual(['old', 'stays']);
    expect(read.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(1);
  });

  it('keep the order of changes that are under way at the same time', async () => {
    const { reopen } = await started();
    const secrets = await reopen();
    await Promise.all(['1', '2', null, '3'].map((value) => secrets.put('a', value)));
    expect([secrets.get('a'), (await reopen()).get('a')]).toEqual(['3', '3']);
  });

  it('change with the unit of another store or not at all, and are as they were until it is committed', async () => {
    const { reopen, read, committer } = await started();
    const secrets = await reopen();
    await committer.commit([{ sql: 'CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT', params: [] }]);
    const book = (id: number, sealed: readonly Write[]) =>
      committer.commit([{ sql: 'INSERT INTO notes VALUES (?)', params: [id] }, ...sealed]);
    let during: string | undefined;
    const answer = await secrets.change({ proof: 'one' }, async (sealed) => {
      await book(1, sealed);
      during = secrets.get('proof');
      return 'booked';
    });
    expect([answer, during, secrets.get('proof')]).toEqual(['booked', undefined, 'one']);
    expect(await failure(() => secrets.change({ proof: null }, (sealed) => book(1, sealed)))).toBe('storage.conflict');
    const lost = secrets.change({ proof: 'two' }, () => Promise.reject(new Error('the ledger would not')));
    await expect(lost).rejects.toThrow('the ledger would not');
    expect([secrets.get('proof'), (await reopen()).get('proof')]).toEqual(['one', 'one']);
    expect(read.prepare('SELECT id FROM notes').pluck().all()).toEqual([1]);
  });

  it('change one after the other where they share a name, however long a unit takes, and others at once', async () => {
    const { reopen, committer } = await started();
    const secrets = await reopen();
    let go = () => {};
    const slow = new Promise<void>((resolve) => {
      go = resolve;
    });
    const first = secrets.change({ a: '1', b: '1' }, async (sealed) => {
      await slow;
      await committer.commit(sealed);
    });
    const failed = failure(() => secrets.change({ b: 'lost' }, () => Promise.reject(new Error('no'))));
    const last = secrets.put('b', '2');
    await secrets.put('c', '3');
    expect([secrets.get('a'), secrets.get('b'), secrets.get('c')]).toEqual([undefined, undefined, '3']);
    go();
    await Promise.all([first, failed, last]);
    const reread = await reopen();
    for (const each of [secrets, reread]) expect([each.get('a'), each.get('b')]).toEqual(['1', '2']);
  });

  it('refuse to be read, rather than seem unset, where one row is damaged', async () => {
    const { reopen, committer } = await started();
    await (await reopen()).putAll({ good: 'yes', bad: 'no' });
    await committer.commit([{ sql: "UPDATE secrets SET sealed = x'0102' WHERE name = 'bad'", params: [] }]);
    const secrets = await reopen();
    expect(secrets.get('good')).toBe('yes');
    expect(() => secrets.get('bad')).toThrow(expect.objectContaining({ code: 'secrets.damaged' }));
    expect(secrets.has('bad')).toBe(true);
    await secrets.put('bad', 'mended');
    expect((await reopen()).get('bad')).toBe('mended');
  });
});

describe('the key in a file', () => {
  it('is made once, for its owner alone', async () => {
    const { reopen, dir } = await started();
    expect((await reopen()).holder).toBe('file');
    const key = readFileSync(join(dir, 'data.key'), 'utf8');
    expect(Buffer.from(key, 'base64url')).toHaveLength(32);
    await reopen();
    expect(readFileSync(join(dir, 'data.key'), 'utf8')).toBe(key);
    const modes = ['', 'data.key', 'holder.json'].map((name) => statSync(join(dir, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  it('is tightened where an older time left it open to others', async () => {
    const { reopen, dir } = await started();
    await reopen();
    chmodSync(join(dir, 'data.key'), 0o644);
    chmodSync(dir, 0o755);
    await reopen();
    expect([dir, join(dir, 'data.key')].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
  });

  it('is never made anew while something is sealed with the one that is gone', async () => {
    const { reopen, dir } = await started();
    await (await reopen()).put('token', 'x');
    const file = join(dir, 'data.key');
    const key = readFileSync(file);
    for (const spoil of [
      () => rmSync(file),
      () => writeFileSync(file, 'short'),
      () => rmSync(dir, { recursive: true }),
    ]) {
      mkdirSync(dir, { recursive: true });
      writeFileSync(file, key);
      spoil();
      expect(await failure(reopen)).toBe('secrets.key-missing');
      if (existsSync(file)) expect(readFileSync(file, 'utf8')).toBe('short');
    }
    writeFileSync(file, key);
    expect((await reopen()).get('token')).toBe('x');
  });

  it('is refused where it belongs to another folder', async () => {
    const { reopen, dir } = await started();
    await reopen();
    const foreign = systemRandom.bytes(32).toString('base64url');
    writeFileSync(join(dir, 'data.key'), foreign);
    expect(await failure(reopen)).toBe('secrets.key-wrong');
  });

  it('survives a start that was cut off between making it and sealing with it', async () => {
    const { reopen, dir, committer } = await started();
    await reopen();
    const key = readFileSync(join(dir, 'data.key'), 'utf8');
    await committer.commit([{ sql: 'DELETE FROM secrets', params: [] }]);
    rmSync(join(dir, 'holder.json'));
    expect((await reopen()).holder).toBe('file');
    expect(readFileSync(join(dir, 'data.key'), 'utf8')).toBe(key);
  });
});

/** Each scrypt is meant to be slow, and a busy machine is slower still. */
const SLOW = { timeout: 60_000 };

describe('the key under a passphrase', SLOW, () => {
  it('opens with the passphrase in whatever form it is typed, and with no other', async () => {
    const folder = temporaryFolder();
    const first = await started(folder, { holder: 'passphrase', passphrase: async () => 'Zwölf Boxkämpfer' });
    await (await first.reopen()).put('token', 'x');
    expect(existsSync(join(first.dir, 'data.key'))).toBe(false);
    expect(statSync(join(first.dir, 'data.json')).mode & 0o777).toBe(0o600);
    await first.close();

    const typed = await started(folder, { passphrase: async () => 'Zwölf Boxkämpfer'.normalize('NFD') });
    const secrets = await typed.reopen();
    expect([secrets.holder, secrets.get('token')]).toEqual(['passphrase', 'x']);
    await typed.close();
    const wrong = await started(folder, { passphrase: async () => 'Zwölf Boxkämpfe' });
    expect(await failure(wrong.reopen)).toBe('secrets.wrong-passphrase');
    await wrong.close();
    expect(await failure((await started(folder)).reopen)).toBe('secrets.passphrase-needed');
  });

  it('must be long enough to be worth it', async () => {
    const short = await started(undefined, { holder: 'passphrase', passphrase: async () => 'short' });
    expect(await failure(short.reopen)).toBe('secrets.passphrase-needed');
  });

  it('does not let a changed file ask for any amount of memory', async () => {
    const { reopen, dir } = await started(undefined, { holder: 'passphrase', passphrase: PASSPHRASE });
    await reopen();
    const file = join(dir, 'data.json');
    const wrapped = JSON.parse(readFileSync(file, 'utf8'));
    for (const bad of [{ N: 2 ** 30 }, { N: 2 ** 14 }, { N: 100_000 }, { r: 4096 }, { p: 1000 }]) {
      writeFileSync(file, JSON.stringify({ ...wrapped, ...bad }));
      expect(await failure(reopen)).toBe('secrets.key-missing');
    }
  });
});

describe('changing the holder', SLOW, () => {
  it('moves the key from file to passphrase and back, with every secret as it was', async () => {
    const { reopen, dir } = await started(undefined, { passphrase: PASSPHRASE });
    const secrets = await reopen();
    await secrets.put('token', 'x');
    await secrets.changeHolder('passphrase');
    expect(readdirSync(dir).sort()).toEqual(['data.json', 'holder.json']);
    const wrapped = await reopen();
    expect([wrapped.holder, wrapped.get('token')]).toEqual(['passphrase', 'x']);
    await wrapped.changeHolder('file');
    expect(readdirSync(dir).sort()).toEqual(['data.key', 'holder.json']);
    const back = await reopen();
    expect([back.holder, back.get('token')]).toEqual(['file', 'x']);
  });

  it('takes a new passphrase for the same key', async () => {
    const { reopen, dir, read, committer } = await started(undefined, { holder: 'passphrase', passphrase: PASSPHRASE });
    const secrets = await reopen();
    await secrets.put('token', 'x');
    await secrets.changeHolder('passphrase', async () => 'another good passphrase');
    expect(await failure(reopen)).toBe('secrets.wrong-passphrase');
    const deps = { random: systemRandom, clock: systemClock, read, committer };
    const again = await openSecrets(deps, { dir, passphrase: async () => 'another good passphrase' });
    expect(again.get('token')).toBe('x');
  });

  it('leaves the key where it is when the new holder does not take it', async () => {
    const { reopen } = await started();
    const secrets = await reopen();
    await secrets.put('token', 'x');
    expect(await failure(() => secrets.changeHolder('passphrase', async () => 'short'))).toBe(
      'secrets.passphrase-needed',
    );
    expect(await failure(() => secrets.changeHolder('keychain'))).toBe('secrets.holder-unavailable');
    const again = await reopen();
    expect([again.holder, again.get('token')]).toEqual(['file', 'x']);
  });

  it('names the holder that cannot be reached from here', async () => {
    const { reopen, dir } = await started();
    await reopen();
    writeFileSync(join(dir, 'holder.json'), '{"holder":"keychain"}');
    expect(await failure(reopen)).toBe('secrets.holder-unavailable');
  });
});
