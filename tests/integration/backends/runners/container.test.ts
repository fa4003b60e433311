// The same contract in containers of a real Podman, with what a container may try against us.
import { existsSync, readdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Containers } from '../../../../src-main/backends/containers/containers.ts';
import { surroundings } from '../../../../src-main/backends/containers/engine.ts';
import { installationOf } from '../../../../src-main/backends/containers/installation.ts';
import { ConfiguredRunners } from '../../../../src-main/backends/runners/configured.ts';
import { containerRunner } from '../../../../src-main/backends/runners/container.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import type { ContainerRunnerSetting } from '../../../../src-preload/contract/settings/runners.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { IMAGE, type Podman, startPodman } from '../../../support/podman.ts';
import { Cancelled, runnerDeps, testJob } from '../../../support/runners.ts';
import { until } from '../../../support/wait.ts';

const started = await startPodman();
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: runners in containers were not tried with a real Podman: ${reason}`);
const podman = started as Podman;
afterAll(() => ('stop' in started ? started.stop() : undefined));

interface Given {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly setting?: Partial<ContainerRunnerSetting>;
  /** The longest wait of the runner's own. */
  readonly mostMs?: number;
}

/** A runner whose container runs this in a shell. */
function shell(text: string, { inputs, setting, mostMs = 60_000 }: Given = {}) {
  const folder = temporaryFolder();
  const clock = {
    ...systemClock,
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(Math.min(ms, mostMs), signal),
  };
  const own = { ...runnerDeps(folder), clock };
  const containers = new Containers(clock, installationOf(own.workFolder));
  const around = { ...surroundings(), env: { DOCKER_HOST: podman.host } };
  const deps = { ...own, containers, around };
  const runner = containerRunner(deps, {
    kind: 'container',
    capability: '/examples/hello/v1',
    image: IMAGE,
    args: ['/bin/sh', '-c', text],
    memoryMiB: 64,
    tmpMiB: 8,
    pids: 32,
    ...setting,
  });
  return { folder, deps, runner, job: testJob(folder, inputs) };
}

function expectNothingLeft({ deps }: Pick<ReturnType<typeof shell>, 'deps'>): void {
  const there = existsSync(deps.workFolder) ? readdirSync(deps.workFolder) : [];
  // The profile of system calls is for the next job as well.
  expect(there.filter((name) => name !== 'seccomp.json')).toEqual([]);
  expect(podman.names()).toEqual([]);
}

describe.skipIf(reason !== undefined)('a container', () => {
  it('gets its inputs and the document, is heard, and what it leaves is uploaded', async () => {
    const given = shell(
      `cat >document.json; cat /inputs/scans/one.txt >copy.txt; echo '{"progress":{"stage":"one"}}'; echo '{"event":1}'; echo wrong >&2`,
      { inputs: { 'scans/one.txt': 'first' } },
    );
    await given.runner.run(given.job.context);
    expect(given.job.results.get('copy.txt')).toBe('first');
    const { inputs, folders } = JSON.parse(given.job.results.get('document.json')!);
    expect(folders).toEqual({ inputs: '/inputs', outputs: '/outputs', tmp: '/tmp' });
    expect(inputs[0].path).toBe('/inputs/scans/one.txt');
    expect(given.job.progress).toEqual([{ stage: 'one' }]);
    expect(given.job.events).toEqual([1]);
    expect(given.deps.log).toEqual(['wrong']);
    expectNothingLeft(given);
  });

  it('is shut off by everything that its user has not ticked', async () => {
    const given = shell(
      [
        'id -u >uid',
        'grep -E "^(CapEff|CapPrm|CapBnd|CapAmb|NoNewPrivs)" /proc/self/status >status',
        'ls /sys/class/net >net',
        'env >env',
        'touch /outside /inputs/b /etc/x 2>refused',
        'for of in -U -n -m; do unshare $of true && echo $of >>unshared; done 2>unshare',
        'mount >mounts',
        'for c in memory/memory.limit_in_bytes memory.max; do cat /sys/fs/cgroup/$c 2>/dev/null; done >memory',
        'for c in pids/pids.max pids.max; do cat /sys/fs/cgroup/$c 2>/dev/null; done >pids; true',
      ].join('; '),
      { inputs: { a: 'x' } },
    );
    await given.runner.run(given.job.context);
    const said = (name: string) => given.job.results.get(name)!;
    expect(Number(said('uid'))).toBeGreaterThan(0);
    expect(said('status').replaceAll(/\s+/g, ' ')).toBe(
      `CapPrm: ${'0'.repeat(16)} CapEff: ${'0'.repeat(16)} CapBnd: ${'0'.repeat(16)} CapAmb: ${'0'.repeat(16)} NoNewPrivs: 1 `,
    );
    expect(said('net')).toBe('lo\n');
    expect(said('refused').match(/Read-only file system/g)).toHaveLength(3);
    // Podman's own profile of system calls lets anybody be root in a namespace of users.
    expect(given.job.results.has('unshared')).toBe(false);
    expect(said('unshare').match(/unshare.*not permitted/g)).toHaveLength(3);
    expect(said('mounts')).toMatch(/ on \/inputs type .*\(ro,/);
    expect(said('mounts')).toMatch(/tmpfs on \/data type tmpfs .*size=8192k/);
    expect(said('mounts')).not.toMatch(/tmpfs on \/(?:run|var\/tmp|tmp|data) type tmpfs (?!.*size=8192k)/);
    expect(said('memory').trim()).toBe(String(64 * 1024 * 1024));
    expect(said('pids').trim()).toBe('32');
    expect(said('env')).not.toMatch(/SECRET|TOKEN|PASSWORD/);
    expectNothingLeft(given);
  });

  it.each([
    ['exit 3', 'runners.exit-code'],
    ['kill -9 $$; sleep 1; exit 4', 'runners.exit-code'],
    ['sleep 600', 'runners.time-over'],
    ['x=$(head -c 200000000 /dev/zero | tr "\\0" a); echo $x | wc -c', 'runners.memory-over'],
    ['while :; do head -c 1000000 /dev/zero; done >endless', 'runners.disk-limit'],
    ['i=0; while [ $i -lt 40 ]; do mkdir d; cd d; i=$((i+1)); done; chmod 000 /outputs/d', 'runners.too-deep'],
  ])('that does %s fails, and nothing of it is left', async (text, code) => {
    const setting = { outputMiB: 16, ...(text === 'sleep 600' && { timeLimitSecs: 2 }) };
    const given = shell(`exec 2>/dev/null; ${text}`, { setting, mostMs: 1000 });
    await expect(given.runner.run(given.job.context)).rejects.toMatchObject({ code });
    expect(given.job.results.size).toBe(0);
    expectNothingLeft(given);
  });

  it('that forks without end is held to its processes, and ended', async () => {
    const given = shell(`echo '{"progress":"there"}'; f() { f | f & }; f; while :; do sleep 1; done`, { mostMs: 1000 });
    const run = given.runner.run(given.job.context);
    run.catch(() => undefined);
    await until('it to be there', () => given.job.progress.length > 0);
    given.job.cancel();
    await expect(run).rejects.toThrow(Cancelled);
    expectNothingLeft(given);
  });

  it.each([
    ['at once', `echo '{"progress":"there"}'; sleep 600`],
    ['with children', `(sleep 600 & sleep 601) & echo '{"progress":"there"}'; wait`],
    ['though it does not care', `trap "" TERM; echo '{"progress":"there"}'; while :; do sleep 0.05; done`],
    ['in the midst of a flood of lines', `while :; do echo '{"progress":"there"}'; done`],
  ])('that is to stop is ended %s', async (_name, text) => {
    const given = shell(text, { mostMs: 500 });
    const run = given.runner.run(given.job.context);
    run.catch(() => undefined);
    await until('it to be there', () => given.job.progress.length > 0);
    given.job.cancel();
    await expect(run).rejects.toThrow(Cancelled);
    expectNothingLeft(given);
  });

  it('of an image that is not here is not started, and nothing is pulled', async () => {
    const given = shell('', { setting: { image: 'localhost/not-here:1' } });
    const reason = await given.runner.check!(new AbortController().signal);
    expect(reason?.code).toBe('runners.image-missing');
    await expect(given.runner.run(given.job.context)).rejects.toMatchObject({ code: 'runners.image-missing' });
    expectNothingLeft(given);
  });

  it('is tried out without being started', async () => {
    const given = shell('echo started >/outputs/started', { setting: { network: true } });
    expect(await given.runner.check!(new AbortController().signal)).toBeUndefined();
    expect(podman.names()).toEqual([]);
  });

  it('that was left when Hearth was killed is removed at the next start, and no other', async () => {
    const given = shell(`echo '{"progress":"there"}'; sleep 600`);
    const other = shell(`echo '{"progress":"there"}'; sleep 600`, { mostMs: 100 });
    const runs = [given, other].map(({ runner, job }) => runner.run(job.context).catch((error: unknown) => error));
    await until('both to be there', () => given.job.progress.length + other.job.progress.length === 2);
    expect(podman.names()).toHaveLength(2);
    const fresh = new ConfiguredRunners(given.deps, [], given.deps.around);
    await fresh.sweep(new AbortController().signal);
    expect(podman.names()).toHaveLength(1);
    expect(await runs[0]).toMatchObject({ code: 'runners.engine-lost' });
    other.job.cancel();
    expect(await runs[1]).toBeInstanceOf(Cancelled);
    expectNothingLeft(other);
  });
});
