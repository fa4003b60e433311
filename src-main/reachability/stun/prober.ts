// Tries an address from outside with no more than a STUN server: it is asked, from the very socket that is bound to the port, to answer
// from its second address. Nothing comes in from there that the router would not let in from any stranger (RFC 5780 4.4).

import { isIP } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { STUN } from '../bounds.ts';
import type { Endpoint, Family } from '../mapping.ts';
import type { OutsideProber, OutsideTarget, ProbeResult } from '../prober.ts';
import { findStunServer, type LookUp, parseStunServer, systemLookUp } from './servers.ts';
import { type Datagrams, StunSocket } from './socket.ts';

export interface StunProberDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** As in the setting. */
  readonly servers: () => readonly string[];
  /** For each of three steps: finding a server, asking it, and asking it to answer from elsewhere. */
  readonly timeoutMs: number;
  readonly lookUp?: LookUp;
}

const UNKNOWN: ProbeResult = { kind: 'unknown' };

export class StunProber implements OutsideProber {
  readonly name = 'STUN';
  readonly #deps: StunProberDeps;
  readonly #datagrams: Datagrams;

  constructor(deps: StunProberDeps, datagrams: Datagrams) {
    this.#deps = deps;
    this.#datagrams = datagrams;
  }

  /** The first server that can say decides; one is asked after the other. */
  async reach(target: OutsideTarget, signal: AbortSignal): Promise<ProbeResult> {
    const family = isIP(target.host);
    if (family !== 4 && family !== 6) return UNKNOWN;
    const asked = new Set<string>();
    for (const server of [...new Set(this.#deps.servers())].slice(0, STUN.servers)) {
      const at = await this.#find(server, family, signal);
      if (!at) continue;
      asked.add(at.address);
      const probeResult = await this.#ask(at, { ...target, family, asked }, signal);
      if (probeResult.kind !== 'unknown') return { ...probeResult, by: server };
    }
    return UNKNOWN;
  }

  async #find(server: string, family: Family, signal: AbortSignal): Promise<Endpoint | undefined> {
    const { clock, timeoutMs, lookUp = systemLookUp } = this.#deps;
    const parsed = parseStunServer(server);
    return parsed && (await findStunServer({ clock, lookUp }, parsed, family, { signal, timeoutMs }));
  }

  async #ask(
    at: Endpoint,
    { host, port, family, asked }: OutsideTarget & { readonly family: Family; readonly asked: ReadonlySet<string> },
    signal: AbortSignal,
  ): Promise<ProbeResult> {
    const { timeoutMs } = this.#deps;
    const place = { family, local: undefined, datagrams: this.#datagrams, signal };
    return StunSocket.use(this.#deps, place, async (socket) => {
      const plain = await socket.ask(at, timeoutMs);
      // Where our own datagrams leave by another port than the one to be tried, an answer says nothing of that one.
      if (plain?.mapped?.address !== host || plain.mapped.port !== port) return UNKNOWN;
      // From an address that we have sent to, an answer would come in through any router.
      if (!plain.other || asked.has(plain.other.address)) return UNKNOWN;
      const far = await socket.askToChange(at, 'address and port', timeoutMs);
      if (far === 'unsupported') return UNKNOWN;
      // Known by its transaction, which we alone have chosen.
      if (far === 'came') return { kind: 'reached', nonce: true };
      return { kind: 'not-reached', why: 'an answer from an address that was not asked did not come in' };
    });
  }
}
