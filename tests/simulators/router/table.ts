// What the router forwards, and by what rules a port is given.

import type { Clock } from '../../../src-main/base/clock.ts';

export interface RouterMapping {
  readonly dialect: 'pcp' | 'nat-pmp';
  /** Who asked, and is forwarded to. */
  readonly client: string;
  readonly transport: 'tcp' | 'udp';
  readonly internal: number;
  readonly externalAddress: string;
  readonly external: number;
  /** Seconds that were granted. */
  readonly lifetime: number;
  /** PCP's, in hex. */
  readonly nonce: string | undefined;
}

type Place = Pick<RouterMapping, 'client' | 'transport' | 'internal'>;

export class MappingTable {
  readonly #clock: Clock;
  readonly #kept = new Map<string, { mapping: RouterMapping; ends: number }>();
  /** Ports that belong to another computer. */
  readonly taken = new Set<number>();

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  /** What has not ended yet. */
  list(): readonly RouterMapping[] {
    const now = this.#clock.monotonic();
    for (const [key, { ends }] of this.#kept) if (ends <= now) this.#kept.delete(key);
    return [...this.#kept.values()].map(({ mapping }) => mapping);
  }

  find(place: Place): RouterMapping | undefined {
    return this.list().find((mapping) => keyOf(mapping) === keyOf(place));
  }

  put(mapping: RouterMapping): void {
    this.#kept.set(keyOf(mapping), { mapping, ends: this.#clock.monotonic() + mapping.lifetime * 1000 });
  }

  drop(place: Place): void {
    this.#kept.delete(keyOf(place));
  }

  /** NAT-PMP's "all of mine": internal port 0. */
  dropAll({ client, transport }: Omit<Place, 'internal'>): void {
    for (const mapping of this.list()) {
      if (mapping.client === client && mapping.transport === transport) this.drop(mapping);
    }
  }

  clear(): void {
    this.#kept.clear();
  }

  /** Whether another client has this port of this address. */
  isTaken(address: string, external: number, place: Place): boolean {
    const other = (mapping: RouterMapping) =>
      mapping.externalAddress === address &&
      mapping.external === external &&
      mapping.transport === place.transport &&
      keyOf(mapping) !== keyOf(place);
    return this.taken.has(external) || this.list().some(other);
  }

  /** The port itself if it is free, or the next one that is. */
  freePort(address: string, wanted: number, place: Place): number {
    for (let step = 0; step < 65_536; step += 1) {
      const port = 1024 + ((Math.max(wanted, 1024) - 1024 + step) % 64_512);
      if (!this.isTaken(address, port, place)) return port;
    }
    return 0;
  }
}

const keyOf = ({ client, transport, internal }: Place) => `${client} ${transport} ${internal}`;
