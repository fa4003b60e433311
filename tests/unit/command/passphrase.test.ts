import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { newPassphrase, passphraseSource } from '../../../src-main/command/passphrase.ts';
import { askShown, readAll, type Terminal } from '../../../src-main/command/terminal.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** Somebody at a terminal who answers each question as soon as it is shown; `leave` is Ctrl-D. */
function person(...answers: string[]) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = new PassThrough();
  let shown = '';
  stderr.on('data', (chunk) => {
    shown += String(chunk);
    if (!shown.endsWith(': ')) return;
    const answer = answers.shift();
    // readline listens from the next turn on.
    setImmediate(() => stdin.write(answer === undefined ? '\x04' : `${answer}\n`));
  });
  const terminal: Terminal = { stdin, stderr, print: () => undefined, write: async () => undefined };
  return { terminal, shown: () => shown };
}

function piped(text: string): Terminal {
  const stdin = Object.assign(new PassThrough(), { isTTY: false });
  stdin.end(text);
  return { stdin, stderr: new PassThrough(), print: () => undefined, write: async () => undefined };
}

describe('a passphrase that is asked for', () => {
  it('is typed without being shown', async () => {
    const { terminal, shown } = person('open sesame');
    expect(await passphraseSource({ terminal, env: {} })!()).toBe('open sesame');
    expect(shown()).toBe("Passphrase of this data folder's key (not shown): \n");
  });

  it('is typed twice when it is new', async () => {
    const { terminal, shown } = person('open sesame', 'open sesame');
    expect(await newPassphrase(terminal)).toBe('open sesame');
    expect(shown()).toBe('New passphrase (not shown): \nThe same again (not shown): \n');
  });

  it('is not taken when the two differ', async () => {
    const { terminal } = person('open sesame', 'open sesam');
    await expect(newPassphrase(terminal)).rejects.toMatchObject({
      code: 'command.passphrases-differ',
      category: 'invalid',
    });
  });

  it('can be left unanswered', async () => {
    const { terminal } = person();
    await expect(newPassphrase(terminal)).rejects.toMatchObject({
      code: 'command.not-answered',
      category: 'cancelled',
    });
  });

  it('is not waited for once the program is told to stop', async () => {
    const control = new AbortController();
    const { terminal } = person('late');
    const asked = passphraseSource({ terminal, signal: control.signal, env: {} })!();
    control.abort();
    await expect(asked).rejects.toMatchObject({ code: 'command.not-answered' });
  });

  it('comes from nowhere where there is nobody to ask', () => {
    expect(passphraseSource({ terminal: piped('x'), env: {} })).toBe(undefined);
    expect(passphraseSource({ env: {} })).toBe(undefined);
  });

  it('is all that is piped in, when it is new', async () => {
    expect(await newPassphrase(piped('open sesame\r\n'))).toBe('open sesame');
    expect(await newPassphrase(piped(' two \n lines'))).toBe(' two \n lines');
    await expect(readAll(piped('x'.repeat(1024 * 1024 + 1)))).rejects.toMatchObject({ code: 'command.usage' });
  });
});

describe('a passphrase in a file', () => {
  function file(text: string, mode = 0o600) {
    const path = join(temporaryFolder(), 'passphrase');
    writeFileSync(path, text);
    chmodSync(path, mode);
    return passphraseSource({ env: { HEARTH_PASSPHRASE_FILE: path } })!();
  }

  it('goes before the terminal, and is read without the newline at its end', async () => {
    expect(await file('open sesame\n')).toBe('open sesame');
    expect(await file('öffne dich', 0o400)).toBe('öffne dich');
  });

  it.each([
    ['is empty', '\n', 0o600],
    ['is endless', 'x'.repeat(5000), 0o600],
    ['others may read', 'open sesame', 0o640],
    ['anybody may write', 'open sesame', 0o602],
  ])('is refused when it %s', async (_how, text, mode) => {
    await expect(file(text, mode)).rejects.toMatchObject({ code: 'command.passphrase-file', category: 'denied' });
  });
});

describe('a question', () => {
  it('shows what is typed when it is no secret', async () => {
    const { terminal, shown } = person('attic');
    expect(await askShown('node.name', terminal)).toBe('attic');
    expect(shown()).toContain('node.name: ');
  });
});
