// The runners that docs/runners.md shows, as they stand there.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { programRunner } from '../../../../src-main/backends/runners/program.ts';
import { RunnersSetting } from '../../../../src-preload/contract/settings/runners.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { runnerDeps, script, testJob } from '../../../support/runners.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../../docs/runners.md'), 'utf8');

function example(language: string): string {
  return new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(PAGE)![1]!;
}

/** Runs it as a runner, with two inputs. */
async function tried(language: string) {
  const folder = temporaryFolder();
  const program = script(folder, `run.${language}`, example(language));
  const deps = runnerDeps(folder);
  const job = testJob(folder, { 'a.txt': 'first', 'b.txt': 'second' });
  await programRunner(deps, { kind: 'program', capability: '/examples/hello/v1', program }).run(job.context);
  return { folder, job };
}

describe.skipIf(process.platform === 'win32')('the page on runners', () => {
  it.skipIf(!existsSync('/usr/bin/python3'))('has a runner in Python that works', async () => {
    const { job } = await tried('python');
    expect(JSON.parse(job.results.get('sums/sha256.json')!)).toEqual({
      'a.txt': 'a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e',
      'b.txt': '16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4',
    });
    expect(job.progress.at(-1)).toEqual({ stage: 'reading', percent: 100 });
    expect(job.events).toEqual([{ event: 'summed', files: 2 }]);
  });

  it('has a runner in shell that works', async () => {
    const { folder, job } = await tried('sh');
    const packed = join(folder, 'packed.tar.gz');
    writeFileSync(packed, job.results.get('inputs.tar.gz')!, 'latin1');
    expect(execFileSync('tar', ['-tzf', packed], { encoding: 'utf8' }).split('\n').sort()).toEqual([
      '',
      './',
      './a.txt',
      './b.txt',
    ]);
    expect(job.progress).toEqual([{ stage: 'packing' }]);
    expect(job.events).toEqual([{ event: 'packed' }]);
  });

  it('has settings that are valid', () => {
    const [, list] = /is a list with a runner for each capability:\n\n((?: {4}.*\n|\n)+)/.exec(PAGE)!;
    expect(RunnersSetting.safeParse(JSON.parse(list!)).success).toBe(true);
  });
});
