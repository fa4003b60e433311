// `hearth wallet …` against a running node and a practice mint, as a person would type it; and what of it stays in the data folder.
import { globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectSocket } from '../../src-main/faces/socket.ts';
import type { PracticeMint } from '../../src-main/practice/mint/mint.ts';
import { seedOf } from '../../src-main/wallet/seed.ts';
import { open } from '../../src-main/wallet/token.ts';
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

/** What makes a token worth something. */
function secretsOf(token: string, { vault }: PracticeMint): string[] {
  const ids = vault.keysets.map(({ pair }) => pair.keysetId);
  return open(token, ids).map(({ secret }) => secret);
}

/** Of all processes of this computer, as each of its users can read them; nothing where the system has no such files. */
function commandLines(): string {
  return globSync('/proc/[0-9]*/cmdline')
    .map((file) => {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        // It has ended meanwhile.
        return '';
      }
    })
    .join('\n');
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
    const [held, alert] = (await wallet('balance')).stdout.split('\n');
    expect(held).toBe(`99 sat at ${mint.url}`);
    expect(alert).toMatch(/^You hold 99 sat, and only this computer knows/);
    expect((await wallet('drill')).stdout).toContain(`The words find 99 sat at ${mint.url}`);
    expect(await wallet('drill --words', words)).toMatchObject({ code: 0 });
    expect((await wallet('balance')).stdout.trim()).toBe(held);

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

    // The mint knows the address by its own secrets; no part of ours is anywhere but sealed: not in the folder with its logs, not in
    // what is handed on, not in a command line, not where it went wrong.
    const handedOn = temporaryFolder();
    const passphrase = 'a passphrase of this test';
    for (const [line, input] of [
      [`diagnostics --save ${join(handedOn, 'diagnostics.txt')}`],
      [`backup ${join(handedOn, 'node.hearth-backup')}`, `${passphrase}\n`],
      ['export'],
    ] as const) {
      const done = await hearth([...line.split(' '), '--data', dataDir], input ?? '');
      expect(done, line).toMatchObject({ code: 0 });
      writeFileSync(join(handedOn, `${line.split(' ')[0]}.out`), done.stdout + done.stderr);
    }
    expect(filesWith(handedOn, '')).toHaveLength(5);
    const again = await wallet('receive', out.replace(/.$/, '*'));
    const refused = await wallet('words --restore', words);
    const seed = Buffer.from(seedOf(words));
    const secrets = [
      words,
      words.split(' ').slice(0, 4).join(' '),
      seed.toString('hex'),
      seed.toString('base64url'),
      token,
      out,
      ...[token, out].flatMap((text) => secretsOf(text, mint)),
      ...mint.lightning.preimages(),
    ];
    expect(secrets.length).toBeGreaterThan(10);
    for (const secret of secrets) {
      expect(filesWith(dataDir, secret)).toEqual([]);
      expect(filesWith(handedOn, secret)).toEqual([]);
      expect(commandLines()).not.toContain(secret);
      expect(again.stderr + refused.stderr).not.toContain(secret);
    }
    const socket = (await connectSocket(dataDir))!;
    const audit = () => socket.request('audit.run', { fragments: ['nowhere at all'], rehearse: false });
    expect(await audit()).toMatchObject({ clean: true, found: [] });
    const stray = join(dataDir, 'logs', 'stray.log');
    writeFileSync(stray, `the words are ${words}`);
    expect(await audit()).toMatchObject({ clean: false, found: [{ fragment: -2, file: stray }] });
    rmSync(stray);
    const { name } = await socket.request('backup.create', { passphrase });
    expect(await socket.request('wallet.restoreTest', { backup: name, passphrase })).toMatchObject({ ok: true });
    await expect(
      socket.request('wallet.restoreTest', { backup: name, passphrase: 'another one' }),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/^backup\./),
    });
    expect(filesWith(dataDir, words)).toEqual([]);
    socket.close();
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
  }, 300_000);
});
