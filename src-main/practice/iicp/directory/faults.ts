// The ways in which a directory fails its nodes, switched on by tests and by those who want to see the node cope.

import type { ServerResponse } from 'node:http';
import type { Random } from '../../../base/random.ts';
import { sendJson } from '../../http-server.ts';

/**
 * status: that answer, nothing done · garbage: 200 with bytes that are not JSON · redirect: 307 to the same path there ·
 * silent: the request is read and never answered · drop: done, but the connection dies before the answer
 */
export type Fault = { readonly status: number } | { readonly redirect: string } | 'garbage' | 'silent' | 'drop';

export interface FaultOptions {
  /** Only this route, e.g. `/v1/heartbeat`; default all. */
  readonly route?: string;
  /** How many requests; default until it is switched off. */
  readonly times?: number;
}

/** One in so many calls fails in one of these ways: refused before the work, broken after it, or with nothing to read. */
export interface Flaky {
  readonly oneIn: number;
  readonly faults: readonly Fault[];
}

const EVERYWHERE = '*';

const CODES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  404: 'IICP-E003',
  410: 'gone',
  429: 'rate_limited',
  500: 'internal_error',
  503: 'unavailable',
};

export class Faults {
  readonly #random: Pick<Random, 'int'>;
  readonly #armed = new Map<string, { fault: Fault; left: number }>();
  #flaky: Flaky | null = null;

  constructor(random: Pick<Random, 'int'>) {
    this.#random = random;
  }

  /** Besides what is switched on for good; null: no more. */
  flaky(flaky: Flaky | null): void {
    this.#flaky = flaky;
  }

  /** One fault for each route (or for all); null clears that route, or everything when no route is named. */
  set(fault: Fault | null, { route, times = Number.POSITIVE_INFINITY }: FaultOptions = {}): void {
    if (fault !== null) this.#armed.set(route ?? EVERYWHERE, { fault, left: times });
    else if (route === undefined) this.#armed.clear();
    else this.#armed.delete(route);
  }

  /** The fault for this request, used up by one. */
  take(route: string): Fault | undefined {
    const key = this.#armed.has(route) ? route : EVERYWHERE;
    const armed = this.#armed.get(key);
    if (!armed) return this.#chance();
    if (--armed.left <= 0) this.#armed.delete(key);
    return armed.fault;
  }

  #chance(): Fault | undefined {
    const flaky = this.#flaky;
    if (!flaky || this.#random.int(flaky.oneIn) > 0) return undefined;
    return flaky.faults[this.#random.int(flaky.faults.length)];
  }
}

/** Answers (or does not answer) with a fault other than `drop`, which only makes sense after the work. */
export function play(fault: Exclude<Fault, 'drop'>, res: ServerResponse, pathAndQuery: string): void {
  if (fault === 'silent') return;
  if (fault === 'garbage') {
    res.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Welcome to our captive portal</title>');
  } else if ('redirect' in fault) {
    const location = `${fault.redirect.replace(/\/+$/, '')}${pathAndQuery}`;
    const headers = { location, 'x-iicp-redirect-reason': 'replica_mode', 'retry-after': '0' };
    sendJson(res, 307, { error: { code: 'replica_mode', message: 'this is a replica' } }, headers);
  } else {
    const code = CODES[fault.status] ?? 'error';
    sendJson(res, fault.status, { error: { code, message: 'a fault was switched on' } });
  }
}
