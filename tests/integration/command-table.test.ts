// Every verb of the table, run where no node runs: what its help says of `--json` and of exit codes holds.
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { toHearthError } from '../../src-main/base/errors.ts';
import { EVERYWHERE, EXIT, exitCode } from '../../src-main/command/exit.ts';
import { runCommand } from '../../src-main/command/run.ts';
import type { Terminal } from '../../src-main/command/terminal.ts';
import type { Verb } from '../../src-main/command/verb.ts';
import { allVerbs } from '../../src-main/command/verbs.ts';
import { temporaryFolder } from '../support/folder.ts';

const verbs = await allVerbs();

const rows = verbs.map((verb) => [verb.name, verb] as const);

/** The words that a verb has to have, each something that is not there. */
const WORDS: Readonly<Record<string, string>> = {
  PATH: 'node.name',
  NUMBER: '123456',
  NAME: 'none',
  IMAGE: 'nobody/none',
  FILE: '/nonexistent/file',
  FROM: '/nonexistent/image.qcow2',
  MODEL: 'none:1b',
  URL: 'https://mint.invalid',
  TO: 'no-one@mint.invalid',
  AMOUNT: '21',
  CAPABILITY: '/none/v1',
  ID: 'no-such-box',
  'list|add|remove': 'list',
  LEASE: '123456',
  NODE: 'nobody',
  NPUB: `npub1${'q'.repeat(58)}`,
};
function wordsOf({ name, args = '' }: Verb): string[] {
  const needed = args.split(' ').filter((word) => word !== '' && !word.startsWith('['));
  return [...name.split(' '), ...needed.map((word) => wordFor(word.replace('...', '')))];
}
function wordFor(placeholder: string): string {
  const word = WORDS[placeholder];
  if (word === undefined) throw new Error(`WORDS has none for ${placeholder}.`);
  return word;
}

async function run(args: readonly string[]): Promise<{ code: number; out: string; error: unknown }> {
  let out = '';
  const stdin = new PassThrough();
  stdin.end();
  const terminal: Terminal = {
    print: (line) => {
      out += `${line}\n`;
    },
    write: async (text) => {
      out += text;
    },
    stdin,
    stderr: new PassThrough(),
  };
  try {
    return { code: await runCommand(args, terminal), out, error: undefined };
  } catch (thrown) {
    const error = toHearthError(thrown);
    return { code: exitCode(error), out, error };
  }
}

describe('without a node', () => {
  it.each(rows.filter(([, { json }]) => json !== null))(
    '%s --json prints JSON or fails with a code, and ends as its help says',
    async (_name, verb) => {
      const { code, out, error } = await run([...wordsOf(verb), '--json', '--data', join(temporaryFolder(), 'none')]);
      const own = Object.keys(verb.exits ?? {});
      const documented = [...EVERYWHERE, ...own].map((name) => EXIT[name as keyof typeof EXIT]);
      expect(documented).toContain(code);
      if (error === undefined) expect(() => JSON.parse(out)).not.toThrow();
      else expect(error).not.toMatchObject({ code: 'internal.unexpected' });
      if (verb.node === 'running') expect(error).toMatchObject({ code: 'command.not-running' });
    },
  );
});
