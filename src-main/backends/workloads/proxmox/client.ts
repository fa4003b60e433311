// Proxmox VE's interface (REST over TLS, API viewer of pve-docs 8; paygress.md 5.3): forms sent, `{data}` answered, and long things done by tasks,
// which are asked after until they have ended.

import { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { Agent, FormData, fetch } from 'undici';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';

/** What it answers to a request that it refuses, or says of a task that failed. */
export class ProxmoxError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface ProxmoxAt {
  /** Such as `https://server:8006`. */
  readonly origin: string;
  /** `user@realm!name=secret`. */
  readonly token: string;
  /** PEM of its certificate, or of who has signed it; left out: a public one. */
  readonly ca?: string | undefined;
}

export type Params = Readonly<Record<string, string | number | boolean | undefined>>;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const ANSWER_BYTES = 8 * 1024 * 1024;
const MESSAGE_CHARACTERS = 500;
const CONNECT_MS = 10_000;
const LOOK_MS = { first: 200, longest: 2000 };

const Answer = z.object({
  data: z.unknown(),
  message: z.string().optional(),
  errors: z.record(z.string(), z.unknown()).optional(),
});
/** UPID:node:pid:start:time:type:id:user: */
const Upid = z
  .string()
  .max(512)
  .regex(/^UPID:[A-Za-z0-9.-]+:/);
const Task = z.object({ status: z.string(), exitstatus: z.string().optional() });

export class ProxmoxClient {
  readonly #at: ProxmoxAt;
  readonly #clock: Pick<Clock, 'sleep'>;
  readonly #tls: ConnectionOptions;
  readonly #agent: Agent;

  constructor(at: ProxmoxAt, clock: Pick<Clock, 'sleep'>) {
    this.#at = at;
    this.#clock = clock;
    this.#tls = at.ca === undefined ? {} : { ca: at.ca, checkServerIdentity: isNamed(at.ca) };
    // Long things are tasks: an answer itself comes at once.
    this.#agent = new Agent({ connect: { ...this.#tls, timeout: CONNECT_MS }, headersTimeout: 60_000 });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** Its `data`. Rejects with ProxmoxError, or with what broke the connection. */
  async ask(method: Method, path: string, signal: AbortSignal, params: Params | FormData = {}): Promise<unknown> {
    const form = params instanceof FormData ? params : new URLSearchParams(written(params));
    const inQuery = method === 'GET' || method === 'DELETE';
    const query = form instanceof URLSearchParams && inQuery && form.size > 0 ? `?${form.toString()}` : '';
    const answered = await fetch(`${this.#at.origin}/api2/json${path}${query}`, {
      method,
      dispatcher: this.#agent,
      // What is asked is asked of this server alone: it is told the token.
      redirect: 'error',
      signal,
      headers: this.#headers(),
      ...(!inQuery && { body: form }),
    });
    const text = await whole(answered.body, ANSWER_BYTES);
    const said = Answer.safeParse(parsed(text));
    if (answered.ok && said.success) return said.data.data;
    const errors = Object.entries(said.data?.errors ?? {}).map(([name, what]) => `${name}: ${String(what)}`);
    // Earlier versions say it in the status line alone.
    const message = [said.data?.message ?? answered.statusText, ...errors].join(' ').trim();
    throw new ProxmoxError(answered.ok ? 502 : answered.status, message.slice(0, MESSAGE_CHARACTERS) || 'refused');
  }

  /** What a task does, to its end; one whose caller goes away is ended. */
  async run(method: Method, path: string, signal: AbortSignal, params: Params | FormData = {}): Promise<void> {
    const upid = Upid.parse(await this.ask(method, path, signal, params));
    const task = `/nodes/${encodeURIComponent(upid.split(':')[1]!)}/tasks/${encodeURIComponent(upid)}`;
    try {
      for (let wait = LOOK_MS.first; ; wait = Math.min(LOOK_MS.longest, wait * 2)) {
        const { status, exitstatus = 'OK' } = Task.parse(await this.ask('GET', `${task}/status`, signal));
        if (status === 'stopped') {
          if (/^(?:OK|WARNINGS: \d+)$/.test(exitstatus)) return;
          throw new ProxmoxError(500, exitstatus.slice(0, MESSAGE_CHARACTERS));
        }
        await this.#clock.sleep(wait, signal);
      }
    } catch (error) {
      if (signal.aborted) await this.ask('DELETE', task, AbortSignal.timeout(CONNECT_MS)).catch(() => undefined);
      throw error;
    }
  }

  /** A channel to a terminal. */
  channel(path: string): WebSocket {
    return new WebSocket(`${this.#at.origin.replace(/^https/, 'wss')}/api2/json${path}`, 'binary', {
      ...this.#tls,
      headers: this.#headers(),
      maxPayload: ANSWER_BYTES,
      handshakeTimeout: CONNECT_MS,
    });
  }

  #headers(): Record<string, string> {
    return { authorization: `PVEAPIToken=${this.#at.token}` };
  }
}

/** As a form has it: truth is 1 or 0 there. */
export function written(params: Params): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'boolean' ? String(Number(value)) : String(value)]],
    ),
  );
}

/** A certificate that was named itself is believed whatever its name. */
function isNamed(pem: string): ConnectionOptions['checkServerIdentity'] {
  return (host, shown) =>
    new X509Certificate(pem).raw.equals(shown.raw) ? undefined : checkServerIdentity(host, shown);
}

async function whole(body: AsyncIterable<Uint8Array> | null, most: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body ?? []) {
    length += piece.length;
    if (length > most) throw new Error(`more than ${most} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** It has no status of its own for what is not there. */
export const isMissing = (error: unknown) => error instanceof ProxmoxError && /does not exist/i.test(error.message);
/** Something else is being done with it. */
export const isBusy = (error: unknown) =>
  error instanceof ProxmoxError && /is locked|got timeout|can't lock|is running/i.test(error.message);
