import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { type Keychain, keychainHolder } from '../../../src-main/secrets/keychain-holder.ts';
import { openSecrets, secretsMigrations } from '../../../src-main/secrets/secrets.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** A keychain in memory: what it sealed it opens, until it is locked, reset, or rolls its key. */
class MemoryKeychain implements Keychain {
  unlocked = true;
  again = false;
  sealed = 0;
  readonly #texts = new Map<string, string>();

  async available(): Promise<boolean> {
    return this.unlocked;
  }

  async seal(text: string): Promise<Uint8Array> {
    this.sealed += 1;
    const handle = `sealed ${this.sealed}`;
    this.#texts.set(handle, text);
    return Buffer.from(handle);
  }

  async open(sealed: Uint8Array): Promise<{ text: string; again: boolean }> {
    const text = this.#texts.get(Buffer.from(sealed).toString());
    if (text === undefined) throw new Error('not mine');
    return { text, again: this.again };
  }

  reset(): void {
    this.#texts.clear();
  }
}

async function started(keychain: Keychain | undefined, folder = temporaryFolder()) {
  const database = await openDatabase(
    { clock: systemClock, logger: silentLogger },
    { file: join(folder, 'hearth.db'), migrations: secretsMigrations },
  );
  onTestFinished(() => database.close());
  const dir = join(folder, 'keys');
  const { committer, read } = database;
  const deps = { random: systemRandom, clock: systemClock, committer, read };
  const open = () => openSecrets(deps, { dir, ...(keychain && { keychain: keychainHolder(dir, keychain) }) });
  return { dir, open };
}

async function failure(attempt: () => Promise<unknown>): Promise<string> {
  return attempt().then(
    () => 'none',
    (error: { code: string }) => error.code,
  );
}

describe('the keychain as holder of the data key', () => {
  it('takes the key over from the file, gives it back at the next start, and lets go of it again', async () => {
    const { dir, open } = await started(new MemoryKeychain());
    const secrets = await open();
    await secrets.put('token', 'x');
    const key = readFileSync(join(dir, 'data.key'), 'utf8').trim();
    await secrets.changeHolder('keychain');
    expect(() => statSync(join(dir, 'data.key'))).toThrow('ENOENT');
    expect(readFileSync(join(dir, 'data.keychain'), 'utf8')).not.toContain(key);
    expect(statSync(join(dir, 'data.keychain')).mode & 0o077).toBe(0);
    const again = await open();
    expect([again.holder, again.get('token')]).toEqual(['keychain', 'x']);
    await again.changeHolder('file');
    expect(() => statSync(join(dir, 'data.keychain'))).toThrow('ENOENT');
    expect((await open()).get('token')).toBe('x');
  });

  it('keeps the key where it is when the keychain does not take it', async () => {
    const keychain = new MemoryKeychain();
    const { open } = await started(keychain);
    const secrets = await open();
    keychain.unlocked = false;
    expect(await failure(() => secrets.changeHolder('keychain'))).toBe('secrets.keychain-closed');
    expect((await open()).holder).toBe('file');
  });

  it('tells a locked keychain from one that has lost the key, and makes no new key for either', async () => {
    const keychain = new MemoryKeychain();
    const { dir, open } = await started(keychain);
    await (await open()).changeHolder('keychain');
    keychain.unlocked = false;
    expect(await failure(open)).toBe('secrets.keychain-closed');
    keychain.unlocked = true;
    expect((await open()).holder).toBe('keychain');
    keychain.reset();
    expect(await failure(open)).toBe('secrets.keychain-lost');
    rmSync(join(dir, 'data.keychain'));
    expect(await failure(open)).toBe('secrets.key-missing');
  });

  it('seals the key anew when the keychain has a better one', async () => {
    const keychain = new MemoryKeychain();
    const { open } = await started(keychain);
    await (await open()).changeHolder('keychain');
    keychain.again = true;
    const before = keychain.sealed;
    await open();
    expect(keychain.sealed).toBe(before + 1);
    keychain.again = false;
    expect((await open()).holder).toBe('keychain');
  });

  it('cannot be reached by a start that has none', async () => {
    const folder = temporaryFolder();
    await (await (await started(new MemoryKeychain(), folder)).open()).changeHolder('keychain');
    expect(await failure((await started(undefined, folder)).open)).toBe('secrets.holder-unavailable');
  });
});
