// Runs a runner once with a job that no manager has leased: a small file as its input, results that are looked at and thrown away, and all
// that it says kept for the user who tries it.

import { mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunnerSaid, RunnerTrial } from '../../../src-preload/contract/runners.ts';
import { toHearthError, toReason } from '../../base/errors.ts';
import type { ContractDeps } from './contract.ts';
import { JOB_PREFIX, removeTree } from './job-folder.ts';
import type { ArtifactContent, Json, Runner, RunnerContext } from './runner.ts';

const MOST_SAID = 200;
const MOST_TEXT = 500;
const MOST_RESULTS = 50;
const PRIVATE = 0o700;

const NAME = 'sample';
const TEXT = 'Hearth tries this runner with a small text.\nNo customer has sent it.\n';

/** What a runner says while it is tried: the newest of it, each cut to what a page shows. */
export class TrialTalk {
  #said: RunnerSaid[] = [];
  readonly #heard: () => void;

  constructor(heard: () => void) {
    this.#heard = heard;
  }

  get said(): RunnerSaid[] {
    return [...this.#said];
  }

  add(kind: RunnerSaid['kind'], text: string): void {
    this.#said.push({ kind, text: text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text });
    if (this.#said.length > 2 * MOST_SAID) this.#said = this.#said.slice(-MOST_SAID);
    this.#heard();
  }

  /** The end of what a runner has logged is heard when its job is over, so it stands last. */
  get last(): RunnerSaid[] {
    return this.#said.slice(-MOST_SAID);
  }
}

export type TrialDeps = Pick<ContractDeps, 'clock' | 'random' | 'workFolder'>;

/** Resolves with what came of it, also where it failed; rejects where there is no room for its input, or with the signal's reason. */
export async function tryRunner(
  { clock, random, workFolder }: TrialDeps,
  runner: Runner,
  talk: TrialTalk,
  signal: AbortSignal,
): Promise<RunnerTrial> {
  const at = clock.now();
  const began = clock.monotonic();
  await mkdir(workFolder, { recursive: true, mode: PRIVATE });
  const rootDir = join(await realpath(workFolder), `${JOB_PREFIX}${random.id()}`);
  const results: { path: string; bytes: number }[] = [];
  try {
    const path = join(rootDir, 'datasets', NAME, `${NAME}.txt`);
    await mkdir(join(rootDir, 'datasets', NAME), { recursive: true, mode: PRIVATE });
    await writeFile(path, TEXT, { mode: 0o600 });
    let failure: RunnerTrial['failure'] = null;
    const sample = { cid: NAME, path, rootDir, relatedFiles: [], dataId: null, name: NAME, dataType: 'txt' };
    try {
      await runner.run(contextOf(runner.capability, random.id(), { ...sample, domainId: null }, talk, results, signal));
    } catch (error) {
      signal.throwIfAborted();
      failure = toReason(toHearthError(error));
    }
    return {
      capability: runner.capability,
      at,
      tookMs: clock.monotonic() - began,
      failure,
      said: talk.last,
      results: results.slice(0, MOST_RESULTS),
      resultCount: results.length,
    };
  } finally {
    await removeTree(rootDir);
  }
}

function contextOf(
  capability: string,
  id: string,
  sample: Awaited<ReturnType<RunnerContext['input']['materialize']>>,
  talk: TrialTalk,
  results: { path: string; bytes: number }[],
  signal: AbortSignal,
): RunnerContext {
  const put = async (path: string, content: ArtifactContent) => {
    results.push({ path, bytes: 'file' in content ? (await stat(content.file)).size : content.bytes.length });
    return null;
  };
  return {
    job: {
      taskId: id,
      jobId: null,
      domainId: id,
      capability,
      stage: 'trial',
      label: 'tried by its user',
      inputs: [sample.cid],
      meta: {},
    },
    input: { bytes: async () => Buffer.from(TEXT), materialize: async () => sample },
    output: {
      put,
      putDomainArtifact: ({ relativePath, content }) => put(relativePath, content),
      async open(path) {
        let bytes = 0;
        return {
          async write(chunk) {
            bytes += chunk.length;
          },
          async finish() {
            results.push({ path, bytes });
            return null;
          },
          async abort() {},
        };
      },
    },
    control: {
      signal,
      isCancelled: () => signal.aborted,
      progress: (value: Json) => talk.add('progress', JSON.stringify(value)),
      logEvent: (value: Json) => talk.add('event', JSON.stringify(value)),
    },
    accessToken: { get: () => '' },
  };
}
