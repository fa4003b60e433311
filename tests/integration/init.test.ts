// `hearth init`: a node from nothing to its first task without any display, by flags and asked, with practice servers around it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { runCommand } from '../../src-main/command/run.ts';
import type { Terminal } from '../../src-main/command/terminal.ts';
import { temporaryFolder } from '../support/folder.ts';
import { chatTask, directory, freePort, modelServer, post } from '../support/network.ts';
import { hearth, serving } from '../support/serving.ts';
import { until } from '../support/wait.ts';

const json = (text: string) => JSON.parse(text) as Record<string, unknown>;

async function settingsOf(dataDir: string): Promise<Record<string, unknown>> {
  const { stdout } = await hearth(['settings', 'get', '--json', '--data', dataDir]);
  const views = JSON.parse(stdout) as { path: string; value: unknown; isSet: boolean }[];
  return Object.fromEntries(views.filter(({ isSet }) => isSet).map(({ path, value }) => [path, value]));
}

/** What the practice network needs to be told from elsewhere: a directory of its own, and an address on this computer. */
async function practised(dataDir: string, port: number, directoryUrl: string): Promise<void> {
  const values = { bind: '127.0.0.1', port, endpoint: `http://127.0.0.1:${port}`, directoryUrl };
  for (const [name, value] of Object.entries(values))
    expect(await hearth(['settings', 'set', `networks.iicp.${name}`, String(value), '--data', dataDir])).toMatchObject({
      code: 0,
    });
}

it('sets up by flags what then registers and works a task, and changes nothing when it is run again', async () => {
  const [dataDir, port, model, listed] = [temporaryFolder(), await freePort(), await modelServer(), await directory()];
  await practised(dataDir, port, listed.url);
  const flags = `--name attic --server ${model.url} --preset balanced --hours always --join iicp --accept-consent --router yes --price 2 --key file --start yes --rehearse`;
  const line = ['init', ...flags.split(' '), '--json', '--data', dataDir];
  const first = await hearth(line);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(json(first.stdout)).toMatchObject({
    name: 'attic',
    servers: expect.arrayContaining([expect.objectContaining({ kind: 'ollama', url: model.url })]),
    preset: 'balanced',
    hours: 'always',
    join: ['iicp'],
    key: 'file',
    sharing: true,
    rehearsal: { ok: true },
    running: false,
  });
  const settings = await settingsOf(dataDir);
  expect(settings).toMatchObject({
    'setup.done': true,
    'setup.consents': [{ network: 'iicp', version: 2, at: expect.any(Number) }],
    'node.name': 'attic',
    'capacity.maxConcurrent': 2,
    'storage.megabytes': 4096,
    'networks.iicp.enabled': true,
    'pricing.iicp.multiplier': 2,
  });
  expect(await hearth(line)).toMatchObject({ code: 0 });
  expect(await settingsOf(dataDir)).toEqual(settings);

  const node = await serving(dataDir, port);
  try {
    await until('the directory to list it', () => listed.nodes().length > 0);
    const { status, json: answer } = await post(node.url, chatTask());
    expect([status, answer.status]).toEqual([200, 'completed']);
  } finally {
    await node.kill('SIGTERM');
  }
});

it('asks nothing where nobody is there, names the flag that is missing, and joins nothing without consent', async () => {
  const dataDir = temporaryFolder();
  const on = (flags: string) => hearth(['init', ...flags.split(' ').filter(Boolean), '--data', dataDir]);
  expect(await on('')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--name, or --yes.*\[command\.usage\]/),
  });
  expect((await on('--name a --preset quiet')).stderr).toContain('give --hours, or --yes');
  const refused = await on('--yes --join iicp');
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--accept-consent.*No fee.*\[command\.no-consent\]/),
  });
  // The terms are said once.
  expect(`${refused.stdout}${refused.stderr}`.match(/No fee/g)).toHaveLength(1);
  expect(await settingsOf(dataDir)).not.toHaveProperty('networks.iicp.enabled');
  // Nothing of this computer is read here: quiet by the number of tasks alone, and at night.
  expect(await settingsOf(dataDir)).toMatchObject({
    'capacity.maxConcurrent': 1,
    'availability.grid': { outside: 'off' },
  });
  expect((await on('--yes --hours away')).stderr).toContain('can’t be read here');
  expect(await on('--yes --server http://127.0.0.1:9')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('[command.no-server]'),
  });
  expect(await on('--yes --hours nights')).toMatchObject({ code: 0 });
  expect(await settingsOf(dataDir)).toMatchObject({ 'setup.done': true, 'availability.grid': { outside: 'off' } });
});

it('asks in a terminal, takes what was chosen before for an empty answer, and goes on where it was left', async () => {
  const dataDir = join(temporaryFolder(), 'fresh');
  const [dialogue, again] = [
    [
      ['name', 'attic'],
      ['How much', 'lots'],
      ['How much', 'quiet'],
      ['When', 'weekend'],
      ['Which networks', 'iicp'],
      ['Join IICP', 'yes'],
      ['costs', '0.5'],
      ['router', 'no'],
      ['get in', ''],
    ],
    [
      ['name', ''],
      ['How much', ''],
      ['When', ''],
      ['Which networks', ''],
      ['costs', ''],
      ['router', ''],
      ['get in', ''],
      ['own model server', 'no'],
      ['Begin to share', 'no'],
      ['key', 'passphrase'],
      ['New passphrase', 'words of mine'],
      ['The same again', 'words of mine'],
    ],
  ];
  const left = await typing(dialogue!, dataDir);
  expect(left.code).toBe('command.not-answered');
  expect(left.printed.join('\n')).toMatch(/What it sends: Strangers’ AI tasks.*What it sees: The directory https:/s);
  expect(left.asked).toContain('--preset takes quiet, balanced, everything.');
  expect(existsSync(dataDir)).toBe(true);
  const { code, asked, printed } = await typing(again!, dataDir);
  expect(code).toBe(0);
  expect(asked).toMatch(/\[attic\].*\[quiet\].*\[weekend\].*\[iicp\].*\[0\.5\].*\[no\]/s);
  expect(asked).not.toContain('Join IICP');
  expect([asked, ...printed].join('\n')).not.toContain('words of mine');
  expect(printed.at(-2)).toMatch(/^Set up\. Start it with "hearth serve --data /);
  const key = await hearth(['key', '--data', dataDir]);
  expect(key.stdout).toContain('a passphrase');
});

/** Runs it with somebody at the terminal who answers what is asked, in this order, and leaves where nothing more is to say. */
async function typing(dialogue: readonly (readonly string[])[], dataDir: string) {
  const printed: string[] = [];
  let asked = '';
  let at = 0;
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = new PassThrough();
  stderr.on('data', (chunk) => {
    asked += chunk;
    if (!/(\]|\(not shown\)): $/.test(stripVTControlCharacters(asked))) return;
    const [question, answer] = dialogue[at] ?? [];
    at += 1;
    if (question === undefined) return void stdin.write('\u0004');
    expect(asked.slice(asked.lastIndexOf('\n') + 1)).toContain(question);
    asked += '\n';
    setImmediate(() => stdin.write(`${answer}\r`));
  });
  const terminal = { print: (text: string) => void printed.push(text), write: async () => {}, stdin, stderr };
  const code = await runCommand(['init', '--data', dataDir], terminal as unknown as Terminal).catch(
    (error: { readonly code: string }) => error.code,
  );
  return { code, asked, printed };
}
