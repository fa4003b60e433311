// One small HTTP request to a prober or back to a node: by one family of addresses and from one of our own where that matters,
// no redirect followed, no connection kept, a short answer only.

import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { REACH } from './bounds.ts';

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  /** JSON. */
  readonly body?: string;
  /** A name is looked up in this family only. */
  readonly family: 4 | 6;
  /** An address of this computer to go out from. */
  readonly from?: string | undefined;
  /** Of the answer's body, in bytes. */
  readonly mostBytes: number;
}

export interface CallAnswer {
  readonly status: number;
  readonly text: string;
}

/** Rejects with the signal's reason, or where no answer of that size came. */
export async function callOnce(
  { method, url, body, family, from, mostBytes }: Call,
  signal: AbortSignal,
): Promise<CallAnswer> {
  const options: RequestOptions = {
    method,
    family,
    agent: false,
    maxHeaderSize: REACH.head,
    signal,
    ...(from !== undefined && { localAddress: from }),
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    }),
  };
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  try {
    return await new Promise<CallAnswer>((resolve, reject) => {
      const request = send(url, options, (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on('data', (part: Buffer) => {
          size += part.length;
          if (size <= mostBytes) return void parts.push(part);
          reject(new Error('its answer is too long'));
          request.destroy();
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
        );
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  }
}
