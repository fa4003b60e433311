// Nodes of ours in the homes, as tests see them.
import { expect } from 'vitest';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { until } from '../support/wait.ts';
import type { FipsOrder } from './fips-child.ts';
import type { Child, News } from './support.ts';
import { type Home, type Nat, TwoHomes } from './two-homes.ts';

interface Link {
  readonly npub: string;
  readonly remote: { readonly transport: string; readonly address: string };
  readonly received: number;
  readonly keyEpoch: boolean;
}

export const npubOf = (secret: number) => Identity.of(Buffer.alloc(32, secret))!.npub;

export class FipsNode {
  readonly #child: Child;

  constructor(child: Child) {
    this.#child = child;
  }

  tell(order: FipsOrder): void {
    this.#child.tell(order);
  }

  async ask(order: FipsOrder, kind: string): Promise<News> {
    const after = this.#child.news.length;
    this.#child.tell(order);
    return this.#child.hears(kind, (news) => news.kind === kind, { after });
  }

  heard(text: string): boolean {
    return this.#child.news.some((news) => news.kind === 'heard' && news.text === text);
  }

  has(line: string): boolean {
    return this.#child.news.some((news) => news.kind === 'news' && news.line === line);
  }

  count(start: string): number {
    return this.#child.news.filter((news) => news.kind === 'news' && String(news.line).startsWith(start)).length;
  }

  async link(to: number): Promise<Link | undefined> {
    const { links } = (await this.ask({ do: 'look' }, 'links')) as unknown as { links: readonly Link[] };
    return links.find(({ npub }) => npub === npubOf(to));
  }

  /** With the one that it has a link to. */
  async linked(to: number, withinMs?: number): Promise<Link> {
    return until('the link', () => this.link(to), withinMs);
  }

  async knows(adverts: number): Promise<void> {
    await until('the adverts', async () => ((await this.ask({ do: 'look' }, 'links')).adverts as number) >= adverts);
  }

  async stop(): Promise<void> {
    await this.ask({ do: 'stop' }, 'stopped');
    expect(await this.#child.exited).toBe(0);
  }
}

/** Two homes with nodes of ours, and a relay and a STUN server between them. */
export async function homesWith(a: Nat = 'plain', b: Nat = 'plain') {
  const homes = await TwoHomes.up(a, b);
  const wan = await homes.node('wan', 'fips-wan-child.ts').hears('the servers', ({ kind }) => kind === 'ready');
  const start = async (home: Home, secret: number, settings: object = {}, external?: string): Promise<FipsNode> => {
    const options = { secret, relays: [wan.relay], settings: { stunServers: [wan.stun], ...settings }, external };
    const child = homes.node(home, 'fips-child.ts', JSON.stringify(options));
    await child.hears('the node', ({ kind }) => kind === 'ready');
    return new FipsNode(child);
  };
  return { homes, start, relay: String(wan.relay), stun: String(wan.stun) };
}

export async function saysTo(one: FipsNode, other: FipsNode, to: number, text: string): Promise<void> {
  one.tell({ do: 'say', to: String(to), text });
  await until(`"${text}"`, () => other.heard(text));
}
