// What a user does with runners beside having them work, in a whole node: looking, trying with a sample, pulling, stopping; and runners
// that a backup brought, which wait for a yes.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { restoreInto } from '../../../src-main/engine/offline-backups.ts';
import type { Input, Output } from '../../../src-preload/contract/index.ts';
import type { RequestName } from '../../../src-preload/contract/names.ts';
import type { RunnerTrial } from '../../../src-preload/contract/runners.ts';
import { composed } from '../../support/composed.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { script } from '../../support/runners.ts';
import { until } from '../../support/wait.ts';

const CAPABILITY = '/examples/hello/v1';

async function nodeIn(dataDir: string) {
  const engine = await composed(dataDir);
  const stop = () => engine.stop();
  onTestFinished(stop);
  const ask = async <N extends RequestName>(name: N, input: Input<N>) =>
    (await engine.handle(name, input)) as Output<N>;
  const set = (path: 'backends.runners' | 'backends.runnersHeld', value: unknown) =>
    ask('settings.set', { path, value: value as never });
  return { engine, ask, set, stop, view: () => engine.take('runners').value };
}

async function nodeWith(text: string, more: object = {}) {
  const folder = temporaryFolder();
  const program = script(folder, 'run.sh', text);
  const dataDir = temporaryFolder();
  const node = await nodeIn(dataDir);
  await node.set('backends.runners', [{ kind: 'program', capability: CAPABILITY, program, ...more }]);
  return { ...node, dataDir, folder, program, tried: () => node.ask('runners.try', { capability: CAPABILITY }) };
}

const left = (dataDir: string) =>
  existsSync(join(dataDir, 'work/runners')) ? readdirSync(join(dataDir, 'work/runners')) : [];

/** Of one that was ended and not yet waited for, the system still has the number and nothing else. */
function runs(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1') !== '';
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === 'win32')('a runner that its user tries', () => {
  it('is given a sample, and what it said and left is shown', async () => {
    const { tried, view, dataDir } = await nodeWith(`#!/bin/sh
cat >/dev/null
echo '{"progress":{"stage":"reading","percent":50}}'
echo '{"event":{"event":"read"}}'
echo 'a plain line'
cat "$HEARTH_INPUTS"/datasets/sample/sample.txt > "$HEARTH_OUTPUTS/copy.txt"
`);
    const trial = await tried();
    expect(trial).toMatchObject({
      capability: CAPABILITY,
      failure: null,
      said: [
        { kind: 'progress', text: '{"stage":"reading","percent":50}' },
        { kind: 'event', text: '{"event":"read"}' },
        { kind: 'log', text: 'a plain line' },
      ],
      results: [{ path: 'copy.txt', bytes: 69 }],
      resultCount: 1,
    } satisfies Partial<RunnerTrial>);
    expect(view()).toEqual({ doing: null, trials: [trial] });
    expect(left(dataDir)).toEqual([]);
  });

  it('says why it failed, with what it logged', async () => {
    const { tried } = await nodeWith("#!/bin/sh\necho 'no such model' >&2\nexit 3\n");
    expect(await tried()).toMatchObject({
      failure: { code: 'runners.exit-code', values: { code: 3 } },
      said: [{ kind: 'log', text: 'no such model' }],
    });
  });

  it('keeps the last 200 lines of one that never stops talking, each within 500 characters', async () => {
    const { tried } = await nodeWith(`#!/bin/sh
i=0
while [ $i -lt 700 ]; do echo "{\\"event\\":\\"$i\\"}"; i=$((i+1)); done
printf '{"event":"%0600d"}\\n' 7
`);
    const { said } = await tried();
    expect(said).toHaveLength(200);
    expect(said.at(-2)?.text).toBe('"699"');
    expect(said.at(-1)?.text).toHaveLength(501);
  });

  it('is shown while it runs, refuses a second one meanwhile, and is ended with all that it started', async () => {
    const { tried, ask, view, dataDir, folder } = await nodeWith(
      `#!/bin/sh
echo '{"progress":{"stage":"waiting"}}'
sleep 600 & echo $! > "$1"
wait
`,
      { args: [] },
    );
    const mark = join(folder, 'pid');
    await ask('settings.set', {
      path: 'backends.runners',
      value: [{ kind: 'program', capability: CAPABILITY, program: join(folder, 'run.sh'), args: [mark] }],
    });
    const ended = tried().catch((error: unknown) => error);
    const shown = await until('its first line', () => {
      const { doing } = view();
      return doing?.what === 'try' && doing.said.length > 0 && existsSync(mark) && doing;
    });
    expect(shown).toMatchObject({ capability: CAPABILITY, said: [{ kind: 'progress' }] });
    await expect(tried()).rejects.toMatchObject({ code: 'runners.busy' });
    await ask('runners.stop', undefined);
    expect(await ended).toMatchObject({ code: 'runners.stopped' });
    expect(view()).toEqual({ doing: null, trials: [] });
    expect(left(dataDir)).toEqual([]);
    expect(runs(readFileSync(mark, 'utf8').trim())).toBe(false);
  });

  it('is ended with the node', async () => {
    const { tried, view, stop, dataDir } = await nodeWith('#!/bin/sh\necho \'{"progress":1}\'\nsleep 600\n');
    const ended = tried().catch((error: unknown) => error);
    await until('its beginning', () => view().doing !== null);
    await stop();
    expect(await ended).toMatchObject({ code: 'runners.stopped' });
    expect(left(dataDir)).toEqual([]);
  });

  it('is looked at without being started, and one that is not there is named', async () => {
    const { ask, set, program } = await nodeWith('#!/bin/sh\n');
    await set('backends.runners', [
      { kind: 'program', capability: CAPABILITY, program },
      { kind: 'program', capability: '/examples/gone/v1', program: `${program}.gone` },
      { kind: 'noop', capability: '/examples/nothing/v1' },
    ]);
    expect(await ask('runners.check', undefined)).toEqual({
      engine: null,
      runners: [
        { capability: CAPABILITY, missing: null },
        {
          capability: '/examples/gone/v1',
          missing: expect.objectContaining({ code: 'runners.program-absent' }) as object,
        },
        { capability: '/examples/nothing/v1', missing: null },
      ],
    });
    await expect(ask('runners.try', { capability: '/examples/none/v1' })).rejects.toMatchObject({
      code: 'runners.unknown',
    });
    await expect(ask('runners.pull', { capability: CAPABILITY })).rejects.toMatchObject({ code: 'runners.no-image' });
  });
});

