// How fast bytes went to each neighbour and came from it of late, for the pictures of the page.

import type { NodeAddr } from './identity/names.ts';
import type { Peer } from './links/peer.ts';

/** A sample is of so many ticks. */
const EVERY_TICKS = 2;
const MOST_SAMPLES = 60;

interface Line {
  sent: number;
  received: number;
  readonly sending: number[];
  readonly receiving: number[];
}

export class Traffic {
  readonly #lines = new Map<NodeAddr, Line>();
  #ticks = 0;

  /** Once a second. */
  tick(peers: ReadonlyMap<NodeAddr, Pick<Peer, 'meter'>>): void {
    this.#ticks += 1;
    if (this.#ticks % EVERY_TICKS !== 0) return;
    for (const addr of this.#lines.keys()) if (!peers.has(addr)) this.#lines.delete(addr);
    for (const [addr, { meter }] of peers) {
      const { sentBytes, receivedBytes } = meter.traffic;
      let line = this.#lines.get(addr);
      if (!line) {
        line = { sent: 0, received: 0, sending: [], receiving: [] };
        this.#lines.set(addr, line);
      }
      add(line.sending, (sentBytes - line.sent) / EVERY_TICKS);
      add(line.receiving, (receivedBytes - line.received) / EVERY_TICKS);
      line.sent = sentBytes;
      line.received = receivedBytes;
    }
  }

  /** Bytes a second, oldest first. */
  of(addr: NodeAddr): { readonly sending: readonly number[]; readonly receiving: readonly number[] } {
    return this.#lines.get(addr) ?? { sending: [], receiving: [] };
  }
}

function add(samples: number[], perSecond: number): void {
  samples.push(Math.round(perSecond));
  if (samples.length > MOST_SAMPLES) samples.shift();
}
