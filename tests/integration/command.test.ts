// The `hearth` command as its users meet it: what it prints, what it answers the shell, and what it leaves in the folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, globSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { settingPaths } from '../../src-preload/contract/settings/index.ts';
import { CLI } from '../support/cli.ts';
import { temporaryFolder } from '../support/folder.ts';
import { chatTask, freePort, modelServer, post } from '../support/network.ts';
import { hearth, launch } from '../support/serving.ts';
import { until } from '../support/wait.ts';

const SECRET = 'planted-secret-7f3a9c';
const PASSPHRASE = 'a passphrase to be typed';

/** The command on one data folder. */
function command(dataDir: string, env: Readonly<Record<string, string>> = {}) {
  return (line: string | readonly string[], input = '') =>
    hearth([...(typeof line === 'string' ? line.split(' ') : line), '--data', dataDir], input, env);
}

const json = (text: string) => JSON.parse(text) as Record<string, unknown>;

/** Files of the folder that hold the text, in plain or as base64. */
function filesWith(dataDir: string, text: string): string[] {
  const forms = [text, Buffer.from(text).toString('base64').replace(/=+$/, ''), Buffer.from(text).toString('hex')];
  return globSync('**/*', { cwd: dataDir }).filter((name) => {
    const file = join(dataDir, name);
    return statSync(file).isFile() && forms.some((form) => readFileSync(file).includes(form));
  });
}

async function headless(dataDir: string, env: Readonly<Record<string, string>> = {}, level = 'debug') {
  return launch(['--headless', '--data', dataDir, '--log-level', level], env);
}

