// A disk image from where its owner says: fetched beforehand, known by its sum, and gone on with where it was broken off.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import type { PullProgress } from '../containers/images.ts';
import { BOX } from './bounds.ts';
import { MachineImageWrong } from './errors.ts';

export interface MachineSource {
  readonly name: string;
  /** A path of this computer, an address of the Web, or `image:` and what the engine calls it. */
  readonly from: string;
  /** Small hex digits; undefined: its owner has given none. */
  readonly sha256: string | undefined;
}

export const isAddress = (from: string) => /^https?:\/\//.test(from);

const SILENT_MS = 60_000;
const MOST_REDIRECTS = 5;

/**
 * Into the file `to`, which may have its beginning. Resolves when it is whole, by its sum. Rejects with MachineImageWrong (`fetch`, `sum`,
 * `size`), or with the signal's reason; what has come is kept but where its sum was wrong.
 */
export async function fetchImage(
  clock: Pick<Clock, 'after'>,
  { name, from, sha256 }: MachineSource,
  to: string,
  mostBytes: number,
  progress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const file = await open(to, 'a+', 0o600);
  try {
    let { size } = await file.stat();
    const silence = new AbortController();
    const listen = () => clock.after(SILENT_MS, () => silence.abort());
    let heard = listen();
    const within = AbortSignal.any([signal, silence.signal, AbortSignal.timeout(BOX.machineFetchMs)]);
    try {
      const response = await answerOf(from, size, within);
      // One that can't go on sends all of it again; nothing is left to send where it has all come.
      if (response.status === 200 && size > 0) {
        await file.truncate(0);
        size = 0;
      } else if (response.status !== 200 && response.status !== 206 && response.status !== 416) {
        throw new Error(`answered with ${response.status}`);
      }
      if (response.status !== 416) {
        const total = size + Number(response.headers.get('content-length') ?? 0);
        if (total > mostBytes) throw new MachineImageWrong(name, 'size');
        for await (const bytes of response.body ?? []) {
          heard();
          heard = listen();
          size += bytes.length;
          if (size > mostBytes) throw new MachineImageWrong(name, 'size');
          await file.appendFile(bytes);
          progress({ doneBytes: size, totalBytes: Math.max(total, size) });
        }
        if (size < total) throw new Error(`ended after ${size} of ${total} bytes`);
      }
    } finally {
      heard();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof MachineImageWrong ? error : new MachineImageWrong(name, 'fetch', error);
  } finally {
    await file.close();
  }
  if ((await sumOf(to, signal)) === sha256) return;
  await (await open(to, 'w')).close();
  throw new MachineImageWrong(name, 'sum');
}

/** A redirect leads to an address with TLS, or nowhere. */
async function answerOf(from: string, offset: number, signal: AbortSignal): Promise<Response> {
  let url = new URL(from);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await fetch(url, {
      signal,
      redirect: 'manual',
      credentials: 'omit',
      headers: {
        'user-agent': 'hearth',
        'accept-encoding': 'identity',
        ...(offset > 0 && { range: `bytes=${offset}-` }),
      },
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    url = new URL(location, url);
    if (url.protocol !== 'https:') throw new Error('redirected to an address without TLS');
  }
  throw new Error('redirected too often');
}

/** Of a path of this computer. Rejects with MachineImageWrong (`missing`, `size`). */
export async function bytesAt(name: string, path: string, mostBytes: number): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new MachineImageWrong(name, 'missing');
  if (found.size > mostBytes) throw new MachineImageWrong(name, 'size');
  return found.size;
}

async function sumOf(path: string, signal: AbortSignal): Promise<string> {
  const sum = createHash('sha256');
  for await (const bytes of createReadStream(path, { highWaterMark: 1024 * 1024, signal })) sum.update(bytes as Buffer);
  return sum.digest('hex');
}
