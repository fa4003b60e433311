// Routers on the network in memory, by how they map ports and whom they let in (RFC 4787): a computer behind one is at an address inside,
// and seen at another outside.

import type { FakeNetwork } from './network.ts';

export type NatKind =
  /** One port towards everybody, and everybody gets in by it. */
  | 'full cone'
  /** Only from addresses that were sent to. */
  | 'restricted'
  /** Only from addresses and ports that were sent to. */
  | 'port-restricted'
  /** The same, and another port towards each of them. */
  | 'symmetric';

interface Mapping {
  readonly inside: string;
  readonly sentTo: Set<string>;
}

export class Nat {
  readonly #network: FakeNetwork;
  readonly #kind: NatKind;
  readonly #host: string;
  readonly #mappings = new Map<string, { readonly outside: string; readonly mapping: Mapping }>();
  readonly #inside = new Map<string, (from: string, bytes: Buffer) => void>();
  #port = 40_000;

  /** `host`: its address outside, without a port. */
  constructor(network: FakeNetwork, kind: NatKind, host: string) {
    this.#network = network;
    this.#kind = kind;
    this.#host = host;
  }

  /** A computer inside, by an address of its own. */
  attach(inside: string, receive: (from: string, bytes: Buffer) => void): void {
    this.#inside.set(inside, receive);
  }

  send(inside: string, to: string, bytes: Buffer): void {
    const { outside, mapping } = this.#map(inside, to);
    mapping.sentTo.add(to);
    this.#network.send(outside, to, bytes);
  }

  #map(inside: string, to: string) {
    const key = this.#kind === 'symmetric' ? `${inside} ${to}` : inside;
    const held = this.#mappings.get(key);
    if (held) return held;
    this.#port += 1;
    const outside = `${this.#host}:${this.#port}`;
    const made = { outside, mapping: { inside, sentTo: new Set<string>() } };
    this.#mappings.set(key, made);
    this.#network.attach(outside, (from, bytes) => {
      if (this.#letsIn(made.mapping, from)) this.#inside.get(inside)?.(from, bytes);
    });
    return made;
  }

  #letsIn({ sentTo }: Mapping, from: string): boolean {
    if (this.#kind === 'full cone') return true;
    if (this.#kind === 'restricted') return [...sentTo].some((to) => hostOf(to) === hostOf(from));
    return sentTo.has(from);
  }
}

const hostOf = (address: string) => address.slice(0, address.lastIndexOf(':'));
