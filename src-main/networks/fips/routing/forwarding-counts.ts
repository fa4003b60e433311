// What became of datagrams, in packets and bytes, as `show_status` of official nodes has it.

const KINDS = ['received', 'delivered', 'originated', 'forwarded', 'noRoute', 'mtuExceeded', 'ttlExhausted'] as const;
type Kind = (typeof KINDS)[number];

interface Count {
  packets: number;
  bytes: number;
}

export class ForwardingCounts {
  readonly #held = new Map<Kind, Count>(KINDS.map((kind) => [kind, { packets: 0, bytes: 0 }]));

  add(kind: Kind, bytes: number): void {
    const count = this.#held.get(kind)!;
    count.packets += 1;
    count.bytes += bytes;
  }

  of(kind: Kind): Readonly<Count> {
    return this.#held.get(kind)!;
  }
}