describe('an image that its user pulls', () => {
  /** An engine that speaks as Docker does, and waits in the middle of a pull. */
  async function engineAt(socket: string): Promise<{ server: Server; goOn: () => void }> {
    let goOn = () => {};
    const json = (value: object) => JSON.stringify(value);
    const server = createServer((req, res) => {
      const { pathname } = new URL(req.url ?? '/', 'http://engine');
      if (pathname.endsWith('/images/create')) {
        res.writeHead(200, { 'content-type': 'application/json' });
        res.write(`${json({ id: 'layer', progressDetail: { current: 40, total: 100 } })}\n`);
        goOn = () => res.end(`${json({ id: 'layer', progressDetail: { current: 100, total: 100 } })}\n`);
        return;
      }
      res.writeHead(200, { 'content-type': 'application/json' });
      if (pathname.endsWith('/version')) res.end(json({ Version: '1', Components: [{ Name: 'Podman Engine' }] }));
      else if (pathname.endsWith('/info')) res.end(json({ SecurityOptions: ['name=rootless'] }));
      else res.end(json({ Id: 'sha256:1', Config: {} }));
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { server, goOn: () => goOn() };
  }

  it.skipIf(process.platform === 'win32')('is shown as it comes, and can be stopped', async () => {
    const socket = join(temporaryFolder(), 'engine.sock');
    const { goOn } = await engineAt(socket);
    const before = process.env.DOCKER_HOST;
    process.env.DOCKER_HOST = `unix://${socket}`;
    onTestFinished(() => {
      if (before === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = before;
    });
    const { ask, set, view } = await nodeIn(temporaryFolder());
    await set('backends.runners', [{ kind: 'container', capability: CAPABILITY, image: 'example.com/run:1' }]);
    const pulled = ask('runners.pull', { capability: CAPABILITY });
    await until(
      'the first bytes',
      () => view().doing?.what === 'pull' && (view().doing as { doneBytes: number }).doneBytes > 0,
    );
    expect(view().doing).toMatchObject({ image: 'example.com/run:1', doneBytes: 40, totalBytes: 100 });
    goOn();
    expect((await pulled).tookMs).toBeGreaterThan(0);
    const again = ask('runners.pull', { capability: CAPABILITY }).catch((error: unknown) => error);
    await until('the first bytes', () => view().doing !== null);
    await ask('runners.stop', undefined);
    expect(await again).toMatchObject({ code: 'runners.stopped' });
  });
});

describe('runners that a backup brought', () => {
  it('wait until their user says that they may run here', async () => {
    const program = script(temporaryFolder(), 'run.sh', '#!/bin/sh\n');
    const old = await nodeIn(temporaryFolder());
    await old.set('backends.runners', [{ kind: 'program', capability: CAPABILITY, program }]);
    const passphrase = 'a warm hearth in winter';
    const { name } = await old.ask('backup.create', { passphrase });
    await old.stop();

    const dataDir = temporaryFolder();
    const file = join(old.engine.dataDir, 'backups', name);
    await restoreInto({ dataDir, file, passphrase }, ({ restore }) => restore());
    const node = await nodeIn(dataDir);
    expect(node.engine.take('settings').value.find(({ path }) => path === 'backends.runnersHeld')?.value).toBe(true);
    await expect(node.ask('runners.try', { capability: CAPABILITY })).rejects.toMatchObject({ code: 'runners.held' });
    const posemesh = () => node.engine.take('networks').value.find(({ id }) => id === 'posemesh')!;
    expect(posemesh().detail).toMatchObject({ capabilities: [] });
    expect(posemesh().blockers).toContainEqual(expect.objectContaining({ code: 'runners.held' }));

    await node.set('backends.runnersHeld', false);
    expect(await node.ask('runners.try', { capability: CAPABILITY })).toMatchObject({ failure: null });
    expect(posemesh().detail).toMatchObject({ capabilities: [CAPABILITY] });
  });
});
