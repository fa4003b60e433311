// What goes wrong at a practice server, by script: the next requests of a route are answered otherwise, or not at all.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../base/clock.ts';

/**
 * A status; `garbage` with a success; `half` an answer; `hang` without one; `drop`ped connections; a `redirect` to another address;
 * an answer of so many `bytes` without end; or one that comes `late`, milliseconds.
 */
export type Fault =
  | { readonly status: number }
  | 'garbage'
  | 'half'
  | 'hang'
  | 'drop'
  | { readonly redirect: string }
  | { readonly bytes: number }
  | { readonly late: number };

export interface FaultScript {
  /** Left out: any. */
  readonly route?: string | undefined;
  /** Left out: until the faults are cleared. */
  readonly times?: number | undefined;
  /** So many are answered as ever before that. */
  readonly after?: number | undefined;
}

export class Faults {
  readonly #clock: Clock;
  #held = 0;
  #scripts: { readonly fault: Fault; readonly route: string | undefined; left: number; skip: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(fault: Fault, { route, times = Number.POSITIVE_INFINITY, after = 0 }: FaultScript = {}): void {
    this.#scripts.push({ fault, route, left: times, skip: after });
  }

  clear(): void {
    this.#scripts = [];
  }

  /** Requests that are kept without an answer by script. */
  get held(): number {
    return this.#held;
  }

  /** True: it was answered in here. */
  async meet(route: string, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    const script = this.#scripts.find((one) => one.left > 0 && (one.route ?? route) === route);
    if (!script) return false;
    if (script.skip > 0) {
      script.skip -= 1;
      return false;
    }
    script.left -= 1;
    const { fault } = script;
    if (typeof fault === 'object' && 'late' in fault) {
      this.#held += 1;
      await this.#clock.sleep(fault.late);
      this.#held -= 1;
      return false;
    }
    if (fault === 'hang') {
      this.#held += 1;
      res.once('close', () => {
        this.#held -= 1;
      });
    }
    answer(fault, req, res);
    return true;
  }
}

function answer(fault: Exclude<Fault, { readonly late: number }>, req: IncomingMessage, res: ServerResponse): void {
  const json = { 'content-type': 'application/json' };
  if (fault === 'drop') return void req.socket.destroy();
  // Its body is read, so that only the answer is missing.
  req.resume();
  if (fault === 'hang') return;
  if (fault === 'garbage') return void res.writeHead(200, json).end('{"half": [');
  if (fault === 'half') {
    res.writeHead(200, { ...json, 'content-length': 1000 }).write('{"half": "');
    return void setImmediate(() => res.destroy());
  }
  if ('status' in fault) return void res.writeHead(fault.status, json).end('{"error":"scripted"}');
  if ('redirect' in fault) return void res.writeHead(307, { location: fault.redirect }).end();
  res.writeHead(200, json);
  const piece = Buffer.alloc(64 * 1024, ' ');
  const more = (left: number): void => {
    if (left <= 0 || res.destroyed) return void res.end();
    if (res.write(piece)) setImmediate(() => more(left - piece.length));
    else res.once('drain', () => more(left - piece.length));
  };
  more(fault.bytes);
}
