import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { openState } from '../../../src-main/engine/open-state.ts';
import { forget, remember } from '../../../src-main/engine/prior-run.ts';
import { temporaryFolder } from '../../support/folder.ts';

const own = { clock: systemClock, random: systemRandom };

/** A start of a node, and its end; the code it fails with, or that it came up, and as whom. */
async function start(dataDir: string, options: { known?: string; anew?: boolean } = {}): Promise<string> {
  try {
    const state = await openState(own, { dataDir, logLevel: 'silent', ...options });
    if (state.secrets.get('who') === undefined) await state.secrets.put('who', systemRandom.id());
    const who = state.secrets.get('who')!;
    await state.close();
    return who;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function empty(dir: string): void {
  rmSync(dir, { recursive: true });
  mkdirSync(dir);
}

async function lived() {
  const home = temporaryFolder();
  const [dataDir, known] = [join(home, 'data'), join(home, 'config', 'data-folders.json')];
  const who = await start(dataDir, { known });
  remember(known, dataDir);
  return { dataDir, known, who };
}

describe('a node that has lived here', () => {
  it('comes up as itself', async () => {
    const { dataDir, known, who } = await lived();
    expect(await start(dataDir, { known })).toBe(who);
  });

  it.each([
    ['its whole folder is gone', (dir: string) => rmSync(dir, { recursive: true })],
    ['its folder is empty', empty],
    [
      'its database and its key are gone',
      (dir: string) => {
        for (const name of ['hearth.db', 'keys']) rmSync(join(dir, name), { recursive: true });
      },
    ],
  ])('does not come up as another one where %s', async (_, lose) => {
    const { dataDir, known } = await lived();
    lose(dataDir);
    expect(await start(dataDir, { known })).toBe('engine.node-lost');
    expect(existsSync(join(dataDir, 'hearth.db'))).toBe(false);
    expect(await start(dataDir, { known })).toBe('engine.node-lost');
  });

  it.each([
    ['is gone', (file: string) => rmSync(file)],
    ['is empty', (file: string) => truncateSync(file, 0)],
  ])('is missed where its database %s and its key is there, with no list to look in', async (_, lose) => {
    const { dataDir } = await lived();
    lose(join(dataDir, 'hearth.db'));
    expect(await start(dataDir)).toBe('engine.node-lost');
    expect(existsSync(join(dataDir, 'keys/data.key'))).toBe(true);
  });

  it('does not come up as another one where its key is gone, or another’s', async () => {
    const { dataDir, known } = await lived();
    const key = join(dataDir, 'keys/data.key');
    writeFileSync(key, `${systemRandom.bytes(32).toString('base64url')}\n`);
    expect(await start(dataDir, { known })).toBe('secrets.key-wrong');
    rmSync(key);
    expect(await start(dataDir, { known })).toBe('secrets.key-missing');
  });

  it('makes room for a new one when that is asked for, and what is left of it is moved aside', async () => {
    const { dataDir, known, who } = await lived();
    rmSync(join(dataDir, 'hearth.db'));
    const key = readFileSync(join(dataDir, 'keys/data.key'), 'utf8');
    const another = await start(dataDir, { known, anew: true });
    expect(another).toMatch(/^[0-9a-f-]{36}$/);
    expect(another).not.toBe(who);
    const [aside] = readdirSync(dataDir).filter((name) => name.startsWith('before-new-'));
    expect(readFileSync(join(dataDir, aside!, 'keys/data.key'), 'utf8')).toBe(key);
    // Asked for again with the new one there, it changes nothing.
    expect(await start(dataDir, { known, anew: true })).toBe(another);
  });
});

describe('the list of data folders', () => {
  it('keeps no one from a first start', async () => {
    const home = temporaryFolder();
    const known = join(home, 'list.json');
    writeFileSync(known, 'not a list');
    expect(await start(join(home, 'data'), { known })).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('holds paths alone, each once, and forgets', () => {
    const known = join(temporaryFolder(), 'config', 'list.json');
    for (const folder of ['/a', '/b', '/a', '/a/../b']) remember(known, folder);
    expect(JSON.parse(readFileSync(known, 'utf8'))).toEqual({ folders: ['/a', '/b'] });
    forget(known, '/a');
    forget(known, '/never');
    expect(JSON.parse(readFileSync(known, 'utf8'))).toEqual({ folders: ['/b'] });
    for (let count = 0; count < 40; count += 1) remember(known, `/many/${count}`);
    expect((JSON.parse(readFileSync(known, 'utf8')) as { folders: string[] }).folders).toHaveLength(32);
  });

  it('is not made where its folder cannot be', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => remember(join(file, 'list.json'), '/a')).toThrow(/ENOTDIR|EEXIST/);
  });
});
