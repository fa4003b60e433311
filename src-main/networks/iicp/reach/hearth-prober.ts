// Another Hearth as the one who tries our address from outside: the user's second one, or a peer that offers it. It brings our
// nonce, so what it says needs no belief: reached is what arrived here.

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { z } from 'zod';
import { addressBytes, addressText } from '../../../reachability/address-bytes.ts';
import type { OutsideProber, OutsideTarget, ProbeResult } from '../../../reachability/prober.ts';
import { REACH } from './bounds.ts';
import { type Call, type CallAnswer, callOnce } from './call.ts';
import { DIAL_BACK_PATH, LEAST_PORT } from './dial-back.ts';
import type { PendingNonces } from './pending-nonces.ts';

export interface HearthProberDeps {
  readonly pendingNonces: Pick<PendingNonces, 'expect'>;
  /** For tests: the addresses behind a name, the addresses of this computer, and the call itself. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
  readonly own?: () => readonly string[];
  readonly call?: (call: Call, signal: AbortSignal) => Promise<CallAnswer>;
}

const ProbeReply = z.object({ reached: z.boolean(), seen_from: z.string().max(64) });
const UNKNOWN: ProbeResult = { kind: 'unknown' };

export class HearthProber implements OutsideProber {
  readonly name: string;
  readonly #deps: HearthProberDeps;
  readonly #url: URL;

  /** `url` of its task server, as `http://host:port`. */
  constructor(deps: HearthProberDeps, url: string) {
    this.#deps = deps;
    this.#url = new URL(DIAL_BACK_PATH, url);
    this.name = this.#url.host;
  }

  async reach({ host, port, nonce }: OutsideTarget, signal: AbortSignal): Promise<ProbeResult> {
    if (port < LEAST_PORT) return UNKNOWN;
    const hosts = isIP(host) === 0 ? await this.#resolve(host) : [host];
    const [first] = hosts;
    if (first === undefined) return UNKNOWN;
    const family = isIP(first) === 6 ? 6 : 4;
    const theirs = isIP(this.#url.hostname.replace(/^\[|\]$/g, ''));
    if (theirs !== 0 && theirs !== family) return UNKNOWN;
    const waiting = this.#deps.pendingNonces.expect(nonce, family);
    try {
      const reply = await this.#ask({ port, nonce }, family, hosts, signal);
      // It tried the address that we came from. Where that is another one, as on two lines, it says nothing about this one.
      if (!reply || !hosts.some((each) => same(each, reply.seen_from))) return UNKNOWN;
      if (waiting.arrived()) return reply.reached ? { kind: 'reached', nonce: true, by: this.name } : UNKNOWN;
      // Behind a name there may be a proxy that knows us by that name only.
      if (isIP(host) === 0) return UNKNOWN;
      const why = reply.reached ? 'it says so, but nothing arrived here' : 'it could not connect';
      return { kind: 'not-reached', why, by: this.name };
    } finally {
      waiting.end();
    }
  }

  /** Undefined: it does not do that, not now, or not for us. */
  async #ask(
    asked: { readonly port: number; readonly nonce: string },
    family: 4 | 6,
    hosts: readonly string[],
    signal: AbortSignal,
  ): Promise<z.infer<typeof ProbeReply> | undefined> {
    const { call = callOnce, own = ownAddresses } = this.#deps;
    const addresses = own();
    const body = JSON.stringify(asked);
    // What goes out by itself may well go by an address that is soon another (RFC 8981).
    const from = hosts.find((host) => addresses.includes(host));
    try {
      const answer = await call(
        { method: 'POST', url: this.#url, body, family, from, mostBytes: REACH.answer },
        signal,
      );
      if (answer.status !== 200) return undefined;
      return ProbeReply.safeParse(JSON.parse(answer.text)).data;
    } catch {
      if (signal.aborted) throw signal.reason;
      return undefined;
    }
  }

  async #resolve(name: string): Promise<readonly string[]> {
    const { resolve = systemResolve } = this.#deps;
    // Of one family, since one is tried at a time.
    const found = await resolve(name).catch(() => []);
    return found.filter((address) => isIP(address) === isIP(found[0]!));
  }
}

async function systemResolve(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true, order: 'ipv4first' })).map(({ address }) => address);
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((cards) => (cards ?? []).map(({ address }) => address));
}

function same(one: string, other: string): boolean {
  return isIP(other) !== 0 && addressText(addressBytes(one)) === addressText(addressBytes(other));
}
