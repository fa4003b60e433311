// Which paths a listener to the outside has, and who answers for each. A route is a line in a table; bounds are kept by the server.

import type { IncomingMessage } from 'node:http';
import type { Fault } from './refusals.ts';

/** What a handler is given of a request. */
export interface Asked {
  readonly request: IncomingMessage;
  /** What stood for the `:name` segments of its path, as text. */
  readonly params: Readonly<Record<string, string>>;
  /** Of a POST, in its parts; must not be used once the answer is there. */
  readonly body: readonly Buffer[];
  /** Aborted, with GONE, when the caller goes. */
  readonly stop: AbortController;
}

/** Why a request is stopped: its caller has gone. */
export const GONE = 'gone';

/** `text` undefined where the caller has gone and no answer is read; the type is that of JSON unless another is given. */
export interface RouteAnswer {
  readonly status: number;
  readonly text: string | Buffer | undefined;
  readonly type?: string;
  readonly retryAfterS?: number | undefined;
  /** Beside those. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Route {
  /** A segment `:name` stands for any one. */
  readonly path: string;
  /** With GET goes HEAD. A POST has a body of JSON, which is read before the handler is asked. */
  readonly method: 'GET' | 'POST';
  /** Of a body; what the server takes at most where it is left out. */
  readonly mostBytes?: number;
  /** What it answers is the outcome of work done here, and is sent in any case; a large answer of others only where there is room. */
  readonly worked?: boolean;
  /** Called for each request that is turned away once it is known to be for this route. */
  readonly turnedAway?: (fault: Fault, answer: RouteAnswer) => void;
  /** Brings work: what one web page may ask for is limited. */
  readonly limited?: boolean;
  /** Whether web pages of any origin may use it now, whatever is set for the rest. */
  readonly pages?: () => boolean;
  /** Asked only within the server's bounds. */
  handle(asked: Asked): RouteAnswer | Promise<RouteAnswer>;
}

export interface Found {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
  readonly methods: readonly string[];
}

export class Routes {
  readonly #plain = new Map<string, Found>();
  readonly #patterns: { readonly route: Route; readonly segments: readonly string[] }[] = [];

  /** One route for a path. */
  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      if (route.path.includes('/:')) this.#patterns.push({ route, segments: route.path.split('/') });
      else this.#plain.set(route.path, found(route, {}));
    }
  }

  find(path: string): Found | undefined {
    const plain = this.#plain.get(path);
    if (plain || this.#patterns.length === 0) return plain;
    const given = path.split('/');
    for (const { route, segments } of this.#patterns) {
      const params = match(segments, given);
      if (params) return found(route, params);
    }
    return undefined;
  }
}

function found(route: Route, params: Readonly<Record<string, string>>): Found {
  return { route, params, methods: route.method === 'GET' ? ['GET', 'HEAD'] : ['POST'] };
}

function match(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const text = given[index]!;
    if (!segment.startsWith(':')) {
      if (segment !== text) return undefined;
      continue;
    }
    const value = decoded(text);
    if (!value) return undefined;
    params[segment.slice(1)] = value;
  }
  return params;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
