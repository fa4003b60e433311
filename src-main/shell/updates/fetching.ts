// What comes from the host of updates, within bounds: a small file whole, or a package of a size and sum that are known before.
// Redirects are not followed, since they could lead into the user's own network.

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import { UPDATE_LIMITS } from './bounds.ts';
import { notGenuine, unsigned } from './errors.ts';

export interface FetchDeps {
  /** Electron's, which knows the system's proxy and certificates. */
  readonly fetch: (url: string, options: RequestInit) => Promise<Response>;
  readonly clock: Clock;
}

export interface Package {
  readonly size: number;
  /** In base64. */
  readonly sha512: string;
}

/** Feed and signature. A signature that is not there is a refusal, a feed that is not there may come back. */
export async function fetchFeed(
  deps: FetchDeps,
  url: URL,
): Promise<{ readonly bytes: Buffer; readonly signature: string }> {
  const until = deadline(deps.clock, UPDATE_LIMITS.feedMs);
  try {
    const feed = await answer(deps, url, until.signal);
    if (!feed.ok) throw new Error(`the feed was answered with ${feed.status}`);
    const bytes = await whole(feed, UPDATE_LIMITS.feedBytes);
    const signature = await answer(deps, new URL(`${url.href}.minisig`), until.signal);
    if (signature.status === 404) throw unsigned('there is no signature');
    if (!signature.ok) throw new Error(`the signature was answered with ${signature.status}`);
    return { bytes, signature: (await whole(signature, UPDATE_LIMITS.signatureBytes)).toString('utf8') };
  } finally {
    until.end();
  }
}

/** Writes the package to `to`, and not a byte more than it has. Throws `UpdateRefused` where it is another. */
export async function fetchPackage(
  deps: FetchDeps,
  url: URL,
  to: string,
  wanted: Package,
  progress: (bytes: number) => void,
): Promise<void> {
  const all = deadline(deps.clock, UPDATE_LIMITS.downloadMs);
  const silence = deadline(deps.clock, UPDATE_LIMITS.silentMs);
  const file = await open(to, 'w');
  try {
    const response = await answer(deps, url, AbortSignal.any([all.signal, silence.signal]));
    if (!response.ok) throw new Error(`the package was answered with ${response.status}`);
    const sum = createHash('sha512');
    let done = 0;
    for await (const chunk of chunksOf(response)) {
      done += chunk.length;
      if (done > wanted.size) throw notGenuine(`more than ${wanted.size} bytes`);
      silence.again();
      sum.update(chunk);
      await file.writeFile(chunk);
      progress(done);
    }
    if (done < wanted.size) throw new Error(`the package ended after ${done} of ${wanted.size} bytes`);
    if (sum.digest('base64') !== wanted.sha512) throw notGenuine('the sum is another');
  } finally {
    await file.close();
    all.end();
    silence.end();
  }
}

function answer({ fetch }: FetchDeps, url: URL, signal: AbortSignal): Promise<Response> {
  return fetch(url.href, {
    signal,
    redirect: 'error',
    credentials: 'omit',
    cache: 'no-store',
    // Nothing that distinguishes one computer from another.
    headers: { accept: '*/*', 'cache-control': 'no-cache', 'user-agent': 'hearth' },
  });
}

/** No release has a feed or a signature as long as that, so none of ours signed it. */
async function whole(response: Response, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(response)) {
    length += chunk.length;
    if (length > most) throw unsigned(`more than ${most} bytes`);
    parts.push(chunk);
  }
  return Buffer.concat(parts, length);
}

/** Leaving the loop early ends the download. */
async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body !== null) yield* body as unknown as AsyncIterable<Uint8Array>;
}

/** Aborts after a time that can begin anew. */
function deadline(clock: Clock, ms: number) {
  const controller = new AbortController();
  const arm = () => clock.after(ms, () => controller.abort(new Error(`nothing more came within ${ms} ms`)));
  let cancel = arm();
  return {
    signal: controller.signal,
    again() {
      cancel();
      cancel = arm();
    },
    /** Lets go of whatever is still under way: an unread body would hold its connection. */
    end() {
      cancel();
      controller.abort();
    },
  };
}
