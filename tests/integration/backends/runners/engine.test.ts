// An engine that does not do what it is asked at once, or at all: a little server that speaks as much of Docker's interface as it takes.
import { createServer } from 'node:http';
import { join } from 'node:path';
import Docker from 'dockerode';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ENGINE } from '../../../../src-main/backends/containers/bounds.ts';
import { Containers } from '../../../../src-main/backends/containers/containers.ts';
import { findEngine, surroundings } from '../../../../src-main/backends/containers/engine.ts';
import { pullImage } from '../../../../src-main/backends/containers/images.ts';
import { containerRunner } from '../../../../src-main/backends/runners/container.ts';
import { HandClock } from '../../../support/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { Cancelled, runnerDeps, testJob } from '../../../support/runners.ts';
import { until } from '../../../support/wait.ts';

type Answer = readonly [status: number, body?: unknown];

/** `answer`: for a method and a path; undefined: there is none, and the caller waits. */
async function engine(answer: (request: string) => Answer | Promise<Answer> | undefined, info: object = DOCKER_INFO) {
  const socket = join(temporaryFolder(), 'engine.sock');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const what = `${request.method} ${request.url}`;
    asked.push(what);
    void Promise.resolve(basics(what, info) ?? answer(what)).then((found) => {
      if (!found) return;
      const [status, body = {}] = found;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    asked,
    docker: new Docker({ socketPath: socket }),
    around: { ...surroundings(), env: { DOCKER_HOST: `unix://${socket}` } },
  };
}

const DOCKER_INFO = { SecurityOptions: ['name=seccomp', 'name=rootless'] };

function basics(what: string, info: object): Answer | undefined {
  if (what === 'GET /_ping') return [200, 'OK'];
  if (what === 'GET /version') return [200, { Components: [{ Name: 'Podman Engine' }] }];
  if (what === 'GET /info') return [200, info];
  return undefined;
}

const signal = new AbortController().signal;

describe('an engine', () => {
  it('is known by what it says of itself', async () => {
    const { around } = await engine(() => [404]);
    expect(await findEngine(around, signal)).toMatchObject({ make: 'podman', rootless: true });
  });

  it.each([
    [{ SecurityOptions: ['name=seccomp,profile=default'], Rootless: true }, true],
    [{ SecurityOptions: ['name=seccomp,profile=default'], Rootless: false }, false],
    [{}, false],
  ])('that says %j of itself runs without root: %s', async (info, rootless) => {
    const { around } = await engine(() => [404], info);
    expect(await findEngine(around, signal)).toMatchObject({ rootless });
  });

  it('is missing where none answers', async () => {
    const around = { ...surroundings(), env: { DOCKER_HOST: 'unix:///nowhere/engine.sock' } };
    await expect(findEngine(around, signal)).rejects.toMatchObject({ code: 'containers.engine-missing' });
  });

  it('is asked to remove a container until it says that there is none', async () => {
    const answers: Answer[] = [[500], [409], [200], [204], [404]];
    const { docker, asked } = await engine(() => answers.shift()!);
    const clock = new HandClock();
    let gone = false;
    const removed = new Containers(clock, 'x').remove(docker, 'hearth-1').then(() => {
      gone = true;
    });
    await until('it to be gone', () => clock.turn(5000).then(() => gone));
    await removed;
    expect(asked.filter((what) => what.startsWith('DELETE'))).toHaveLength(3);
    expect(asked[0]).toBe('DELETE /containers/hearth-1?force=true&v=true');
  });

  it('that never removes it is asked for a minute, and again at the next sweep', async () => {
    const { docker, asked } = await engine((what) =>
      what.startsWith('GET /containers/json') ? [200, [{ Id: 'abc', Names: ['/hearth-1'] }]] : [200],
    );
    const clock = new HandClock();
    const containers = new Containers(clock, 'x');
    containers.claim('hearth-1');
    expect(await containers.sweep(docker, signal)).toEqual({ gone: [], left: [] });
    let failure: { code?: string } | undefined;
    const removed = containers.remove(docker, 'hearth-1').catch((error: typeof failure) => {
      failure = error;
    });
    const began = clock.monotonic();
    await until('it to give up', () => clock.turn(1000).then(() => failure));
    await removed;
    expect(failure).toMatchObject({ code: 'containers.container-stays' });
    expect(clock.monotonic() - began).toBeGreaterThanOrEqual(ENGINE.removeMs);
    const before = asked.length;
    const swept = containers.sweep(docker, signal);
    await until('it to be asked again', () =>
      asked.slice(before).some((what) => what.startsWith('DELETE /containers/abc')),
    );
    await until('the sweep to end', () => Promise.race([swept.then(() => true), clock.turn(10_000).then(() => false)]));
    expect((await swept).left).toEqual([
      { id: 'abc', error: expect.objectContaining({ code: 'containers.container-stays' }) },
    ]);
  });

  it('that does not remove one container is asked for the others all the same', async () => {
    const removed: string[] = [];
    const { docker } = await engine((what) => {
      if (what.startsWith('GET /containers/json'))
        return [200, ['stuck', 'first', 'second'].map((id) => ({ Id: id, Names: [`/hearth-${id}`] }))];
      const id = /^DELETE \/containers\/(\w+)/.exec(what)?.[1];
      if (id !== undefined) removed.push(id);
      return what.includes('stuck') ? [500] : [404];
    });
    const clock = new HandClock();
    const swept = new Containers(clock, 'x').sweep(docker, signal);
    await until('the sweep to end', () => Promise.race([swept.then(() => true), clock.turn(10_000).then(() => false)]));
    expect(await swept).toMatchObject({ gone: ['first', 'second'], left: [{ id: 'stuck' }] });
    expect(new Set(removed)).toEqual(new Set(['stuck', 'first', 'second']));
  });

  it('that is making a container when its job is ended is waited for, and removes it', async () => {
    const folder = temporaryFolder();
    const made = Promise.withResolvers<void>();
    let there = false;
    const { around, asked, docker } = await engine((what) => {
      if (what.startsWith('GET /images/')) return [200, { Id: 'sha256:1', Config: {} }];
      if (what.startsWith('GET /containers/json')) return [200, []];
      if (what.startsWith('POST /containers/create')) {
        return made.promise.then(() => {
          there = true;
          return [201, { Id: 'abc' }];
        });
      }
      if (what.startsWith('DELETE')) there = false;
      return there ? [200, { HostConfig: { Memory: 0 } }] : [404];
    });
    const deps = runnerDeps(folder);
    const runner = containerRunner(
      { ...deps, around, containers: new Containers(deps.clock, 'x') },
      { kind: 'container', capability: '/a/v1', image: 'a' },
    );
    const job = testJob(folder);
    const run = runner.run(job.context);
    run.catch(() => undefined);
    await until('it to be made', () => asked.some((what) => what.startsWith('POST /containers/create')));
    job.cancel();
    // It answers others meanwhile, so that what does not wait for it has time to go on.
    for (let times = 0; times < 20; times += 1) await docker.ping();
    made.resolve();
    await expect(run).rejects.toThrow(Cancelled);
    expect([there, asked.filter((what) => what.includes('/start'))]).toEqual([false, []]);
    expect(asked.findIndex((what) => what.startsWith('DELETE'))).toBeGreaterThan(0);
  });

  it('that makes a container without its limits is not let start it', async () => {
    const folder = temporaryFolder();
    const { around, asked } = await engine((what) => {
      if (what.startsWith('GET /images/')) return [200, { Id: 'sha256:1', Config: {} }];
      if (what.startsWith('POST /containers/create')) return [201, { Id: 'abc' }];
      if (what.startsWith('GET /containers/abc')) return [200, { HostConfig: { Memory: 0 } }];
      return [404];
    });
    const deps = runnerDeps(folder);
    const runner = containerRunner(
      { ...deps, around, containers: new Containers(deps.clock, 'x') },
      { kind: 'container', capability: '/a/v1', image: 'a' },
    );
    await expect(runner.run(testJob(folder).context)).rejects.toMatchObject({ code: 'runners.limits-not-kept' });
    expect(await runner.check!(signal)).toMatchObject({
      code: 'runners.limits-not-kept',
      values: { limit: 'memoryMiB' },
    });
    expect(asked.filter((what) => what.includes('/start'))).toEqual([]);
    expect(asked.filter((what) => what.startsWith('DELETE')).length).toBe(2);
  });

  it('of an image with more volumes than may be is not let make a container', async () => {
    const folder = temporaryFolder();
    const Volumes = Object.fromEntries(Array.from({ length: ENGINE.volumes + 1 }, (_, at) => [`/v${at}`, {}]));
    const { around, asked } = await engine((what) =>
      what.startsWith('GET /images/') ? [200, { Id: 'sha256:1', Config: { Volumes } }] : [404],
    );
    const deps = runnerDeps(folder);
    const runner = containerRunner(
      { ...deps, around, containers: new Containers(deps.clock, 'x') },
      { kind: 'container', capability: '/a/v1', image: 'a' },
    );
    expect(await runner.check!(signal)).toMatchObject({ values: { limit: 'volumes' } });
    expect(asked.filter((what) => what.startsWith('POST'))).toEqual([]);
  });
});

describe('an image', () => {
  const line = (value: object) => `${JSON.stringify(value)}\r\n`;

  it('is pulled with its progress', async () => {
    const layer = (id: string, current: number) =>
      line({ id, status: 'Downloading', progressDetail: { current, total: 10 } });
    const { docker, asked } = await engine((what) =>
      what.startsWith('POST /images/create')
        ? [200, layer('a', 5) + layer('b', 1) + layer('a', 10) + line({ status: 'Done' })]
        : [200, { Id: 'sha256:1' }],
    );
    const seen: object[] = [];
    await pullImage(docker, 'registry.example/a', (progress) => seen.push(progress), signal);
    expect(seen.at(-1)).toEqual({ doneBytes: 11, totalBytes: 20 });
    expect(asked.find((what) => what.startsWith('POST'))).toBe(
      'POST /images/create?fromImage=registry.example%2Fa&tag=latest',
    );
  });

  it.each([
    ['an engine that refuses', [404, { message: 'no such image' }]],
    ['an error in the midst of it', [200, line({ status: 'Pulling' }) + line({ error: 'denied' })]],
  ] as const)('is not there after %s', async (_name, answer) => {
    const { docker } = await engine((what) => (what.startsWith('POST') ? answer : [404]));
    await expect(pullImage(docker, 'a:1', () => {}, signal)).rejects.toMatchObject({ code: 'containers.pull-failed' });
  });
});
