// A program of the user's own as a runner: real processes, real signals, real folders.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { surroundings } from '../../../../src-main/backends/containers/engine.ts';
import { installationOf } from '../../../../src-main/backends/containers/installation.ts';
import { ConfiguredRunners } from '../../../../src-main/backends/runners/configured.ts';
import { killMarked } from '../../../../src-main/backends/runners/processes.ts';
import { programRunner } from '../../../../src-main/backends/runners/program.ts';
import { Runners } from '../../../../src-main/backends/runners/runner.ts';
import { systemClock } from '../../../../src-main/base/clock.ts';
import type { ProgramRunnerSetting } from '../../../../src-preload/contract/settings/runners.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { Cancelled, runnerDeps, script, testJob } from '../../../support/runners.ts';
import { until } from '../../../support/wait.ts';

const LINUX = process.platform === 'linux';

interface Given {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly setting?: Partial<ProgramRunnerSetting>;
}

/** A runner whose program is this shell script. */
function shell(text: string, { inputs, setting }: Given = {}) {
  const folder = temporaryFolder();
  const deps = runnerDeps(folder);
  const program = script(folder, 'run.sh', `#!/bin/sh\n${text}\n`);
  const runner = programRunner(deps, { kind: 'program', capability: '/examples/hello/v1', program, ...setting });
  // Whatever a failed test has left.
  onTestFinished(() => void killMarked(`HEARTH_INSTALLATION=${installationOf(deps.workFolder)}`, systemClock));
  return { folder, deps, runner, job: testJob(folder, inputs) };
}

function expectNothingLeft({ deps }: Pick<ReturnType<typeof shell>, 'deps'>): void {
  expect(existsSync(deps.workFolder) ? readdirSync(deps.workFolder) : []).toEqual([]);
  if (LINUX) expect(processesOf(installationOf(deps.workFolder))).toEqual([]);
}

function processesOf(installation: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`HEARTH_INSTALLATION=${installation}`)
      );
    } catch {
      return false;
    }
  });
}

describe('a program', () => {
  it('gets its inputs and the document, and what it leaves is uploaded under its path', async () => {
    const given = shell(
      'cat >document.json; mkdir -p a/b; cp "$HEARTH_INPUTS/scans/one.txt" a/b/copy.txt; echo more >"a/with blank"',
      { inputs: { 'scans/one.txt': 'first', 'scans/two.txt': 'second' } },
    );
    await given.runner.run(given.job.context);
    expect([...given.job.results.keys()]).toEqual(['a/b/copy.txt', 'a/with blank', 'document.json']);
    expect(given.job.results.get('a/b/copy.txt')).toBe('first');
    const { version, job, inputs, folders } = JSON.parse(given.job.results.get('document.json')!);
    expect({ version, job }).toEqual({
      version: 1,
      job: {
        taskId: 'task-1',
        jobId: 'job-1',
        domainId: 'domain-1',
        capability: '/examples/hello/v1',
        stage: null,
        label: 'hello',
        meta: null,
      },
    });
    const at = join(given.folder, 'loaded');
    expect(folders.inputs).toBe(at);
    expect(inputs.map((input: { path: string }) => input.path)).toEqual([
      join(at, 'scans/one.txt'),
      join(at, 'scans/two.txt'),
    ]);
    expectNothingLeft(given);
  });

  it('is heard: progress and events reach the job, all else its log', async () => {
    const given = shell(
      `echo '{"progress":{"stage":"one"}}'; echo '{"event":{"n":1}}'; echo '{"log":"said"}'; echo plain; echo '{"other":1}'; echo wrong >&2; printf '{"progress":2}'`,
    );
    await given.runner.run(given.job.context);
    expect(given.job.progress).toEqual([{ stage: 'one' }, 2]);
    expect(given.job.events).toEqual([{ n: 1 }]);
    expect([...given.deps.log].sort()).toEqual(['plain', 'said', 'wrong', '{"other":1}']);
  });

  it('has nothing of ours in its environment, and its arguments as they are', async () => {
    process.env.HEARTH_TEST_SECRET = 'not for programs';
    onTestFinished(() => void delete process.env.HEARTH_TEST_SECRET);
    const given = shell('env >env; for a in "$@"; do printf "%s\\n" "$a"; done >args; pwd >pwd', {
      setting: { args: ['a b', '$HOME', '`id`', ''] },
    });
    await given.runner.run(given.job.context);
    const names = given.job.results
      .get('env')!
      .split('\n')
      .map((line) => line.split('=')[0]!)
      .filter((name) => name !== '');
    // The last three are the shell's own.
    const ours = names.filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name)).sort();
    expect(ours).toEqual([
      'HEARTH_INPUTS',
      'HEARTH_INSTALLATION',
      'HEARTH_JOB',
      'HEARTH_OUTPUTS',
      'HOME',
      'LANG',
      'PATH',
      'TEMP',
      'TMP',
      'TMPDIR',
      'USERPROFILE',
    ]);
    expect(given.job.results.get('args')).toBe('a b\n$HOME\n`id`\n\n');
    expect(given.job.results.get('pwd')).toMatch(/\/outputs\n$/);
  });

  it.each([
    ['exit 3', 'runners.exit-code'],
    ['kill -9 $$', 'runners.exit-signal'],
    ['exec /nowhere', 'runners.exit-code'],
  ])('that ends with %s has failed, and nothing is uploaded', async (text, code) => {
    const given = shell(`echo done >result; ${text}`);
    await expect(given.runner.run(given.job.context)).rejects.toMatchObject({ code });
    expect(given.job.results.size).toBe(0);
    expectNothingLeft(given);
  });

  it('that is not there or can’t be run fails with a sentence, and its check says so before', async () => {
    const folder = temporaryFolder();
    const deps = runnerDeps(folder);
    const plain = join(folder, 'plain');
    mkdirSync(plain);
    const checked = async (program: string) => {
      const runner = programRunner(deps, { kind: 'program', capability: '/a/v1', program });
      const reason = await runner.check!(new AbortController().signal);
      await expect(runner.run(testJob(folder).context)).rejects.toMatchObject({ code: reason?.code });
      return reason?.code;
    };
    expect(await checked(join(folder, 'none'))).toBe('runners.program-absent');
    expect(await checked(plain)).toBe('runners.program-not-executable');
    // The system itself finds out what its first line leads to.
    const odd = script(folder, 'odd', '#!/nowhere/interpreter\n');
    const runner = programRunner(deps, { kind: 'program', capability: '/a/v1', program: odd });
    expect(await runner.check!(new AbortController().signal)).toBeUndefined();
    await expect(runner.run(testJob(folder).context)).rejects.toMatchObject({ code: 'runners.program-not-executable' });
    expect(readdirSync(deps.workFolder)).toEqual([]);
  });

  it('that needs longer than it may is ended', async () => {
    const given = shell('sleep 600', { setting: { timeLimitSecs: 1 } });
    await expect(given.runner.run(given.job.context)).rejects.toMatchObject({ code: 'runners.time-over' });
    expectNothingLeft(given);
  });

  it('may do its work without reading what it is given', async () => {
    const given = shell('exec 0<&-; echo ok >result', { inputs: { a: 'x'.repeat(10) } });
    await given.runner.run({ ...given.job.context, job: { ...given.job.context.job, meta: 'x'.repeat(1_000_000) } });
    expect(given.job.results.get('result')).toBe('ok\n');
  });
});

