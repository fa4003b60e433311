// A job for a runner, without a network around it: inputs are files of a folder, results are kept, and what it says is written down.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ContractDeps } from '../../src-main/backends/runners/contract.ts';
import type { Json, RunnerContext } from '../../src-main/backends/runners/runner.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';

export interface TestJob {
  readonly context: RunnerContext;
  readonly results: Map<string, string>;
  readonly progress: Json[];
  readonly events: Json[];
  cancel(): void;
}

export class Cancelled extends Error {
  override name = 'Cancelled';
}

/** `inputs`: by the path within the folder that they are loaded to, what is in them. */
export function testJob(folder: string, inputs: Readonly<Record<string, string>> = {}, meta: Json = null): TestJob {
  const stop = new AbortController();
  const results = new Map<string, string>();
  const progress: Json[] = [];
  const events: Json[] = [];
  const rootDir = join(folder, 'loaded');
  const context: RunnerContext = {
    job: {
      taskId: 'task-1',
      jobId: 'job-1',
      domainId: 'domain-1',
      capability: '/examples/hello/v1',
      stage: null,
      label: 'hello',
      inputs: Object.keys(inputs),
      meta,
    },
    input: {
      bytes: (cid) => Promise.resolve(Buffer.from(inputs[cid]!)),
      materialize: async (cid) => {
        const path = join(rootDir, cid);
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(path, inputs[cid]!, { mode: 0o600 });
        const described = { dataId: `id-${cid}`, name: cid, dataType: 'txt', domainId: 'domain-1' };
        return { cid, path, rootDir, relatedFiles: [], ...described };
      },
    },
    output: {
      put: async (path, content) => {
        results.set(
          path,
          'file' in content ? readFileSync(content.file, 'latin1') : Buffer.from(content.bytes).toString(),
        );
        return path;
      },
      putDomainArtifact: () => Promise.reject(new Error('not asked for')),
      open: () => Promise.reject(new Error('not asked for')),
    },
    control: {
      signal: stop.signal,
      isCancelled: () => stop.signal.aborted,
      progress: (value) => void progress.push(value),
      logEvent: (value) => void events.push(value),
    },
    accessToken: { get: () => 'a token of the domain' },
  };
  return { context, results, progress, events, cancel: () => stop.abort(new Cancelled('cancelled')) };
}

export interface RunnerDeps extends ContractDeps {
  readonly log: string[];
}

export function runnerDeps(folder: string): RunnerDeps {
  const log: string[] = [];
  return {
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    workFolder: join(folder, 'work'),
    logged: (_job, lines) => void log.push(...lines),
    log,
  };
}

/** A script that can be executed; its first line says by what. */
export function script(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o755 });
  return path;
}