describe('hearth', () => {
  it('tells what there is, and which version it is', async () => {
    const help = await hearth(['--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    const commands = [
      'serve',
      'status',
      'pause',
      'resume',
      'release',
      'detect',
      'models',
      'load',
      'unload',
      'settings',
      'link',
      'key',
    ];
    for (const word of [...commands, 'Exit codes', 'HEARTH_HOME']) {
      expect(help.stdout).toContain(word);
    }
    const { version } = json(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
    expect(await hearth(['--version'])).toEqual({ code: 0, stdout: `${String(version)}\n`, stderr: '' });
  });

  it('says in a sentence which folder or file it cannot use, and touches neither', async () => {
    const mine = join(temporaryFolder(), 'mine');
    writeFileSync(mine, 'mine');
    const lines = [`serve --headless --data ${mine}`, `settings set node.name attic --data ${join(mine, 'below')}`];
    for (const line of lines) {
      const { code, stderr } = await hearth(line.split(' '));
      expect([code, stderr.trim().split('\n')]).toEqual([1, [expect.stringContaining('[storage.folder-unusable]')]]);
    }
    const nowhere = join(mine, '..', 'nowhere', 'file');
    const on = command(join(mine, '..', 'data'));
    for (const [line, input] of [
      [['diagnostics', '--save', nowhere], ''],
      [['backup', '--test', nowhere], PASSPHRASE],
      [['backup', '--test', join(mine, '..')], PASSPHRASE],
    ] as const) {
      const { code, stderr } = await on(line, input);
      expect([code, stderr.trim().split('\n')]).toEqual([2, [expect.stringContaining('[command.file-unusable]')]]);
    }
    expect(readFileSync(mine, 'utf8')).toBe('mine');
  });

  it('loses nothing of what it prints on a reader who takes it late', async () => {
    const words = ['settings', 'get', '--data', join(temporaryFolder(), 'none')];
    const { stdout: whole } = await hearth(words);
    const child = spawn(process.execPath, [CLI, ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
    let late = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      late += text;
    });
    child.stdout.pause();
    // It ends once all has left it, which is in the buffers between the two by then.
    await once(child, 'exit');
    const closed = once(child, 'close');
    child.stdout.resume();
    await closed;
    expect(late).toBe(whole);
  });

  it('says in a sentence what it does not understand', async () => {
    const { code, stdout, stderr } = await hearth(['dance']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe('There is no command "dance". "hearth --help" shows what there is. [command.usage]\n');
    const asJson = await hearth(['dance', '--json']);
    expect(json(asJson.stderr)).toMatchObject({ code: 'command.usage', category: 'invalid' });
  });
});

describe('without a running node', () => {
  it('status says so, with a code of its own, and makes no folder', async () => {
    const dataDir = join(temporaryFolder(), 'none');
    const on = command(dataDir);
    expect(await on('status')).toMatchObject({
      code: 3,
      stdout: 'Hearth is not running. Start it with "hearth serve".\n',
    });
    expect(await on('status --json')).toMatchObject({ code: 3, stdout: '{"running":false}\n' });
    expect(await on('link')).toMatchObject({ code: 3, stdout: '' });
    expect(await on('key')).toMatchObject({ code: 0 });
    for (const line of ['models', 'load a', 'unload']) expect(await on(line)).toMatchObject({ code: 3, stdout: '' });
    // A question about a folder that was mistyped, perhaps, makes none.
    const asked = await on('settings get node.sharing');
    expect([asked.code, asked.stdout]).toEqual([0, 'true\n']);
    expect(asked.stderr).toContain(`There is no data folder ${dataDir} yet`);
    expect(existsSync(dataDir)).toBe(false);
  });

  it('settings work on the data folder', async () => {
    const on = command(temporaryFolder());
    const all = await on('settings get');
    for (const path of settingPaths) expect(all.stdout).toContain(`${path} = `);
    const views = JSON.parse((await on('settings get --json')).stdout) as { path: string; about: string }[];
    expect(views.map(({ path }) => path)).toEqual(settingPaths);
    expect(await on(['settings', 'set', 'node.name', 'Ada’s attic'])).toMatchObject({ code: 0, stderr: '' });
    expect((await on('settings get node.name')).stdout).toBe('"Ada’s attic"\n');
    await on('settings set capacity.maxConcurrent 7');
    expect(json((await on('settings get capacity.maxConcurrent --json')).stdout)).toMatchObject({
      value: 7,
      isSet: true,
    });
    await on('settings set availability.idle', '{"on":true,"minutes":20}\n');
    expect(JSON.parse((await on('settings get availability.idle')).stdout)).toEqual({ on: true, minutes: 20 });
  });

  it('settings set with what is no setting or no value of it is refused with a sentence, and changes nothing', async () => {
    const dataDir = temporaryFolder();
    const on = command(dataDir);
    const before = (await on('settings get --json')).stdout;
    for (const [path, value, code] of [
      ['capacity.maxConcurrent', 'many', 'settings.invalid'],
      ['capacity.maxConcurrent', '3.5', 'settings.invalid'],
      ['capacity.maxConcurrent', '-3', 'settings.invalid'],
      ['networks.iicp.directoryUrl', 'ftp://x', 'settings.invalid'],
      ['availability.grid', '{"days":["f"],"outside":"off"}', 'settings.invalid'],
      ['node.naem', 'x', 'settings.unknown-path'],
      ['networks.iicp.operatorHmacKey', SECRET, 'command.secret-in-arguments'],
      [
        'backends.inference',
        `[{"kind":"openai","url":"http://127.0.0.1:1","apiKey":"${SECRET}"}]`,
        'command.secret-in-arguments',
      ],
    ] as const) {
      const refused = await on(['settings', 'set', path, value]);
      expect([refused.code, refused.stdout], value).toEqual([2, '']);
      expect(refused.stderr).toMatch(new RegExp(`^[A-Za-z].*[.!] \\[${code.replace('.', '\\.')}\\]\n$`));
      expect(refused.stderr).not.toContain(SECRET);
    }
    expect((await on('settings get --json')).stdout).toBe(before);
    expect(filesWith(dataDir, SECRET)).toEqual([]);
  });

  it('pause and resume are remembered for the next start', async () => {
    const dataDir = temporaryFolder();
    const on = command(dataDir);
    expect(await on('pause --json')).toMatchObject({ code: 0, stdout: expect.stringContaining('"sharing":false') });
    const node = await headless(dataDir);
    expect(json((await on('status --json')).stdout)).toMatchObject({
      running: true,
      node: { sharing: true, state: 'paused', sentence: 'Paused until you resume' },
    });
    node.process.kill('SIGTERM');
    expect(await node.ended).toBe(0);
    await on('settings set node.sharing false');
    expect((await on('resume')).code).toBe(0);
    expect((await on('settings get node.sharing')).stdout).toBe('true\n');
    expect((await on('settings get availability.pause')).stdout).toBe('null\n');
    expect((await on('pause --for 4h')).stdout).toBe('Paused for that time, also after a start within it.\n');
    const pause = json((await on('settings get availability.pause --json')).stdout) as {
      value: Record<string, number>;
    };
    expect(pause.value).toEqual({
      since: expect.any(Number),
      until: pause.value.since! + 4 * 3_600_000,
      released: false,
    });
    expect((await on('release')).code).toBe(3);
    expect((await on('quiet')).stdout).toContain('hearth quiet off');
    expect((await on('settings get availability.quiet')).stdout).toBe('true\n');
    expect((await on('pause --for 2h')).code).toBe(0);
    const longer = json((await on('settings get availability.pause --json')).stdout) as typeof pause;
    expect(longer.value.until! - longer.value.since!).toBe(2 * 3_600_000);
  });
});

describe('with a running node', () => {
  it('status, settings, pause, resume and link go to it and take effect at once', async () => {
    const dataDir = temporaryFolder();
    const on = command(dataDir);
    const node = await headless(dataDir);
    const status = await on('status');
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(status.stdout).toMatch(/^Not sharing with any network\n.*Today: 0 done, 0 failed, 0 refused\nIICP: off\n/s);
    expect((await on('settings get')).stdout).toContain('networks.iicp.port = ');
    const ofNetworks = (await on('settings get networks')).stdout.match(/^\S+ = /gm) ?? [];
    expect(ofNetworks).toContain('networks.iicp.port = ');
    expect(ofNetworks.filter((line) => !line.startsWith('networks.'))).toEqual([]);
    expect(json((await on('settings get networks.iicp. --json')).stdout)).toContainEqual(
      expect.objectContaining({ path: 'networks.iicp.port' }),
    );
    expect(await on('settings get quiet')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean "availability.quiet"?'),
    });
    expect((await on('settings set node.name attic')).code).toBe(0);
    expect(json((await on('status --json')).stdout)).toMatchObject({
      running: true,
      node: { name: 'attic', mode: 'headless' },
    });
    const refused = await on('settings set capacity.maxConcurrent lots');
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(await on('pause')).toMatchObject({ code: 0, stdout: 'Paused until you resume\n' });
    expect(json((await on('status --json')).stdout)).toMatchObject({ node: { sharing: true, state: 'paused' } });
    expect((await on('pause --for 1h')).stdout).toMatch(/^Paused until (\w{3} )?\d\d:\d\d\n$/);
    expect(json((await on('release --json')).stdout)).toMatchObject({ tasksFinished: 0, tasksReturned: 0, kept: [] });
    expect(json((await on('status --json')).stdout)).toMatchObject({ node: { reason: { code: 'node.released' } } });
    expect(json((await on('resume --json')).stdout)).toMatchObject({ sharing: true, running: true });
    const link = await on('link');
    expect(link.code).toBe(1);
    expect(link.stderr).toMatch(/^This node runs without pages\..*\[command\.no-pages\]\n$/);
    node.process.kill('SIGTERM');
    expect(await node.ended).toBe(0);
    expect((await on('status')).code).toBe(3);
    expect((await on('settings get node.name')).stdout).toBe('"attic"\n');
  });

  it('a second one on the same folder is turned away, and the first is not disturbed', async () => {
    const dataDir = temporaryFolder();
    const on = command(dataDir);
    await headless(dataDir);
    const note = readFileSync(join(dataDir, 'run.json'), 'utf8');
    const second = await on('serve --headless');
    expect([second.code, second.stdout]).toEqual([75, '']);
    expect(second.stderr).toMatch(/^Another Hearth is already using this data folder\..*\[storage\.locked\]\n$/);
    expect(readFileSync(join(dataDir, 'run.json'), 'utf8')).toBe(note);
    expect((await on('status')).code).toBe(0);
  });

  it('one that was killed is told from one that runs', async () => {
    const dataDir = temporaryFolder();
    const node = await headless(dataDir);
    node.process.kill('SIGKILL');
    await node.ended;
    expect(existsSync(join(dataDir, 'run.json'))).toBe(true);
    expect((await command(dataDir)('status')).code).toBe(3);
    const again = await headless(dataDir);
    again.process.kill('SIGINT');
    expect(await again.ended).toBe(0);
  });

  it('told to stop while a task runs, it lets the task end and earn first', async () => {
    const dataDir = temporaryFolder();
    const on = command(dataDir);
    const model = await modelServer();
    const port = await freePort();
    await on(['settings', 'set', 'backends.inference', JSON.stringify([{ kind: 'ollama', url: model.url }])]);
    await on('settings set networks.iicp.bind 127.0.0.1');
    await on(`settings set networks.iicp.port ${port}`);
    await on('settings set networks.iicp.enabled true');
    const node = await headless(dataDir);
    const url = `http://127.0.0.1:${port}`;
    await until('a model to be offered', async () => {
      const health = await fetch(`${url}/iicp/health`).then((reply) => reply.json() as Promise<{ models?: string[] }>);
      return health.models?.length;
    });
    model.hold();
    const reply = post(url, chatTask());
    await until('the task to run', () => model.held() === 1);
    node.process.kill('SIGTERM');
    await until('it to be finishing', async () => (await on('status')).stdout.startsWith('Stopping, 1 task left'));
    expect(node.process.exitCode).toBe(null);
    expect((await post(url, chatTask())).status).toBeGreaterThanOrEqual(400);
    model.release();
    expect((await reply).status).toBe(200);
    expect(await node.ended).toBe(0);
    const db = new Database(join(dataDir, 'hearth.db'), { readonly: true });
    const books = db.prepare('SELECT count(*) AS entries, sum(amount_micro) > 0 AS earned FROM ledger').get();
    db.close();
    expect(books).toEqual({ entries: 1, earned: 1 });
  });

  const pages = resolve(import.meta.dirname, '../../build/app/renderer/index.html');
  it.skipIf(!existsSync(pages))('with pages it prints one link, and another when asked', async () => {
    const dataDir = temporaryFolder();
    const node = await launch(['--console', '--data', dataDir]);
    const links = node.stdout().match(/http:\/\/127\.0\.0\.1:\d+\/#t=[\w-]{43}/g);
    expect(links).toHaveLength(1);
    const fresh = (await command(dataDir)('link')).stdout.trim();
    expect(fresh.split('#')[0]).toBe(links![0]!.split('#')[0]);
    expect(fresh).not.toBe(links![0]);
    expect((await fetch(fresh)).status).toBe(200);
    node.process.kill('SIGTERM');
    expect(await node.ended).toBe(0);
    for (const link of [links![0]!, fresh]) expect(filesWith(dataDir, link.split('#t=')[1]!)).toEqual([]);
  });
});

describe('the models of a running node', () => {
  async function running() {
    const [one, two] = [
      await modelServer({ models: ['a:latest', 'b-embed:1b', 'c:1b'] }),
      await modelServer({ shape: 'openai', models: ['a:latest', 'd\u202e'] }),
    ];
    const dataDir = temporaryFolder();
    const on = command(dataDir);
    const list = [{ kind: 'openai', url: two.url }];
    await on(['settings', 'set', 'backends.inference', JSON.stringify(list)]);
    await on(['settings', 'set', 'backends.models', JSON.stringify([{ model: 'c:1b', on: false }])]);
    await headless(dataDir, { OLLAMA_HOST: new URL(one.url).host });
    await until('both servers to be known', async () => {
      return (await on('models')).stdout.split('\n').filter((line) => line.startsWith('  ')).length === 5;
    });
    return { one, two, on };
  }

  it('are listed, loaded, and unloaded one by one or all at once', async () => {
    const { one, two, on } = await running();
    const listed = await on('models');
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toMatch(new RegExp(`^OpenAI-compatible server at ${two.url}: ready$`, 'm'));
    expect(listed.stdout).toMatch(new RegExp(`^Ollama at ${one.url}: cold$`, 'm'));
    expect(listed.stdout).toMatch(/^ {2}a:latest +not loaded +on +llm:chat/m);
    expect(listed.stdout).toMatch(/^ {2}c:1b +not loaded +off +/m);
    expect(listed.stdout).not.toContain('\u202e');
    const flat = JSON.parse((await on('models --json')).stdout) as { server: string; kind: string; id: string }[];
    expect(flat.map(({ server, kind, id }) => [server, kind, id])).toContainEqual([one.url, 'ollama', 'b-embed:1b']);

    // Two have it; one can load it. Its name may be short.
    const loaded = await on('load a');
    expect(loaded).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^a:latest is in memory: Ollama at .*\.\n$/),
    });
    expect((await on('models')).stdout).toMatch(/^ {2}a:latest +loaded +on/m);
    expect(JSON.parse((await on('load c:1b --json')).stdout)).toEqual([
      { server: one.url, model: 'c:1b', tookMs: expect.any(Number) },
    ]);
    const unloaded = await on('unload c:1b --at localhost:1');
    expect(unloaded.code).toBe(2);
    expect(unloaded.stderr).toMatch(/^That server has no model "c:1b"\..*\[backends\.unknown-model\]\n$/);
    expect(await on(`unload c:1b --at ${one.url}/`)).toMatchObject({ code: 0 });
    expect(JSON.parse((await on('unload --json')).stdout)).toMatchObject([{ server: one.url, model: 'a:latest' }]);
    expect(await on('unload')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^No model is loaded/) });
  });

  it('that no server has, or none can load, are refused with a sentence', async () => {
    const { two, on } = await running();
    const unknown = await on('load nonsense');
    expect([unknown.code, unknown.stdout]).toEqual([2, '']);
    expect(unknown.stderr).toMatch(/^No server has a model "nonsense"\..*\[backends\.unknown-model\]\n$/);
    const stuck = await on(`load a --at ${two.url}`);
    expect([stuck.code, stuck.stdout]).toEqual([75, '']);
    expect(stuck.stderr).toMatch(/^This server has no means.*\[backends\.cant-move\]\n$/);
  });

  it('come from servers that detect shows with the reason, those it is told to look at too', async () => {
    const { one, two, on } = await running();
    const three = await modelServer({ shape: 'llamacpp', models: ['e'] });
    const seen = await on(`detect --json ${three.url}`);
    expect(seen).toMatchObject({ code: 0, stderr: '' });
    const { tried } = JSON.parse(seen.stdout) as { tried: { url: string; source: string; verdict: string }[] };
    const known = [three.url, two.url, one.url];
    expect(tried.slice(0, 3).map(({ url, source, verdict }) => [url, source, verdict])).toEqual([
      [known[0], 'user', 'llamacpp'],
      [known[1], 'user', 'openai'],
      [known[2], 'ollama-host', 'ollama'],
    ]);
    // Only looked at: the node uses what it found itself.
    expect((await on('models')).stdout).not.toContain(three.url);
  });
});