describe('the runners of a computer', () => {
  it('are those of its settings, by capability, each of its kind', async () => {
    const folder = temporaryFolder();
    const program = script(folder, 'run.sh', '#!/bin/sh\necho ok >result\n');
    const around = { ...surroundings(), env: { DOCKER_HOST: 'unix:///nowhere/engine.sock' } };
    const configured = new ConfiguredRunners(
      runnerDeps(folder),
      [
        { kind: 'program', capability: '/b/v1', program },
        { kind: 'container', capability: '/a/v1', image: 'a' },
      ],
      around,
    );
    const runners = new Runners(configured.all);
    expect(runners.capabilities).toEqual(['/a/v1', '/b/v1']);
    const { signal } = new AbortController();
    expect(await runners.get('/b/v1')!.check!(signal)).toBeUndefined();
    expect(await runners.get('/a/v1')!.check!(signal)).toMatchObject({ code: 'containers.engine-missing' });
    const job = testJob(folder);
    await runners.get('/b/v1')!.run(job.context);
    expect([...job.results]).toEqual([['result', 'ok\n']]);
    await configured.sweep(signal);
  });
});

describe('a program that is to stop', () => {
  /** Where it is then, and the line that says so. */
  const STAGES: readonly (readonly [name: string, text: string])[] = [
    ['at once', 'echo \'{"progress":"there"}\'; sleep 600'],
    ['while it reads', 'echo \'{"progress":"there"}\'; cat >/dev/null; sleep 600'],
    ['in the midst of a file', 'echo \'{"progress":"there"}\'; while :; do echo more; done >result'],
    ['in the midst of a flood of lines', 'while :; do echo \'{"progress":"there"}\'; done'],
    ['with children', 'sleep 600 & (sleep 601; sleep 602) & echo \'{"progress":"there"}\'; wait'],
    [
      'with a child that has left its group',
      'setsid sleep 600 </dev/null >/dev/null 2>&1 & echo \'{"progress":"there"}\'; wait',
    ],
  ];

  it.each(STAGES)('%s is ended with all that it has started', async (_name, text) => {
    const given = shell(text);
    const run = given.runner.run(given.job.context);
    await until('it to say that it is there', () => given.job.progress.length > 0);
    given.job.cancel();
    await expect(run).rejects.toThrow(Cancelled);
    expect(given.job.results.size).toBe(0);
    expectNothingLeft(given);
  });

  it('before it was started is never started', async () => {
    const given = shell('echo started >&2');
    given.job.cancel();
    await expect(given.runner.run(given.job.context)).rejects.toThrow(Cancelled);
    expect(given.deps.log).toEqual([]);
    expectNothingLeft(given);
  });

  it('is asked first, and may clear up', async () => {
    const given = shell(
      'trap \'echo "clearing up" >&2; exit 0\' TERM; echo \'{"progress":"there"}\'; while :; do sleep 0.05; done',
    );
    const run = given.runner.run(given.job.context);
    await until('it to be there', () => given.job.progress.length > 0);
    given.job.cancel();
    await expect(run).rejects.toThrow(Cancelled);
    expect(given.deps.log).toContain('clearing up');
  });

  it('and does not care for being asked is ended after the grace', async () => {
    const given = shell('trap "" TERM; echo \'{"progress":"there"}\'; while :; do sleep 0.05; done');
    const clock = {
      ...systemClock,
      sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(Math.min(ms, 200), signal),
    };
    const { program } = { program: join(given.folder, 'run.sh') };
    const runner = programRunner({ ...given.deps, clock }, { kind: 'program', capability: '/a/v1', program });
    const run = runner.run(given.job.context);
    await until('it to be there', () => given.job.progress.length > 0);
    given.job.cancel();
    await expect(run).rejects.toThrow(Cancelled);
    expectNothingLeft(given);
  });

  it.runIf(LINUX)('leaves no child in the background when it ends by itself', async () => {
    const given = shell('sleep 600 & setsid sleep 601 >/dev/null 2>&1 & echo ok >result');
    await given.runner.run(given.job.context);
    expect(given.job.results.get('result')).toBe('ok\n');
    expectNothingLeft(given);
  });
});

