// `hearth wallet …` against a running node and a practice mint, as a person would type it; and what of it stays in the data folder.
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { hearth, launch } from '../support/serving.ts';
import { practiceMint, tokenOf } from '../support/wallet.ts';

/** Files of the folder that hold the text. */
function filesWith(dataDir: string, text: string): string[] {
  return globSync('**/*', { cwd: dataDir }).filter((name) => {
    const file = join(dataDir, name);
    return statSync(file).isFile() && readFileSync(file).includes(text);
  });
}

const json = (text: string) => JSON.parse(text) as Record<string, never>;

describe('hearth wallet', () => {
  it('makes a wallet, takes money in and out, and leaves nothing in the folder that could be spent', async () => {
    const dataDir = temporaryFolder();
    const mint = await practiceMint({ feePpk: 100 });
    const node = await launch(['--headless', '--data', dataDir, '--log-level', 'debug']);
    const wallet = (line: string, input = '') => hearth(['wallet', ...line.split(' '), '--data', dataDir], input);
    expect((await wallet('balance')).stdout).toContain('There is no wallet yet.');
    expect(await wallet('receive', 'cashuBnothing')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('[wallet.token]'),
    });
    const words = (json((await wallet('words --new --json')).stdout) as unknown as { words: string }).words;
    expect(words.split(' ')).toHaveLength(12);
    expect(await wallet('words --new')).toMatchObject({ code: 75, stderr: expect.stringContaining('[wallet.exists]') });

    const token = await tokenOf(mint, 100);
    expect(await wallet('receive', token)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`hearth wallet trust ${mint.url}`),
    });
    expect((await wallet(`trust ${mint.url}`)).stdout).toContain('trusted, can restore');
    expect(json((await wallet('receive --json', token)).stdout)).toMatchObject({
      state: 'done',
      amount: '100',
      fee: '1',
    });
    expect((await wallet('balance')).stdout.trim()).toBe(`99 sat at ${mint.url}`);

    const invoice = mint.lightning.invoice(20_000, 'a coffee').text;
    expect(await wallet(`pay ${invoice}`)).toMatchObject({ code: 2 });
    expect(await wallet(`pay ${invoice} --most-fee 1 --yes`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('[wallet.fee]'),
    });
    expect(json((await wallet(`pay ${invoice} --yes --json`)).stdout)).toMatchObject({ state: 'done', fee: '2' });
    const out = (await wallet('token 30')).stdout.trim();
    expect(out).toMatch(/^cashuB/);
    expect((await wallet('balance --json')).code).toBe(0);
    expect((await wallet('history')).stdout.split('\n')).toHaveLength(4);
    expect((await wallet('restore')).code).toBe(0);
    // What was given away and not redeemed is known, and not found again.
    expect((await wallet('balance')).stdout).toContain('46 sat');

    // The mint knows the address by its own secrets; no part of ours is anywhere but sealed.
    for (const secret of [words, words.split(' ').slice(0, 4).join(' '), token, out]) {
      expect(filesWith(dataDir, secret)).toEqual([]);
    }
    // What would lose it is refused, by a running node and without one.
    const remove = (line: string) => hearth([...line.split(' '), '--data', dataDir], 'remove everything');
    const refusal = { code: 1, stderr: expect.stringContaining('Your wallet holds 46 sat') };
    expect(await remove('remove-everything --keys')).toMatchObject(refusal);
    node.process.kill('SIGTERM');
    await node.ended;
    expect(filesWith(dataDir, 'cashuB')).toEqual([]);
    expect(await remove('remove-everything --keys --give-up 45')).toMatchObject(refusal);
    expect((await remove('remove-everything --keys --give-up 46')).code).toBe(0);
    expect(filesWith(dataDir, '')).toEqual([]);
  }, 120_000);
});
