// What a runner is given on its standard input: one line of JSON with the job, its inputs and where its folders are. docs/runners.md
// describes it. No token is in it: a runner speaks to no server, it reads and writes files.

import { isAbsolute, relative, sep } from 'node:path';
import type { InputSource, Json, MaterialInput, RunnerJob } from './runner.ts';

const VERSION = 1;

/** Where the folders are, as the runner sees them. */
export interface Places {
  readonly inputs: string;
  readonly outputs: string;
  readonly tmp: string;
}

export interface Inputs {
  /** The folder that all of them are in; undefined: there are none. */
  readonly root: string | undefined;
  readonly all: readonly MaterialInput[];
}

/** All inputs of a job, on disk. */
export async function materialise(cids: readonly string[], source: InputSource, signal: AbortSignal): Promise<Inputs> {
  const all: MaterialInput[] = [];
  for (const cid of cids) {
    signal.throwIfAborted();
    all.push(await source.materialize(cid));
  }
  return { root: all[0]?.rootDir, all };
}

/** `slash` joins the paths that the runner sees. */
export function documentOf(job: RunnerJob, { root, all }: Inputs, places: Places, slash: string = sep): string {
  const within = (path: string) => {
    const rest = relative(root ?? '', path);
    if (rest === '' || rest.startsWith('..') || isAbsolute(rest))
      throw new TypeError('an input lies outside of its folder');
    return [places.inputs, ...rest.split(sep)].join(slash);
  };
  const { taskId, jobId, domainId, capability, stage, label, meta } = job;
  const inputs = all.map(({ cid, path, relatedFiles, dataId, name, dataType, domainId: from }) => ({
    cid,
    path: within(path),
    related: relatedFiles.map(within),
    dataId,
    name,
    dataType,
    domainId: from,
  }));
  const document: Json = {
    version: VERSION,
    job: { taskId, jobId, domainId, capability, stage, label, meta },
    inputs,
    folders: { inputs: places.inputs, outputs: places.outputs, tmp: places.tmp },
  };
  return `${JSON.stringify(document)}\n`;
}
