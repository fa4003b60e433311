// What the faulty router maps, and the kernel's rules that make it so.
import { execFileSync } from 'node:child_process';
import type { Quirks } from './quirks.ts';

export interface Entry {
  readonly transport: 'tcp' | 'udp';
  readonly external: number;
  readonly address: string;
  readonly internal: number;
  /** As granted, seconds; 0: for ever. */
  readonly lifetime: number;
  readonly description: string;
  /** PCP's, in hex. */
  readonly nonce?: string;
}

const HIGHEST = 65_535;

export class Table {
  readonly #quirks: Quirks;
  readonly #entries = new Map<string, Entry & { readonly ends: number }>();
  readonly #booted = Date.now();

  constructor(quirks: Quirks) {
    this.#quirks = quirks;
    setInterval(() => this.#expire(), 200);
    this.#tellKernel();
  }

  uptimeSeconds(): number {
    return Math.floor((Date.now() - this.#booted) / 1000);
  }

  at(transport: string, external: number): Entry | undefined {
    return this.#entries.get(`${transport}:${external}`);
  }

  byInternal(transport: string, address: string, internal: number): Entry | undefined {
    return this.all().find(
      (entry) => entry.transport === transport && entry.address === address && entry.internal === internal,
    );
  }

  all(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  /** Seconds that are left; 0: for ever. */
  left(entry: Entry): number {
    const { ends } = this.#entries.get(key(entry)) ?? { ends: 0 };
    return ends === Number.POSITIVE_INFINITY ? 0 : Math.max(1, Math.round((ends - Date.now()) / 1000));
  }

  put(entry: Entry): void {
    const forget = this.#quirks.number('forget');
    const kept = entry.lifetime === 0 || this.#quirks.has('permanent') ? Number.POSITIVE_INFINITY : entry.lifetime;
    this.#entries.set(key(entry), { ...entry, ends: Date.now() + (forget ?? kept) * 1000 });
    console.log(this.uptimeSeconds(), 'map', key(entry), 'to', `${entry.address}:${entry.internal}`, entry.lifetime);
    this.#tellKernel();
  }

  remove(entry: Entry): void {
    this.#entries.delete(key(entry));
    console.log(this.uptimeSeconds(), 'unmap', key(entry));
    this.#tellKernel();
  }

  /** The first external port from the wanted one on that is free, or already leads there; 0: none. */
  pick(transport: string, wanted: number, address: string, internal: number): number {
    let port = (wanted || internal) + (this.#quirks.number('shiftport') ?? 0);
    for (let tries = 0; tries < HIGHEST; tries += 1, port = port >= HIGHEST ? 1024 : port + 1) {
      if (this.free(transport, port, address, internal)) return port;
    }
    return 0;
  }

  free(transport: string, port: number, address: string, internal: number): boolean {
    const there = this.at(transport, port);
    if (this.#quirks.number('conflict') === port) return false;
    return !there || (there.address === address && there.internal === internal);
  }

  clamp(seconds: number): number {
    return Math.min(seconds, this.#quirks.number('clamp') ?? seconds);
  }

  #expire(): void {
    const ended = [...this.#entries].filter(([, { ends }]) => ends <= Date.now());
    for (const [name] of ended) this.#entries.delete(name);
    if (ended.length > 0) this.#tellKernel();
  }

  #tellKernel(): void {
    const rules = ['flush chain inet filter prerouting_miniupnpd', 'flush chain inet filter miniupnpd'];
    for (const { transport, external, address, internal } of this.all()) {
      const to = `meta l4proto ${transport} th dport`;
      rules.push(`add rule inet filter prerouting_miniupnpd ${to} ${external} dnat ip to ${address}:${internal}`);
      rules.push(`add rule inet filter miniupnpd ip daddr ${address} ${to} ${internal} accept`);
    }
    execFileSync('nft', ['-f', '-'], { input: `${rules.join('\n')}\n`, stdio: ['pipe', 'ignore', 'inherit'] });
  }
}

function key({ transport, external }: Pick<Entry, 'transport' | 'external'>): string {
  return `${transport}:${external}`;
}
