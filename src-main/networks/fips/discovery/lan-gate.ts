// Which packets of the local network are read at all: what a flood costs is decided before it is parsed.

import { TokenBucket } from '../links/token-bucket.ts';
import { DISCOVERY } from './bounds.ts';

export class LanGate {
  readonly #bucket: TokenBucket;

  /** `now` here and below: monotonic milliseconds. */
  constructor(now: number) {
    this.#bucket = new TokenBucket(DISCOVERY.lanPackets, DISCOVERY.lanPackets, now);
  }

  passes(packet: Uint8Array, now: number): boolean {
    return packet.length <= DISCOVERY.lanPacket && this.#bucket.take(now);
  }
}
