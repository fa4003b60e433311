// GET /v1/probe: connects to a host and port on a node's behalf, few at a time. Private hosts it leaves alone, so that no caller
// scans a home network with it; but for a node that registered here with an address of that kind, where that is allowed.

import { connect, isIP } from 'node:net';
import { looksPublic, publicLookup } from '../../addresses.ts';
import type { Api } from './api.ts';
import { type ApiReply, type ApiRequest, invalid, refusal, wholeNumber } from './exchange.ts';

const PROBE_MS = 5000;
const MOST_PROBES = 8;

export class Probes {
  #running = 0;

  async probe(api: Api, { query }: ApiRequest): Promise<ApiReply> {
    const written = query.get('host') ?? '';
    const port = wholeNumber(query, 'port', 0, 99_999);
    if (written === '' || written.length > 255 || port < 1 || port > 65_535) {
      throw invalid('host and port are required');
    }
    const host = asDialled(written);
    const registered = api.rules.allowPrivateEndpoints && isEndpoint(api, host, port);
    if (!registered && !looksPublic(host)) throw invalid('private hosts are not probed');
    if (this.#running >= MOST_PROBES) throw refusal(503, 'busy', 'too many probes at once');
    this.#running++;
    try {
      const error = await attempt(api, host, port, !registered);
      return { status: 200, body: error === undefined ? { reachable: true } : { reachable: false, error } };
    } finally {
      this.#running--;
    }
  }
}

/** As a URL has it: an address has many spellings, 127.1 for one. */
function asDialled(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '');
  const six = isIP(bare) === 6;
  const url = `http://${six ? `[${bare}]` : bare}`;
  if ((!six && /[/\\?#@:\s]/.test(bare)) || !URL.canParse(url)) throw invalid('host is not a host');
  return new URL(url).hostname;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

const isEndpoint = ({ nodes }: Api, host: string, port: number): boolean =>
  nodes.all().some(({ registration }) => {
    const url = new URL(registration.endpoint);
    return url.hostname === host && (url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port)) === port;
  });

/** Undefined once connected, else why not. */
function attempt({ clock }: Api, host: string, port: number, publicOnly: boolean): Promise<string | undefined> {
  const bare = host.replace(/^\[|\]$/g, '');
  const lookup = publicOnly && !isIP(bare) ? publicLookup : undefined;
  return new Promise((resolve) => {
    const socket = connect({ host: bare, port, lookup });
    const disarm = clock.after(PROBE_MS, () => done('timeout'));
    const done = (reason?: string) => {
      disarm();
      socket.destroy();
      resolve(reason);
    };
    socket.once('connect', () => done());
    socket.once('error', (cause: NodeJS.ErrnoException) => done(cause.code ?? 'unreachable'));
  });
}
