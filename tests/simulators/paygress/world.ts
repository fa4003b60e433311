// A primary and its standbys, what happens to them, and how many copies of their workload run at each moment.
import { SimNetwork } from './network.ts';
import type { SimProvider } from './provider.ts';
import { Keeper, OfficialKeeper, OfficialRunner, Runner } from './providers.ts';

const MINUTE = 60_000;

export interface WorldOptions {
  readonly seed: number;
  readonly standbys?: number;
  readonly relays?: number;
  readonly primary?: 'ours' | 'official';
  readonly keepers?: 'ours' | 'official';
}

export class World {
  readonly network: SimNetwork;
  readonly primary: SimProvider;
  readonly keepers: readonly SimProvider[];
  /** Moments at which there were two, and who they were. */
  readonly doubled: string[] = [];
  /** How long nobody served, the longest time and all of it, in milliseconds; and what is still going on. */
  longestGap = 0;
  gaps = 0;
  #gapSince: number | undefined;
  /** When who began to serve. */
  readonly served: { readonly key: string; readonly at: number }[] = [];

  constructor({ seed, standbys = 2, relays = 3, primary = 'ours', keepers = 'ours' }: WorldOptions) {
    this.network = new SimNetwork(seed, relays);
    const key = 'a'.repeat(64);
    const all = Array.from({ length: standbys }, (_, n) => 'bcdef'.charAt(n).repeat(64));
    const onChange = () => this.#count();
    this.primary =
      primary === 'ours'
        ? new Runner(this.network, key, all, onChange)
        : new OfficialRunner(this.network, key, onChange);
    this.keepers = all.map((own) =>
      keepers === 'ours'
        ? new Keeper(this.network, own, { primary: key, all, onChange })
        : new OfficialKeeper(this.network, own, { primary: key, all, onChange }),
    );
    // Sold and started before it was tracked, at a provider whose heartbeats are heard.
    this.primary.begin();
    this.primary.box.start(() => undefined);
    for (const keeper of this.keepers) keeper.begin();
    this.network.run(MINUTE);
    if (this.primary instanceof Runner) this.primary.sell();
    this.network.run(MINUTE * 3);
    this.longestGap = 0;
    this.gaps = 0;
  }

  get all(): readonly SimProvider[] {
    return [this.primary, ...this.keepers];
  }

  get serving(): readonly string[] {
    return this.all.filter(({ box }) => box.serves).map(({ key }) => key[0]!);
  }

  /** The box of whoever had it ended too often: what is left of the lease is given back. */
  get isLost(): boolean {
    return this.all.some(
      (one) => (one instanceof Runner ? one.state : one instanceof Keeper ? one.runs : undefined)?.is === 'failed',
    );
  }

  /** All that can go wrong with lines, relays, boxes and computers. */
  chaos(minutes: number): void {
    const { network } = this;
    const until = network.now + minutes * MINUTE;
    network.startsFail = true;
    const again = (meanMinutes: number, act: () => void) => {
      network.after(network.between(1, 2 * meanMinutes * MINUTE), () => {
        if (network.now >= until) return;
        act();
        again(meanMinutes, act);
      });
    };
    const cut = (what: string, most: number) => {
      network.down.add(what);
      network.after(network.between(MINUTE / 2, most * MINUTE), () => network.down.delete(what));
    };
    for (const { key } of this.all) {
      for (const relay of network.relays) again(20, () => cut(`${key} ${relay}`, 10));
      again(30, () => cut(key, 15));
      again(30, () => cut(`deaf ${key}`, 10));
    }
    for (const relay of network.relays) again(60, () => cut(relay, 10));
    again(120, () => {
      for (const relay of network.relays) cut(relay, 12);
    });
    for (const provider of this.all) {
      again(90, () => this.#crash(provider, 30));
      again(60, () => provider.box.die());
    }
    again(45, () => this.#update());
    network.run(minutes * MINUTE);
  }

  /** All lines, relays and computers are there again. */
  heal(minutes: number): void {
    this.network.down.clear();
    for (const provider of this.all) if (!provider.isThere) provider.begin();
    this.network.run(minutes * MINUTE);
  }

  #crash(provider: SimProvider, most: number): void {
    if (!provider.isThere) return;
    provider.crash();
    this.network.after(this.network.between(MINUTE / 4, most * MINUTE), () => {
      if (!provider.isThere) provider.begin();
    });
  }

  /** A new version of the primary: its process is away for a moment, in which its box runs on. */
  #update(): void {
    const { primary } = this;
    if (!(primary instanceof Runner) || primary.state.is !== 'live') return;
    primary.end();
    this.network.after(this.network.between(1000, 15_000), () => {
      if (!primary.isThere) primary.begin();
    });
  }

  #count(): void {
    const running = this.all.filter(({ box }) => box.runs).map(({ key }) => key[0]!);
    if (running.length > 1) this.doubled.push(`${running.join(' and ')} at ${this.network.now}`);
    const [serves] = this.serving;
    const last = this.served.at(-1);
    if (serves !== undefined && (last?.key !== serves || this.#gapSince !== undefined)) {
      this.served.push({ key: serves, at: this.network.now });
    }
    if (serves === undefined) this.#gapSince ??= this.network.now;
    else if (this.#gapSince !== undefined) {
      const gap = this.network.now - this.#gapSince;
      this.longestGap = Math.max(this.longestGap, gap);
      this.gaps += gap;
      this.#gapSince = undefined;
    }
  }
}
