// The requests that boxes need of an engine beside those of dockerode: what a stranger prints is within a size.

import type Docker from 'dockerode';
import { z } from 'zod';
import { unframed } from '../containers/frames.ts';
import { answerOf, inTime } from '../containers/requests.ts';
import type { BoxExec } from './backend.ts';
import { EngineFailed } from './errors.ts';

export type Doing = ConstructorParameters<typeof EngineFailed>[0];

/** As `answerOf`, and rejects with EngineFailed. */
export function ask<T>(
  doing: Doing,
  ms: number,
  signal: AbortSignal,
  request: (within: AbortSignal) => Promise<T>,
): Promise<T> {
  return answerOf({ ms, signal, failed: (cause) => new EngineFailed(doing, cause) }, request);
}

/** A trial that takes too long says so, by `late`, and takes nothing from the others. */
export async function inItsTime<T>(
  ms: number,
  signal: AbortSignal,
  run: (within: AbortSignal) => Promise<T>,
  late: T,
): Promise<T> {
  const within = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  try {
    return await inTime(run(within), within);
  } catch (error) {
    signal.throwIfAborted();
    if (within.aborted) return late;
    throw error;
  }
}

const Store = z.object({ store: z.object({ graphRootAllocated: z.number() }) });
/** Without a version it is not there, and each Podman answers to those since. */
const PODMAN_INFO = '/v4.0.0/libpod/info';

/** Bytes of the disk that Podman keeps boxes on; undefined where one does not say. Docker has no such answer. */
export async function storeBytes({ modem }: Docker, signal: AbortSignal): Promise<number | undefined> {
  const said = await new Promise<unknown>((resolve) => {
    const request = { path: PODMAN_INFO, method: 'GET', statusCodes: { 200: true }, abortSignal: signal };
    modem.dial(request as never, (_error, answer) => resolve(answer));
  });
  return Store.safeParse(said).data?.store.graphRootAllocated;
}

/** Of what it prints, the first `most` bytes; the rest is read and dropped. */
export async function execIn(
  container: Docker.Container,
  command: readonly string[],
  most: number,
  signal: AbortSignal,
): Promise<BoxExec> {
  const made = await container.exec({
    Cmd: [...command],
    AttachStdout: true,
    AttachStderr: true,
    abortSignal: signal,
  });
  const stream = await made.start({});
  const end = () => void stream.destroy();
  signal.addEventListener('abort', end, { once: true });
  try {
    signal.throwIfAborted();
    const output = await textOf(unframed(stream), most);
    signal.throwIfAborted();
    const { ExitCode } = await made.inspect({ abortSignal: signal });
    return { exitCode: ExitCode ?? -1, output };
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

async function textOf(pieces: AsyncIterable<{ readonly bytes: Uint8Array }>, most: number): Promise<string> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const { bytes } of pieces) {
    const piece = bytes.subarray(0, most - length);
    if (piece.length === 0) continue;
    kept.push(Buffer.from(piece));
    length += piece.length;
  }
  return Buffer.concat(kept).toString('utf8');
}

/** The last `most` bytes of what a container has printed since then, seconds. */
export async function endOfLog(
  container: Docker.Container,
  most: number,
  signal: AbortSignal,
  since = 0,
): Promise<string> {
  const framed = await container.logs({ stdout: true, stderr: true, follow: false, since, abortSignal: signal });
  const pieces: Uint8Array[] = [];
  for await (const { bytes } of unframed(oneChunk(framed))) pieces.push(bytes);
  const all = Buffer.concat(pieces);
  return all.subarray(Math.max(0, all.length - most)).toString('utf8');
}

async function* oneChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