describe('a secret', () => {
  it.each(['offline', 'running'] as const)('comes in by standard input and never out again (%s)', async (how) => {
    const dataDir = temporaryFolder();
    const on = command(dataDir);
    const node = how === 'running' ? await headless(dataDir) : undefined;
    const key = `${SECRET}-api`;
    const list = [{ kind: 'openai', url: 'http://127.0.0.1:9/v1', apiKey: key }];
    const said = [
      await on('settings set networks.iicp.operatorHmacKey', `${SECRET}\n`),
      await on('settings set backends.inference -', JSON.stringify(list)),
      await on('settings get'),
      await on('settings get --json'),
      await on('settings get networks.iicp.operatorHmacKey'),
      await on('settings get backends.inference --json'),
      await on('status'),
      await on('status --json'),
    ];
    expect(said.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0, ...(node ? [0, 0] : [3, 3])]);
    expect(said[0]!.stdout).toBe('networks.iicp.operatorHmacKey = (set)\n');
    expect(json(said[5]!.stdout)).toMatchObject({ value: [{ url: 'http://127.0.0.1:9/v1', apiKeySet: true }] });
    expect(JSON.stringify(said)).not.toContain(SECRET);
    expect(filesWith(dataDir, SECRET)).toEqual([]);
    node?.process.kill('SIGTERM');
    await node?.ended;
    expect(filesWith(dataDir, SECRET)).toEqual([]);
    expect(`${node?.stdout()}${node?.stderr()}`).not.toContain(SECRET);
    await on('settings set networks.iicp.operatorHmacKey', '');
    expect((await on('settings get networks.iicp.operatorHmacKey')).stdout).toBe('(not set)\n');
  });
});

