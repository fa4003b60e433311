// The four calls of a node to the manager. A log-in that is refused is replaced and the call made once more, and no more than that:
// what became of a call without an answer is not known, and the manager may have counted it.

import type { Clock } from '../../../base/clock.ts';
import { POSEMESH } from '../bounds.ts';
import { Refused } from '../errors.ts';
import { type Http, joinUrl, type WholeReply } from '../http.ts';
import { jsonOf } from '../json.ts';
import { behind, type HeartbeatAnswer, type Lease, readHeartbeat, readLease } from './lease.ts';

export interface DmsClientDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly http: Http;
  readonly tokens: {
    bearer(): Promise<string>;
    onUnauthorized(token: string): void;
  };
}

export interface DmsClientOptions {
  readonly baseUrl: string;
  /** For one request, milliseconds. */
  readonly timeoutMs: number;
}

/** Less than that is the time that an answer takes, and the second that its Date is of. */
const ANOTHER_TIME_MS = 10_000;

export class DmsClient {
  readonly #deps: DmsClientDeps;
  readonly #options: DmsClientOptions;

  constructor(deps: DmsClientDeps, options: DmsClientOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /**
   * A job, or undefined where there is none for this node now. `capability` is asked for where it is given; otherwise the manager goes by
   * those of the log-in. Rejects with Unreachable, Refused or Garbled.
   */
  async lease(capability: string | undefined, signal: AbortSignal): Promise<Lease | undefined> {
    const query = capability === undefined ? '' : `?capability=${encodeURIComponent(capability)}`;
    const reply = await this.#call('GET', `/tasks${query}`, undefined, signal);
    // 409: it is busy with what this node has leased already.
    if (reply.status === 204 || reply.status === 409) return undefined;
    return behind(readLease(this.#json(reply)), this.#aheadMs(reply));
  }

  async heartbeat(taskId: string, body: object, signal: AbortSignal): Promise<HeartbeatAnswer> {
    const reply = await this.#call('POST', `/tasks/${encodeURIComponent(taskId)}/heartbeat`, body, signal);
    return behind(readHeartbeat(this.#json(reply)), this.#aheadMs(reply));
  }

  async complete(taskId: string, body: object, signal: AbortSignal): Promise<void> {
    this.#granted(await this.#call('POST', `/tasks/${encodeURIComponent(taskId)}/complete`, body, signal));
  }

  async fail(taskId: string, body: object, signal: AbortSignal): Promise<void> {
    this.#granted(await this.#call('POST', `/tasks/${encodeURIComponent(taskId)}/fail`, body, signal));
  }

  /** Rejects where it does not answer at all. */
  async answers(signal: AbortSignal): Promise<void> {
    const { baseUrl, timeoutMs } = this.#options;
    await this.#deps.http.whole(
      { party: 'dms', method: 'GET', url: baseUrl, signal },
      { withinMs: timeoutMs, mostBytes: POSEMESH.dmsReplyBytes },
    );
  }

  async #call(method: 'GET' | 'POST', path: string, body: object | undefined, signal: AbortSignal) {
    const { tokens } = this.#deps;
    const token = await tokens.bearer();
    const reply = await this.#send(method, path, body, token, signal);
    if (reply.status !== 401) return reply;
    tokens.onUnauthorized(token);
    return await this.#send(method, path, body, await tokens.bearer(), signal);
  }

  #send(method: 'GET' | 'POST', path: string, body: object | undefined, token: string, signal: AbortSignal) {
    const { baseUrl, timeoutMs } = this.#options;
    return this.#deps.http.whole(
      {
        party: 'dms',
        method,
        url: joinUrl(baseUrl, path),
        headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        signal,
      },
      { withinMs: timeoutMs, mostBytes: POSEMESH.dmsReplyBytes },
    );
  }

  /** What the manager's clock is ahead of this computer's, by the Date of its answer (RFC 9110, 6.6.1). */
  #aheadMs({ headers }: WholeReply): number {
    const ahead = Date.parse(String(headers.date)) - this.#deps.clock.now();
    return Math.abs(ahead) >= ANOTHER_TIME_MS ? ahead : 0;
  }

  #granted({ status }: WholeReply): void {
    if (status < 200 || status > 299) throw new Refused('dms', status);
  }

  #json(reply: WholeReply): unknown {
    this.#granted(reply);
    return jsonOf('dms', reply.bytes);
  }
}
