// Channels into a box, by the API of Kubernetes: a command's output and how it ended, and whether anything listens.

import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import type { BoxExec } from '../backend.ts';
import type { KubernetesClient } from './client.ts';
import { CONTAINER } from './plan.ts';

/** Of a command: standard output, standard error, and in the end a `Status`. Of a port: what it says, and why it can't be reached. */
const STREAMS = { output: 1, errors: 2, end: 3, data: 0, refused: 1 } as const;
const STATUS_BYTES = 64 * 1024;
/** Who is not there is said at once; who takes a connection may wait to be spoken to. */
const SILENT_MS = 1500;

const Ended = z.object({
  status: z.string().optional(),
  message: z.string().optional(),
  details: z
    .object({ causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).optional() })
    .optional(),
});

/** Of what it prints, the first `most` bytes; the rest is read and dropped. */
export async function execIn(
  client: KubernetesClient,
  pod: string,
  command: readonly string[],
  most: number,
  signal: AbortSignal,
): Promise<BoxExec> {
  const channel = await client.channel(`${pod}/exec`, { command, container: CONTAINER, stdout: true, stderr: true });
  const kept: Buffer[] = [];
  let length = 0;
  let end: Buffer = Buffer.alloc(0);
  await closed(channel, signal, (stream, bytes) => {
    if (stream === STREAMS.end) end = Buffer.concat([end, bytes]).subarray(0, STATUS_BYTES);
    if (stream !== STREAMS.output && stream !== STREAMS.errors) return;
    const piece = bytes.subarray(0, most - length);
    length += piece.length;
    if (piece.length > 0) kept.push(piece);
  });
  return { exitCode: exitCodeIn(end.toString('utf8')), output: Buffer.concat(kept).toString('utf8') };
}

function exitCodeIn(said: string): number {
  const { status, message, details } = Ended.parse(JSON.parse(said));
  if (status === 'Success') return 0;
  const code = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (code === undefined || !/^\d{1,3}$/.test(code))
    throw new Error((message ?? 'the command did not run').slice(0, 500));
  return Number(code);
}

/** Whether a program in it takes connections at that port. */
export async function takesConnections(
  client: KubernetesClient,
  clock: Pick<Clock, 'after'>,
  pod: string,
  port: number,
  signal: AbortSignal,
): Promise<boolean> {
  const channel = await client.channel(`${pod}/portforward`, { ports: port });
  const seen = new AbortController();
  let taken: boolean | undefined;
  const decided = (is: boolean) => {
    taken ??= is;
    seen.abort();
  };
  const heard = [0, 0];
  let wait = (): void => undefined;
  channel.once('open', () => {
    wait = clock.after(SILENT_MS, () => decided(true));
  });
  try {
    await closed(channel, AbortSignal.any([signal, seen.signal]), (stream, bytes) => {
      // Each stream begins with the number of the port.
      const before = heard[stream] ?? 0;
      heard[stream] = before + bytes.length;
      if (heard[stream] > 2) decided(stream === STREAMS.data);
    });
  } catch (error) {
    if (taken === undefined) throw error;
  } finally {
    wait();
  }
  return taken ?? false;
}

/** Resolves when it has ended by itself; rejects with the signal's reason, or with what broke it. */
function closed(
  channel: WebSocket,
  signal: AbortSignal,
  taken: (stream: number, bytes: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(signal.reason);
      channel.terminate();
    };
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    channel.on('message', (data) => {
      const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
      if (bytes.length > 1) taken(bytes[0]!, bytes.subarray(1));
    });
    channel.on('error', reject);
    channel.once('close', () => {
      signal.removeEventListener('abort', leave);
      resolve();
    });
  });
}
