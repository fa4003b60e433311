// The peer exchange as the network has it: on or off by a setting, its route, and what may be shown of it.

import type { IicpDetail } from '../../../../src-preload/contract/networks/iicp.ts';
import type { Route } from '../../../inbound/routes.ts';
import * as wire from '../tasks/wire.ts';
import { MESH } from './bounds.ts';
import { PeerCaller } from './caller.ts';
import { Gossip, type GossipDeps } from './gossip.ts';
import type { Peer } from './peers.ts';

export interface MeshDeps extends Omit<GossipDeps, 'caller' | 'local'> {
  /** Called with what the loop could not go on with. */
  readonly fault: (error: unknown) => void;
}

interface Running {
  readonly gossip: Gossip;
  readonly stop: () => Promise<void>;
}

const MOST_SHOWN = 20;

export class Mesh {
  readonly #deps: MeshDeps;
  readonly #local: boolean;
  #running: Running | undefined;
  #turning: Promise<void> = Promise.resolve();

  /** `local`: private addresses are right here, in a practice network or with a directory next door. */
  constructor(deps: MeshDeps, options: { readonly local: boolean }) {
    this.#deps = deps;
    this.#local = options.local;
  }

  /** On or off, one after the other. What was heard is forgotten when it is switched off. */
  turn(on: boolean): Promise<void> {
    this.#turning = this.#turning.then(async () => {
      if (on === (this.#running !== undefined)) return;
      if (on) this.#running = this.#start();
      else await this.#end();
      this.#deps.changed();
    });
    return this.#turning;
  }

  async stop(): Promise<void> {
    await this.#turning;
    await this.#end();
  }

  /** POST /v1/peers (IICP 2.6); not there while peers are not exchanged. */
  readonly route: Route = {
    path: '/v1/peers',
    method: 'POST',
    mostBytes: MESH.body,
    handle: ({ request, body }) => {
      const signature = request.headers['x-iicp-signature'];
      const given = typeof signature === 'string' ? signature : undefined;
      const address = request.socket.remoteAddress ?? '';
      const answer = this.#running?.gossip.receive(Buffer.concat(body), given, address) ?? wire.notFound();
      return { status: answer.status, text: JSON.stringify(answer.body), retryAfterS: answer.retryAfterS };
    },
  };

  /** Those that answered lately, the newest answer first. */
  peers(): readonly Peer[] {
    return this.#running?.gossip.peers ?? [];
  }

  view(): IicpDetail['mesh'] {
    if (!this.#running) return null;
    const { clock } = this.#deps;
    const { peers, size } = this.#running.gossip;
    const shown = peers.slice(0, MOST_SHOWN).map(({ nodeId, endpoint, region, heardAt }) => {
      return { nodeId, endpoint, region, answeredAt: Math.round(clock.now() - (clock.monotonic() - heardAt)) };
    });
    return { peers: shown, answered: peers.length, heardOf: size - peers.length };
  }

  #start(): Running {
    const caller = new PeerCaller({ local: this.#local });
    const gossip = new Gossip({ ...this.#deps, caller, local: this.#local });
    const stop = new AbortController();
    const loop = gossip.run(stop.signal).catch(this.#deps.fault);
    return {
      gossip,
      stop: async () => {
        stop.abort(new DOMException('the network stops', 'AbortError'));
        await loop;
        await caller.close();
      },
    };
  }

  async #end(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.stop();
  }
}
