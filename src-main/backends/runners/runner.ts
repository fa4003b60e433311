// What does a leased job: a runner of one capability. It gets its inputs, leaves its results and says how far it is through what it is
// handed here, and never learns which network the job is of.

import type { Reason } from '../../../src-preload/contract/define.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** The job as it was when it began. */
export interface RunnerJob {
  readonly taskId: string;
  readonly jobId: string | null;
  readonly domainId: string;
  readonly capability: string;
  readonly stage: string | null;
  readonly label: string | null;
  /** What to load: opaque, as it is handed to the input source. */
  readonly inputs: readonly string[];
  /** What the customer wrote to the job. A stranger's word. */
  readonly meta: Json;
}

/** An input on disk. */
export interface MaterialInput {
  readonly cid: string;
  /** The first file of it. */
  readonly path: string;
  /** The folder in which all inputs of this job are. */
  readonly rootDir: string;
  /** What else came with it. */
  readonly relatedFiles: readonly string[];
  readonly dataId: string | null;
  readonly name: string | null;
  readonly dataType: string | null;
  readonly domainId: string | null;
}

export interface InputSource {
  /** At most 64 MiB. */
  bytes(cid: string): Promise<Buffer>;
  /** To a file that is there until the job ends, read-only by agreement. */
  materialize(cid: string): Promise<MaterialInput>;
}

/** A result that goes by a name and a type of the runner's own. */
export interface DomainArtifact {
  /** The name under which the manager hears of it. */
  readonly relativePath: string;
  readonly name: string;
  readonly dataType: string;
  /** Takes the place of that. */
  readonly existingId?: string;
  readonly content: ArtifactContent;
}

export type ArtifactContent = { readonly bytes: Uint8Array } | { readonly file: string };

/** A result that is made piece by piece. Finish it once, or abort it. */
export interface ArtifactWriter {
  write(chunk: Uint8Array): Promise<void>;
  /** The id that it was stored under; null: none was given. */
  finish(): Promise<string | null>;
  abort(): Promise<void>;
}

/** Each resolves when the result is stored. Relative paths are names for it: none leads to a place on this computer. */
export interface ArtifactSink {
  put(relativePath: string, content: ArtifactContent): Promise<string | null>;
  putDomainArtifact(artifact: DomainArtifact): Promise<string | null>;
  open(relativePath: string): Promise<ArtifactWriter>;
}

export interface RunnerControl {
  /** Aborted when the job is to end: cancelled, lost, handed back, or the node stops. A runner returns soon then. */
  readonly signal: AbortSignal;
  isCancelled(): boolean;
  /** Takes the place of what was said before. Never waits for the network. Throws where it is more than 64 KiB of JSON. */
  progress(progress: Json): void;
  /** Never waits for the network. Of too many the oldest are dropped. Throws as progress does. */
  logEvent(event: Json): void;
}

export interface RunnerContext {
  readonly job: RunnerJob;
  readonly input: InputSource;
  readonly output: ArtifactSink;
  readonly control: RunnerControl;
  /** For runners that speak to the domain server themselves. It changes while the job runs: read it before each request. */
  readonly accessToken: { get(): string };
}

export interface Runner {
  /** Constant, such as `/examples/hello/v1`. */
  readonly capability: string;
  /** Resolves when the results are stored. What it throws is why the job failed; of a HearthError the sentence is passed on. */
  run(context: RunnerContext): Promise<void>;
  /** Whether it could start now; what is missing otherwise. Left out: it always can. */
  check?(signal: AbortSignal): Promise<Reason | undefined>;
}

/** By capability; of two with the same the last counts. */
export class Runners {
  readonly #by: ReadonlyMap<string, Runner>;

  constructor(runners: readonly Runner[]) {
    this.#by = new Map(runners.map((runner) => [runner.capability, runner]));
  }

  /** Sorted. */
  get capabilities(): readonly string[] {
    return [...this.#by.keys()].sort();
  }

  get(capability: string): Runner | undefined {
    return this.#by.get(capability);
  }

  all(): readonly Runner[] {
    return [...this.#by.values()];
  }
}
