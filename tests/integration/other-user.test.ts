// What another user of this computer gets of a node whose pages are in a browser: they can read what programs are started with,
// knock at its ports and look into its folders, as anybody can who has an account. The owner's programs are the real ones, but
// for a browser that only writes down how it was started.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CONFIRM_CODE, SOCKET_PATH } from '../../src-preload/contract/console.ts';
import { CLI } from '../support/cli.ts';
import { consolePage } from '../support/console-page.ts';
import { hearth, launch } from '../support/serving.ts';
import { until } from '../support/wait.ts';

const PASSPHRASE = 'a passphrase of the thief';
const NOBODY = 65_534;
const TOKEN = /#t=([A-Za-z0-9_-]{43})/;
const mode = (path: string) => statSync(path).mode & 0o777;

/** A folder that others can get to, as they can to most homes; what lies in it protects itself. */
function reachableFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-shared-'));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A node that opens a browser; the stand-in stays, as a browser does, and its words can be read in /proc all the while. */
async function served() {
  const shared = reachableFolder();
  const [dataDir, bin, said] = [join(shared, 'data'), join(shared, 'bin'), join(shared, 'said')];
  mkdirSync(bin);
  const script = `#!/bin/sh\nprintf '%s\\n' "$@" > ${said}.new && mv ${said}.new ${said}\nwhile sleep 1; do :; done\n`;
  for (const name of ['xdg-open', 'open']) writeFileSync(join(bin, name), script, { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: shared };
  const node = await launch(['--console', '--data', dataDir], env, { open: true });
  const argument = await until('the browser to be started', () =>
    existsSync(said) ? readFileSync(said, 'utf8').trim() : undefined,
  );
  onTestFinished(() => {
    for (const { pid, words } of processes()) if (words.endsWith(argument)) process.kill(pid, 'SIGKILL');
  });
  const link = /http:\S+#t=\S+/.exec(node.stdout())![0];
  const file = fileURLToPath(argument);
  const command = (...words: string[]) => hearth([...words, '--data', dataDir], '', env);
  return { shared, dataDir, node, argument, file, link, command, pid: node.process.pid! };
}

/** What any user can read of the programs that run, and their environment, which only their owner can. */
function processes() {
  const listed = spawnSync('ls', ['/proc'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((name) => /^\d+$/.test(name));
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  return listed.map((pid) => ({
    pid: Number(pid),
    words: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim(),
    env: read(`/proc/${pid}/environ`),
  }));
}

describe.skipIf(process.platform !== 'linux')('the link to the pages', () => {
  it('is in nothing that a program was started with, and in a file for its owner alone', async () => {
    const { argument, file, link, command, pid } = await served();
    const inFile = TOKEN.exec(readFileSync(file, 'utf8'))![1]!;
    const onTerminal = TOKEN.exec(link)![1]!;
    const asked = TOKEN.exec((await command('link')).stdout)![1]!;
    expect(new Set([inFile, onTerminal, asked]).size).toBe(3);
    const seen = processes();
    expect(seen.filter(({ words }) => words.endsWith(`xdg-open ${argument}`))).toHaveLength(1);
    const shown = JSON.stringify(seen);
    for (const token of [inFile, onTerminal, asked]) expect(shown).not.toContain(token);
    expect(argument).toMatch(/^file:\/\/\/.*\/[0-9a-f]{32}\.html$/);
    expect([mode(file), mode(dirname(file)), statSync(file).uid]).toEqual([0o600, 0o700, process.getuid!()]);
    expect(seen.find((one) => one.pid === pid)!.words).toContain('serve');
  }, 60_000);

  it('takes its file with it when it was used, and leaves none when the node stops', async () => {
    const used = await served();
    const page = await consolePage(
      `http://127.0.0.1:${new URL(used.link).port}/${TOKEN.exec(readFileSync(used.file, 'utf8'))![0]}`,
    );
    await until('the file to be gone', () => !existsSync(used.file));
    expect(existsSync(dirname(used.file))).toBe(false);
    page.close();
    const unused = await served();
    unused.node.process.kill('SIGTERM');
    await unused.node.ended;
    expect(existsSync(dirname(unused.file))).toBe(false);
  }, 90_000);

  it('is not printed where a journal keeps what is printed, and the owner is told how to get one', async () => {
    const shared = reachableFolder();
    const journal = openSync(join(shared, 'journal'), 'w');
    const { dev, ino } = fstatSync(journal);
    const env = {
      ...process.env,
      HEARTH_CONFIG: shared,
      HEARTH_SENSORS: 'none',
      HEARTH_REACHABILITY: 'none',
      JOURNAL_STREAM: `${dev}:${ino}`,
    };
    const words = [CLI, 'serve', '--no-open', '--data', join(shared, 'data')];
    const child = spawn(process.execPath, words, { stdio: ['ignore', journal, 'ignore'], env });
    const ended = once(child, 'exit');
    const kept = () => readFileSync(join(shared, 'journal'), 'utf8');
    await until('it to say that it runs', () => kept().includes('Hearth is running.'), 30_000);
    child.kill('SIGTERM');
    await ended;
    expect(kept()).toContain(`"hearth link --data ${join(shared, 'data')}" prints a link.`);
    expect(kept()).not.toMatch(TOKEN);
  }, 60_000);

  it('says that it was used twice, to the page that lost and on the terminal, and the owner can throw the other out', async () => {
    const { node, link, command } = await served();
    const thief = await consolePage(link);
    await expect(consolePage(link)).rejects.toMatchObject({ code: 4410, reason: expect.stringMatching(/^\d{13}$/) });
    await until('the terminal to say so', () => /was used at .*--revoke/.test(node.stdout()));
    const { code, stdout } = await command('link', '--revoke');
    expect([code, stdout]).toEqual([0, expect.stringContaining('Every page is shut out (1 could have gone on)')]);
    expect(await thief.closed).toBe(4403);
    const owner = await consolePage(/http:\S+#t=\S+/.exec(stdout)![0]);
    expect((await owner.ask('node.get', undefined)).value.mode).toBe('console');
    owner.close();
  }, 60_000);

  it('gets nobody a backup, who has not confirmed it in the terminal', async () => {
    const { dataDir, link, command } = await served();
    const page = await consolePage(link);
    const refused = await page.ask('backup.create', { passphrase: PASSPHRASE }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: CONFIRM_CODE,
      message: expect.stringMatching(/^Nothing was done yet: .* Run "hearth confirm .*\d{6}" in a terminal/),
    });
    expect(existsSync(join(dataDir, 'backups'))).toBe(false);
    expect((await command('confirm', '000000')).stderr).toContain('console.no-such-number');

    const { number } = (refused as { details: { number: string } }).details;
    const said = await command('confirm', number);
    expect([said.code, said.stdout]).toEqual([0, expect.stringMatching(/may make a backup of this node/)]);
    const made = await page.ask('backup.create', { passphrase: PASSPHRASE });
    expect(existsSync(join(dataDir, 'backups', made.name))).toBe(true);
    page.close();
  }, 60_000);
});

/** Runs in another user's place: tries everything, and prints what it got. */
const THIEF = `
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
const { origin, host, paths, socket } = JSON.parse(process.argv[1]);
const got = {};
for (const path of paths) {
  try {
    got[path] = readFileSync(path, 'utf8');
  } catch (error) {
    try { got[path] = readdirSync(path).join(); } catch { got[path] = error.code; }
  }
}
got.words = readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).map((pid) => {
  try { return readFileSync('/proc/' + pid + '/cmdline', 'utf8'); } catch { return ''; }
}).join('\\n');
got.environments = readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && name !== String(process.pid)).filter((pid) => {
  try { return readFileSync('/proc/' + pid + '/environ', 'utf8').includes('HEARTH_'); } catch { return false; }
}).length;
got.socket = await new Promise((resolve) => {
  const line = connect(socket).on('connect', () => resolve('connected')).on('error', (error) => resolve(error.code));
  setTimeout(() => { line.destroy(); resolve('silent'); }, 5000).unref();
});
got.pages = [];
for (const path of ['/', '/run.json', '/keys/data.key', '/../run.json', '/api', '/session']) {
  const reply = await fetch(origin + path);
  got.pages.push([path, reply.status, await reply.text()]);
}
got.closed = [];
for (const greeting of [{ token: 'A'.repeat(43) }, { session: 'A'.repeat(43) }, { id: 1, name: 'node.get' }, {}]) {
  got.closed.push(await new Promise((resolve) => {
    const page = new WebSocket('ws://' + host + ${JSON.stringify(SOCKET_PATH)}, { headers: { origin } });
    const heard = [];
    page.onopen = () => page.send(JSON.stringify(greeting));
    page.onmessage = ({ data }) => heard.push(String(data));
    page.onclose = ({ code }) => resolve([code, ...heard]);
  }));
}
console.log(JSON.stringify(got));
`;

describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)('another user of the computer', () => {
  it('gets no secret out of folders, programs, ports and pages', async () => {
    const { shared, dataDir, file, link } = await served();
    const { origin, host } = new URL(link);
    const note = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8')) as { token: string; path: string };
    const secrets = [note.token, TOKEN.exec(link)![1]!, TOKEN.exec(readFileSync(file, 'utf8'))![1]!];
    const paths = [
      file,
      dirname(file),
      join(dataDir, 'run.json'),
      join(dataDir, 'keys/data.key'),
      join(dataDir, 'logs'),
      note.path,
    ];
    const child = spawn(
      'setpriv',
      [
        `--reuid=${NOBODY}`,
        `--regid=${NOBODY}`,
        '--clear-groups',
        '--inh-caps=-all',
        process.execPath,
        '--input-type=module',
        '-e',
        THIEF,
        JSON.stringify({ origin, host, paths, socket: note.path }),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], cwd: shared, env: { PATH: process.env.PATH } },
    );
    let [said, complaint] = ['', ''];
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    child.stderr.on('data', (chunk) => {
      complaint += chunk;
    });
    const [code] = (await once(child, 'close')) as [number];
    expect([code, complaint]).toEqual([0, '']);
    const got = JSON.parse(said) as Record<string, unknown> & {
      words: string;
      pages: [string, number, string][];
      closed: unknown[];
    };
    for (const secret of secrets) expect(said).not.toContain(secret);
    // What it could not even open; and that it looked where the programs of the owner are.
    for (const path of paths) expect([path, got[path]]).toEqual([path, expect.stringMatching(/^(EACCES|ENOENT)$/)]);
    expect(got.words).toContain('xdg-open');
    expect(got.environments).toBe(0);
    expect(got.socket).toBe('EACCES');
    expect(got.pages.map(([path, status]) => [path, status])).toEqual([
      ['/', 200],
      ['/run.json', 404],
      ['/keys/data.key', 404],
      ['/../run.json', 404],
      ['/api', 404],
      ['/session', 404],
    ]);
    expect(got.closed).toEqual([[4401], [4401], [4400], [4400]]);
  }, 90_000);
});
