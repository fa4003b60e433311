// Tries an address from outside without anybody's help but a STUN server's: it is asked, from the very socket that is bound to the
// port, to answer from its second address, from which nothing gets in that the router would not let in from any stranger (RFC 5780).

import { isIP } from 'node:net';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { STUN } from '../bounds.ts';
import type { Endpoint } from '../mapping.ts';
import type { OutsideProber, OutsideTarget, ProbeResult } from '../prober.ts';
import { findStunServer, type LookUp, parseStunServer, systemLookUp } from './servers.ts';
import { type Datagrams, StunSocket } from './socket.ts';

export interface StunProberDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** As in the setting. */
  readonly servers: () => readonly string[];
  readonly lookUp?: LookUp;
}

const STEP_MS = 3000;
const UNTOLD: ProbeResult = { kind: 'untold' };

export class StunProber implements OutsideProber {
  readonly name = 'STUN';
  readonly #deps: StunProberDeps;
  readonly #datagrams: Datagrams;

  constructor(deps: StunProberDeps, datagrams: Datagrams) {
    this.#deps = deps;
    this.#datagrams = datagrams;
  }

  /** The first server that can say decides. One after the other: what was sent to one must not open the way for another. */
  async reach(target: OutsideTarget, signal: AbortSignal): Promise<ProbeResult> {
    const { clock, lookUp = systemLookUp, servers } = this.#deps;
    const family = isIP(target.host);
    if (family === 0) return UNTOLD;
    for (const server of [...new Set(servers())].slice(0, STUN.servers)) {
      const parsed = parseStunServer(server);
      const options = { signal, timeoutMs: STEP_MS };
      const at = parsed && (await findStunServer({ clock, lookUp }, parsed, family === 4 ? 4 : 6, options));
      const result = at ? await this.#ask(at, target, signal) : UNTOLD;
      if (result.kind !== 'untold') return { ...result, by: server };
    }
    return UNTOLD;
  }

  async #ask(at: Endpoint, { host, port }: OutsideTarget, signal: AbortSignal): Promise<ProbeResult> {
    const place = { family: isIP(host) === 4 ? 4 : 6, local: undefined, datagrams: this.#datagrams, signal } as const;
    return StunSocket.use(this.#deps, place, async (socket) => {
      const plain = await socket.ask(at, STEP_MS);
      const seen = plain?.mapped;
      // Where our own datagrams leave by another port than the one that is to be tried, the answer says nothing of that one.
      if (seen?.address !== host || seen.port !== port) return UNTOLD;
      const far = await socket.askToChange(at, 'address and port', STEP_MS);
      if (far === 'unsupported') return UNTOLD;
      // Known by its transaction, which only we and the server know.
      if (far === 'came') return { kind: 'reached', nonce: true };
      return { kind: 'not-reached', why: 'an answer from an address that was not asked did not get in' };
    });
  }
}
