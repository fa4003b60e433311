// One call to a directory, bounded in time and size, and what its refusals mean. What it says in prose is not passed on.

import { Agent, request } from 'undici';
import { z } from 'zod';
import { parseJson } from '../../../base/json-scan.ts';
import { TOLD_JSON } from '../bounds.ts';
import { DirectoryRefused } from '../errors.ts';
import { receiptFault } from '../receipts/refusals.ts';

type Method = 'GET' | 'POST' | 'DELETE';
const JSON_BODY = { 'content-type': 'application/json' };

/** Nothing a directory answers is long. */
const MOST_REPLY_BYTES = 256 * 1024;
const TIMEOUT_MS = 7000;
const MOST_REDIRECTS = 3;
const MOST_RETRY_AFTER_MS = 600_000;

export interface DirectoryCall {
  readonly method: Method;
  readonly path: string;
  readonly body?: object | undefined;
  readonly token?: string | undefined;
  /** Sent beside the token in requests to the ledger. */
  readonly nodeId?: string | undefined;
}

export class DirectoryCalls {
  readonly #base: string;
  readonly #agent = new Agent({ connections: 4, connect: { timeout: 5000 }, keepAliveTimeout: 60_000 });
  readonly #redirectHosts: ReadonlySet<string>;

  /**
   * `url` is the API's base, to which `/v1/...` is added; it may send us to itself and to `redirectHosts`, each a name, or a name and
   * a port where that is not the usual one of its protocol: what listens at other ports of a host is another's program.
   */
  constructor(url: string, redirectHosts: readonly string[]) {
    this.#redirectHosts = new Set([new URL(url).host, ...redirectHosts]);
    this.#base = url.replace(/\/+$/, '').replace(/\/v1$/, '');
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** An object of JSON. Rejects with DirectoryRefused; the signal's reason passes through. */
  async call(call: DirectoryCall, signal: AbortSignal): Promise<unknown> {
    let url = new URL(this.#base + call.path);
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const reply = await this.#send(url, call, bounded, signal);
      if (reply.status !== 307 && reply.status !== 308) return reply.json;
      const next =
        reply.location !== undefined && URL.canParse(reply.location, url.href) && new URL(reply.location, url);
      // The body carries tokens: it follows to known hosts alone, and never from https to http.
      if (!next || !this.#redirectHosts.has(next.host) || (url.protocol === 'https:' && next.protocol !== 'https:'))
        break;
      if (next.protocol !== 'http:' && next.protocol !== 'https:') break;
      url = next;
    }
    throw new DirectoryRefused(
      0,
      'iicp.directory-redirects',
      'The directory sends us to another host or port. If it may, add that to networks.iicp.redirectHosts, such as example.net or example.net:8443.',
    );
  }

  async #send(url: URL, { method, body, token, nodeId }: DirectoryCall, bounded: AbortSignal, caller: AbortSignal) {
    const text = body && JSON.stringify(body);
    let status: number;
    let retryAfter: string | string[] | undefined;
    let location: string | string[] | undefined;
    let bytes: Buffer;
    try {
      const reply = await request(url, {
        method,
        body: text ?? null,
        dispatcher: this.#agent,
        signal: bounded,
        headers: {
          ...(text === undefined ? {} : JSON_BODY),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(nodeId ? { 'x-node-id': nodeId } : {}),
        },
      });
      ({ statusCode: status } = reply);
      ({ 'retry-after': retryAfter, location } = reply.headers);
      bytes = await readUpTo(reply.body, MOST_REPLY_BYTES);
    } catch (error) {
      if (caller.aborted) throw caller.reason;
      throw new DirectoryRefused(0, UNREACHABLE, unreachable(error));
    }
    if (status === 307 || status === 308) return { status, location: String(location ?? ''), json: undefined };
    const json = parse(bytes);
    if (status < 200 || status > 299) throw refused(status, json, retryAfter);
    if (typeof json !== 'object' || json === null)
      throw unusable('the directory answered with something that is not JSON');
    return { status, location: undefined, json };
  }
}

async function readUpTo(body: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > most) throw new RangeError('reply too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(bytes: Buffer): unknown {
  const json = parseJson(bytes, TOLD_JSON);
  return typeof json === 'string' ? undefined : json.value;
}

export function unusable(what: string): DirectoryRefused {
  return new DirectoryRefused(0, GARBLED, `We did not understand the answer: ${what}. Hearth keeps trying.`);
}

function unreachable(error: unknown): string {
  const timedOut = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  return timedOut
    ? 'The directory did not answer in time. Hearth keeps trying.'
    : "The directory can't be reached. Check the Internet connection; Hearth keeps trying.";
}

/** No answer came, or none in time. */
export const UNREACHABLE = 'iicp.directory-unreachable';

/** A success that says nothing of use. */
export const GARBLED = 'iicp.directory-garbled';

const CODE = /^[A-Za-z0-9_.-]{1,64}$/;

/** Both error shapes: `{error: {code, message}}` and, for some codes, `{error: "IICP-E0xx", message}`. */
function refused(status: number, json: unknown, retryAfter: string | string[] | undefined): DirectoryRefused {
  const shape = z.object({
    error: z.union([z.string(), z.object({ code: z.string().catch(''), message: z.string().catch('') })]).catch(''),
    retry_after: z.number().optional().catch(undefined),
  });
  const parsed = shape.safeParse(json);
  const error = parsed.success ? parsed.data.error : '';
  const said = typeof error === 'string' ? error : error.code;
  const code = CODE.test(said) ? said : `HTTP-${status}`;
  const seconds = (parsed.success ? parsed.data.retry_after : undefined) ?? Number(retryAfter);
  const retryAfterMs = seconds > 0 ? Math.min(MOST_RETRY_AFTER_MS, seconds * 1000) : undefined;
  const prose = typeof error === 'string' ? '' : error.message;
  const fault = code === 'IICP-E027' || status >= 500 ? receiptFault(prose) : undefined;
  return new DirectoryRefused(status, code, explain(status, code), retryAfterMs, fault);
}

function explain(status: number, code: string): string {
  switch (code) {
    case 'IICP-E035':
      return 'The directory says the endpoint is not a public address. Check networks.iicp.endpoint.';
    case 'IICP-E036':
      return "The directory could not reach this node at its endpoint. Check networks.iicp.endpoint and the router's port forwarding; Hearth keeps trying.";
    case 'IICP-E049':
    case 'IICP-E050':
      return 'The directory holds this node id for a node with another token. It may free itself once the old address is dead; Hearth keeps trying. Where it never does, this node can begin anew: hearth new-identity.';
    case 'IICP-E051':
      return 'The directory says the name of the operator is taken. Choose another one under networks.iicp.operatorName.';
    case 'IICP-E034':
      return 'The directory asks us to slow down. Hearth tries again later.';
    default:
  }
  if (status === 401 || status === 404 || status === 410) {
    return `The directory does not know this node any more (${code}). Hearth registers again.`;
  }
  if (status === 422)
    return `The directory does not accept what this node says of itself (${code}). Check the settings under networks.iicp.`;
  return `The directory refused (${code}). Hearth keeps trying.`;
}