describe('a folder that can not be opened', () => {
  it('for want of its key stops with a sentence, gets no new identity, and works once the key is back', async () => {
    const dataDir = temporaryFolder();
    const on = command(dataDir);
    await on('settings set networks.iicp.operatorHmacKey', SECRET);
    const key = join(dataDir, 'keys/data.key');
    renameSync(key, `${key}.away`);
    for (const line of ['serve --headless', 'settings get', 'pause']) {
      const { code, stdout, stderr } = await on(line);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(
        /^The key to this data folder's secrets is missing.*Put back .*data\.key.*\[secrets\.key-missing\]\n$/,
      );
    }
    expect(existsSync(key)).toBe(false);
    renameSync(`${key}.away`, key);
    expect((await on('settings get networks.iicp.operatorHmacKey')).stdout).toBe('(set)\n');
    const node = await headless(dataDir);
    node.process.kill('SIGTERM');
    expect(await node.ended).toBe(0);
  });

  it('because a newer version wrote it is refused untouched', async () => {
    const dataDir = temporaryFolder();
    const on = command(dataDir);
    await on('settings set node.name attic');
    const file = join(dataDir, 'hearth.db');
    const db = new Database(file);
    const [table] = db
      .prepare("SELECT name FROM sqlite_schema WHERE sql LIKE '%area%' AND type = 'table'")
      .pluck()
      .all();
    db.prepare(`UPDATE "${String(table)}" SET number = 99 WHERE area = 'settings'`).run();
    db.close();
    const before = readFileSync(file);
    for (const line of ['serve --headless', 'settings get']) {
      const { code, stderr } = await on(line);
      expect(code).toBe(1);
      expect(stderr).toMatch(/newer version of Hearth.*\[storage\.too-new\]\n$/);
    }
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('hearth key', () => {
  function passphraseFile(words = PASSPHRASE, mode = 0o600): string {
    const file = join(temporaryFolder(), 'passphrase');
    writeFileSync(file, `${words}\n`);
    chmodSync(file, mode);
    return file;
  }

  it('moves the key under a passphrase, without which nothing opens, and back', async () => {
    const dataDir = temporaryFolder();
    const on = command(dataDir);
    const knowing = command(dataDir, { HEARTH_PASSPHRASE_FILE: passphraseFile() });
    await on('settings set networks.iicp.operatorHmacKey', SECRET);
    expect(json((await on('key --json')).stdout)).toEqual({ holder: 'file' });
    expect(await on('key passphrase', `${PASSPHRASE}\n`)).toMatchObject({ code: 0, stderr: '' });
    expect(json((await on('key --json')).stdout)).toEqual({ holder: 'passphrase' });
    expect(existsSync(join(dataDir, 'keys/data.key'))).toBe(false);
    for (const line of ['settings get', 'pause', 'serve --headless', 'key file']) {
      const { code, stderr } = await on(line);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^This data folder asks for a passphrase\..*\[secrets\.passphrase-needed\]\n$/);
    }
    expect((await knowing('settings get networks.iicp.operatorHmacKey')).stdout).toBe('(set)\n');
    expect((await knowing('pause')).code).toBe(0);
    expect(filesWith(dataDir, PASSPHRASE)).toEqual([]);
    expect(json((await knowing('key file --json')).stdout)).toEqual({ holder: 'file' });
    expect((await on('settings get networks.iicp.operatorHmacKey')).stdout).toBe('(set)\n');
  });

  it('serves such a folder with the passphrase of a file, and leaves its key alone while it runs', async () => {
    const dataDir = temporaryFolder();
    const on = command(dataDir);
    await on('key passphrase', PASSPHRASE);
    const node = await headless(dataDir, { HEARTH_PASSPHRASE_FILE: passphraseFile() });
    expect(json((await on('key --json')).stdout)).toEqual({ holder: 'passphrase' });
    // Through the node there is nothing to ask.
    expect((await on('settings set node.name attic')).code).toBe(0);
    const refused = await on('key file');
    expect(refused).toMatchObject({ code: 75, stdout: '' });
    expect(refused.stderr).toMatch(/^A node runs on this data folder\. Stop it first.*\[command\.node-runs\]\n$/);
    node.process.kill('SIGTERM');
    expect(await node.ended).toBe(0);
    expect(`${node.stdout()}${node.stderr()}`).not.toContain(PASSPHRASE);
    expect(filesWith(dataDir, PASSPHRASE)).toEqual([]);
  });

  it('takes no file that others may read, that is missing or empty, and no wrong or short passphrase', async () => {
    const dataDir = temporaryFolder();
    const on = command(dataDir);
    const short = await on('key passphrase', 'short');
    expect([short.code, short.stderr]).toEqual([1, expect.stringContaining('[secrets.passphrase-needed]')]);
    expect(json((await on('key --json')).stdout)).toEqual({ holder: 'file' });
    await on('key passphrase', PASSPHRASE);
    const withFile = async (file: string) =>
      command(dataDir, { HEARTH_PASSPHRASE_FILE: file })('settings get node.name');
    const cases = [
      [passphraseFile(PASSPHRASE, 0o644), 'command.passphrase-file'],
      [join(dataDir, 'nowhere'), 'command.passphrase-file'],
      [passphraseFile(''), 'command.passphrase-file'],
      [passphraseFile('another passphrase'), 'secrets.wrong-passphrase'],
    ] as const;
    for (const [file, code] of cases) {
      const answer = await withFile(file);
      expect([answer.code, answer.stdout]).toEqual([1, '']);
      expect(answer.stderr).toMatch(new RegExp(`^[A-Z].*\\. \\[${code.replace('.', '\\.')}\\]\n$`));
      expect(answer.stderr).not.toContain('another');
    }
    expect((await withFile(passphraseFile())).code).toBe(0);
  });
});
