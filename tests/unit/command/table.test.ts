// What every verb of the command line owes its user, held against the one table that parsing and help are made from.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVERYWHERE, EXIT, MEANS } from '../../../src-main/command/exit.ts';
import { verbsOfNetwork } from '../../../src-main/command/network-verbs.ts';
import { parse } from '../../../src-main/command/program.ts';
import type { Verb } from '../../../src-main/command/verb.ts';
import { allVerbs, groups } from '../../../src-main/command/verbs.ts';
import { networkIds } from '../../../src-preload/contract/networks/index.ts';

const verbs = await allVerbs();

const README = resolve(import.meta.dirname, '../../../README.md');
/** One that has another name now is not. */
const listed = verbs.filter(({ sameAs }) => sameAs === undefined);
const rows = verbs.map((verb) => [verb.name, verb] as const);

describe('every verb', () => {
  it.each(rows)('%s has help with what it does, its flags, its JSON and its exit codes', (name, verb) => {
    const parsed = parse(['help', ...name.split(' ')], verbs, '0');
    const text = 'text' in parsed ? parsed.text.replaceAll(/\s+/g, ' ') : '';
    expect(text).toContain(`Use: hearth ${[name, verb.args].filter(Boolean).join(' ')} [flags]`);
    expect(text.toLowerCase()).toContain(verb.about.toLowerCase().replaceAll(/\s+/g, ' '));
    for (const [flag, { about }] of Object.entries(verb.flags ?? {})) {
      expect(text).toContain(`--${flag}`);
      expect(text).toContain(about);
    }
    if (verb.json !== null) expect(text).toContain(`With --json: ${verb.json}`);
    for (const exit of [...EVERYWHERE, ...Object.keys(verb.exits ?? {})]) {
      expect(text).toMatch(new RegExp(`(Exit codes: |, )${EXIT[exit as keyof typeof EXIT]} `));
    }
  });

  it.each(groups)('is under the words %s, by which it is loaded', async (words, load) => {
    const firsts = (await load()).filter(({ sameAs }) => sameAs === undefined).map(({ name }) => name.split(' ')[0]);
    expect([...new Set(firsts)]).toEqual(words.split(' '));
  });

  it('is in the README, as the table has it', async () => {
    const brought = new Set((await Promise.all(networkIds.map(verbsOfNetwork))).flat().map(({ name }) => name));
    const table = [
      ...listed.filter(({ name }) => !brought.has(name)).map((verb) => `| ${spelled(verb)} | ${verb.about} |`),
      ...networkIds.map(
        (id) => `| \`hearth ${id} COMMAND\` | ${underneath(id).join(', ')}: see \`hearth ${id} --help\` |`,
      ),
    ];
    const text = readFileSync(README, 'utf8');
    const made = text.replace(/(\| command \| does \|\n\|---\|---\|\n)(?:\|.*\n)*/, (_, head: string) =>
      [head, ...table.map((row) => `${row}\n`)].join(''),
    );
    await expect(made.replace(/^Exit codes: .*$/m, exitLine())).toMatchFileSnapshot(README);
  });
});

/** What a network brings is one row, so that a new one is no more. */
function underneath(id: string): string[] {
  return listed.flatMap(({ name }) => (name.startsWith(`${id} `) ? [name.slice(id.length + 1)] : []));
}

function spelled({ name, args, flags = {} }: Verb): string {
  const options = Object.entries(flags).map(([flag, { value }]) => `[--${[flag, value].filter(Boolean).join(' ')}]`);
  return `\`hearth ${[name, args, ...options].filter(Boolean).join(' ')}\``.replaceAll('|', '\\|');
}

const FEW = 3;

/** With those that end only a few verbs, which. */
function exitLine(): string {
  const codes = (Object.keys(EXIT) as (keyof typeof EXIT)[]).map((exit) => {
    const few = EVERYWHERE.includes(exit) ? [] : listed.filter(({ exits }) => exits?.[exit] !== undefined);
    return `${EXIT[exit]} ${MEANS[exit]}${few.length === 0 || few.length > FEW ? '' : ` (${few.map(({ name }) => `\`${name}\``).join(', ')})`}`;
  });
  return `Exit codes: ${codes.join(', ')}.`;
}