describe('a program that leaves what it should not', () => {
  it.each([
    ['a link to a file', 'ln -s /etc/passwd result', 'runners.result-link'],
    ['a link to a folder', 'ln -s / all', 'runners.result-link'],
    ['a link to nothing', 'ln -s nowhere result', 'runners.result-link'],
    ['a pipe', 'mkfifo result', 'runners.result-special'],
    ['a name with a line end', 'echo x >"a\nb"', 'runners.result-name'],
    ['a name with a backslash', "echo x >'a\\b'", 'runners.result-name'],
    ['a name that is no text', 'echo x >"$(printf \'a\\377\')"', 'runners.result-name'],
    ['a name of 201 bytes', 'echo x >"$(printf %0201d 0)"', 'runners.result-name'],
    ['folders too deep', 'i=0; while [ $i -lt 40 ]; do mkdir d; cd d; i=$((i+1)); done; echo x >x', 'runners.too-deep'],
    [
      'more than a path can name',
      'i=0; while [ $i -lt 3000 ]; do mkdir d; cd -P d || exit 0; i=$((i+1)); done',
      'runners.too-deep',
    ],
    ['a file with holes', 'truncate -s 900G big', 'runners.disk-limit'],
    ['too many results', 'i=0; while [ $i -lt 5 ]; do echo >$i; i=$((i+1)); done', 'runners.too-many-results'],
    [
      'folders without rights',
      'mkdir -p a/b; echo x >a/b/c; chmod 000 a/b a; truncate -s 900G big',
      'runners.disk-limit',
    ],
  ])('%s fails the job, and all of it is removed', async (_name, text, code) => {
    const given = shell(text, { setting: { outputFiles: 4, outputMiB: 64 } });
    await expect(given.runner.run(given.job.context)).rejects.toMatchObject({ code });
    expect(given.job.results.size).toBe(0);
    expectNothingLeft(given);
  });

  it('is ended while it still writes', async () => {
    const given = shell('while :; do head -c 1000000 /dev/zero; done >"$TMPDIR/endless"', {
      setting: { outputMiB: 8 },
    });
    await expect(given.runner.run(given.job.context)).rejects.toMatchObject({ code: 'runners.disk-limit' });
    expectNothingLeft(given);
  });
});

describe('what an earlier run left when Hearth was killed', () => {
  it.runIf(LINUX)('is ended and removed at the next start: programs, those out of their group, folders', async () => {
    const given = shell(
      'setsid sleep 600 </dev/null >/dev/null 2>&1 & echo left >result; echo \'{"progress":"there"}\'; wait',
    );
    const run = given.runner.run(given.job.context);
    run.catch(() => undefined);
    await until('it to be there', () => given.job.progress.length > 0);
    // As a fresh process would find it: nothing of the run before is known but what is on the disk and in the list of processes.
    const fresh = new ConfiguredRunners(given.deps, []);
    await fresh.sweep(new AbortController().signal);
    expectNothingLeft(given);
    await expect(run).rejects.toMatchObject({ code: 'runners.exit-signal' });
  });

  it('is left alone where it is of another installation, or not ours', async () => {
    const given = shell('');
    mkdirSync(join(given.deps.workFolder, 'domain-input-1'), { recursive: true });
    mkdirSync(join(given.deps.workFolder, 'runner-old/outputs'), { recursive: true });
    await new ConfiguredRunners(given.deps, []).sweep(new AbortController().signal);
    expect(readdirSync(given.deps.workFolder)).toEqual(['domain-input-1']);
  });
});
