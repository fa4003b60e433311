// `hearth detect` among six makes of model server at once, three of which imitate others, as its users run it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { type ModelServerOptions, startModelServer } from '../../src-main/practice/model-server.ts';
import { DetectionView } from '../../src-preload/contract/backends.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const built = resolve(ROOT, 'build/app/main/cli.js');

async function server(options: ModelServerOptions) {
  const started = await startModelServer({ clock: systemClock }, { models: ['a:1b'], ...options });
  onTestFinished(() => started.stop());
  return started;
}

/** Runs the command; answers what it printed, its exit code and how long it took with its start, in milliseconds. */
async function hearth(cli: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const began = performance.now();
  const { code, stdout } = await new Promise<{ code: number; stdout: string }>((settle) => {
    const all = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', OLLAMA_HOST: '', ...env };
    execFile(process.execPath, [cli, ...args], { env: all }, (error, out) => {
      settle({ code: error ? Number(error.code) : 0, stdout: out });
    });
  });
  return { code, stdout, wallMs: performance.now() - began };
}

describe.each([
  ['from its sources', resolve(ROOT, 'src-main/cli.ts')],
  ['as built', built],
])('hearth detect, %s', (how, cli) => {
  const missing = how === 'as built' && !existsSync(built);

  it.skipIf(missing)('names six makes rightly, though three of them imitate others', async () => {
    const servers = await Promise.all([
      server({ shape: 'ollama' }),
      server({ shape: 'lmstudio', imitates: 'ollama' }),
      server({ shape: 'llamacpp', imitates: 'ollama' }),
      server({ shape: 'vllm' }),
      server({ shape: 'meshllm' }),
      server({ shape: 'openai', headers: { server: 'uvicorn' } }),
    ]);
    const urls = servers.map(({ url }) => url);
    const { code, stdout, wallMs } = await hearth(cli, ['detect', '--json', ...urls]);
    const { took, tried } = DetectionView.parse(JSON.parse(stdout));
    console.log(
      `detect ${how}: ${took.toFixed(0)} ms for ${tried.length} addresses, ${wallMs.toFixed(0)} ms with its start`,
    );
    const mine = tried.filter(({ url }) => urls.includes(url));
    expect(mine.map(({ url, source, verdict, models }) => [url, source, verdict, models])).toEqual(
      ['ollama', 'lmstudio', 'llamacpp', 'vllm', 'meshllm', 'openai'].map((verdict, index) => {
        return [urls[index], 'user', verdict, ['a:1b']];
      }),
    );
    expect(code).toBe(0);
    expect(mine.map(({ why }) => why.some(({ code }) => /imitates|headers/.test(code)))).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
    ]);
    for (const { answers, why } of tried) expect([answers.length > 1, why.length > 0]).toEqual([true, true]);
  });
});

describe('hearth detect', () => {
  const cli = resolve(ROOT, 'src-main/cli.ts');

  it('looks where OLLAMA_HOST points to, and says what it found to people too', async () => {
    const one = await server({ shape: 'ollama', models: ['a:1b', 'b:\u001b[2Jx'] });
    const { host, port } = new URL(one.url);
    const { code, stdout } = await hearth(cli, ['detect'], { OLLAMA_HOST: host });
    const lines = stdout.split('\n');
    expect([code, lines[0]]).toEqual([0, 'Found:']);
    expect(stdout).toMatch(new RegExp(`http://127.0.0.1:${port} +Ollama [\\d.]+: a:1b`));
    expect(stdout).toMatch(new RegExp(`http://127.0.0.1:${port} +Ollama +Its version .* \\(from OLLAMA_HOST\\)`));
    expect(lines.filter((line) => / (Ollama|nothing|silent|other|denied|same) /.test(line)).length).toBeGreaterThan(24);
    expect(stdout).not.toContain('\u001b');
  });

  it('does not follow OLLAMA_HOST to another computer, and says so', async () => {
    const { stdout } = await hearth(cli, ['detect', '--json'], { OLLAMA_HOST: 'http://attic.invalid:4000' });
    const { tried } = DetectionView.parse(JSON.parse(stdout));
    expect(tried[0]).toMatchObject({
      url: 'http://attic.invalid:4000',
      source: 'ollama-host',
      verdict: 'skipped',
      why: [expect.objectContaining({ code: 'probe.elsewhere' })],
      answers: [],
    });
  });

  it('has an exit code for nothing found, and needs no data folder', async () => {
    const missing = resolve(ROOT, 'build/no-such-folder');
    const { code, stdout } = await hearth(cli, ['detect', '--json', '--data', missing, 'http://127.0.0.1:9']);
    const { tried } = DetectionView.parse(JSON.parse(stdout));
    const found = tried.some(({ answers }) => answers.some(({ shows }) => shows.code.endsWith('-list')));
    expect(code).toBe(found ? 0 : 4);
    expect(tried[0]).toMatchObject({ source: 'user', verdict: 'nothing' });
    expect(existsSync(missing)).toBe(false);
  });

  const outer = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  it.skipIf(!outer)('warns about a server that answers on this computer’s own network card', async () => {
    const open = await server({ shape: 'ollama', host: '0.0.0.0' });
    const url = open.url.replace('0.0.0.0', '127.0.0.1');
    const { stdout } = await hearth(cli, ['detect', '--json', url]);
    const { tried } = DetectionView.parse(JSON.parse(stdout));
    expect(tried[0]!.warnings).toMatchObject([
      { code: 'backends.exposed-ollama', message: expect.stringContaining(`${outer!.address}:${new URL(url).port}`) },
    ]);
  });
});
