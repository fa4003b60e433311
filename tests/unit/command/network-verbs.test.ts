// What a network's verbs meet: help, JSON, exit codes, questions, files and settings, without the house knowing any of them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { verbsOf } from '../../../src-main/command/network-verbs.ts';
import { parse } from '../../../src-main/command/program.ts';
import type { Terminal } from '../../../src-main/command/terminal.ts';
import type { SocketClient } from '../../../src-main/faces/socket.ts';
import { networkVerb } from '../../../src-main/networks/verb.ts';
import type { NetworkContract } from '../../../src-preload/contract/networks/contract.ts';
import { setting } from '../../../src-preload/contract/settings/define.ts';
import { temporaryFolder } from '../../support/folder.ts';

const stalls: NetworkContract = {
  id: 'stalls',
  title: 'Stalls',
  kinds: [],
  units: {},
  consent: { version: 1, sends: '', pays: '', costs: '', sees: '', runs: '' },
  detail: z.null(),
  settings: { 'networks.stalls.enabled': setting(z.boolean(), false, 'Join it.') } as never,
  events: {},
  checks: {},
  requests: {},
};

const verbs = verbsOf(stalls, [
  networkVerb({
    name: 'offers',
    args: '[KIND]',
    about: 'what is on offer',
    flags: { cheap: { about: 'the cheapest alone' } },
    node: 'running',
    json: 'each offer.',
    exits: { nothingFound: 'nothing is on offer' },
    read: ([kind], { cheap }) => ({ kind, cheap }),
    async run({ kind, cheap }, { id, node }) {
      const json = await node.request('networks.ask', { id, name: 'offers', input: { kind: kind ?? null, cheap } });
      return { json, lines: ['bread\u001b[31m'], exit: 'nothingFound' };
    },
  }),
  networkVerb({
    name: 'import',
    args: 'FILE',
    about: 'takes an account from a file',
    node: 'optional',
    json: 'its name.',
    read: ([file]) => ({ file: file! }),
    async run({ file }, { readFile, setSetting, confirm }) {
      const name = String(await readFile(file, 10));
      await confirm([`From now on this is ${name}.`], 'import');
      await setSetting('node.name', name);
      return { json: { name }, lines: [name] };
    },
  }),
  networkVerb({
    name: 'unlock',
    alias: 'open-stall',
    about: 'opens it',
    node: 'optional',
    json: 'whether it is open.',
    read: () => ({}),
    async run(_, { askSecret, title }) {
      return { json: (await askSecret('Word')) === 'sesame', lines: [title] };
    },
  }),
]);

async function run(line: string, typed = '') {
  const parsed = parse(line.split(' '), verbs, '1');
  if ('text' in parsed) return { text: parsed.text };
  const printed: string[] = [];
  const asked: unknown[] = [];
  const request = async (...question: unknown[]) => {
    asked.push(question);
    return [];
  };
  const terminal = { print: (text: string) => printed.push(text), stdin: Readable.from([typed]) };
  const done = parsed.verb.run(parsed.line, {
    node: { request } as unknown as SocketClient,
    dataDir: '/nowhere',
    common: parsed.common,
    terminal: terminal as unknown as Terminal,
  });
  const exit = await done.catch((error: { readonly code: string }) => error.code);
  return { exit, printed, asked };
}

it('are listed under the name of their network, with what every network can be asked', async () => {
  const { text } = await run('stalls --help');
  for (const name of ['check', 'history', 'offers [KIND]', 'import FILE', 'unlock'])
    expect(text).toContain(`stalls ${name}`);
  expect(text).not.toContain('open-stall');
  expect((await run('stalls offers --help')).text).toMatch(
    /With --json: each offer\.\nExit codes: .*4 nothing is on offer/,
  );
});

it('ask the network its own questions, and show what they answer without letting it steer the terminal', async () => {
  const asked = [['networks.ask', { id: 'stalls', name: 'offers', input: { kind: 'bread', cheap: true } }]];
  expect(await run('stalls offers bread --cheap')).toEqual({ exit: 4, printed: ['bread\u{fffd}[31m'], asked });
  expect(await run('stalls offers bread --cheap --json')).toEqual({ exit: 4, printed: ['[]'], asked });
});

it('read only files of the size that they say, and go on only after the words', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'account');
  writeFileSync(file, 'Ada');
  expect(await run(`stalls import ${file}`, 'no')).toMatchObject({ exit: 'command.not-confirmed', asked: [] });
  expect(await run(`stalls import ${file}`, 'import\n')).toEqual({
    exit: 0,
    printed: ['From now on this is Ada.', 'Ada'],
    asked: [['settings.set', { path: 'node.name', value: 'Ada' }]],
  });
  writeFileSync(file, 'x'.repeat(11));
  mkdirSync(join(folder, 'folder'));
  for (const name of ['account', 'folder', 'nothing'])
    expect(await run(`stalls import ${join(folder, name)}`)).toMatchObject({
      exit: 'command.file-unusable',
      asked: [],
    });
});

it('take secrets from standard input alone, and go on answering to an older name', async () => {
  for (const name of ['stalls unlock', 'open-stall'])
    expect(await run(`${name} --json`, 'sesame\n')).toMatchObject({ exit: 0, printed: ['true'] });
  await expect(run('stalls unlock sesame')).rejects.toThrow(/Too many arguments/);
});
