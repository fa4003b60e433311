// Nodes of ours in the homes, as tests see them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { temporaryFolder } from '../support/folder.ts';
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

/** Two homes with nodes of ours, and a relay and a STUN server between them. `program`: of a relay, nostr-rs-relay 0.8. */
export async function homesWith(a: Nat = 'plain', b: Nat = 'plain', program?: string) {
  const homes = await TwoHomes.up(a, b);
  const wan = await homes.node('wan', 'fips-wan-child.ts').hears('the servers', ({ kind }) => kind === 'ready');
  const relay = program === undefined ? String(wan.relay) : await relayOf(homes, program);
  const start = async (home: Home, secret: number, settings: object = {}, external?: string): Promise<FipsNode> => {
    const options = { secret, relays: [relay], settings: { stunServers: [wan.stun], ...settings }, external };
    const child = homes.node(home, 'fips-child.ts', JSON.stringify(options));
    await child.hears('the node', ({ kind }) => kind === 'ready');
    return new FipsNode(child);
  };
  return { homes, start, relay, stun: String(wan.stun) };
}

export async function saysTo(one: FipsNode, other: FipsNode, to: number, text: string): Promise<void> {
  one.tell({ do: 'say', to: String(to), text });
  await until(`"${text}"`, () => other.heard(text));
}

async function relayOf(homes: TwoHomes, program: string): Promise<string> {
  const folder = temporaryFolder();
  const config = join(folder, 'config.toml');
  const [network, options] = [
    '[network]\naddress = "10.99.0.1"\nport = 7001',
    '[options]\nreject_future_seconds = 1800',
  ];
  writeFileSync(
    config,
    `[info]\nrelay_url = "ws://10.99.0.1:7001/"\n[database]\ndata_directory = "${folder}"\n${network}\n${options}\n`,
  );
  // It says nothing when it listens; the nodes come again until it does.
  homes.spawn('wan', program, '--db', folder, '--config', config);
  return 'ws://10.99.0.1:7001';
}
