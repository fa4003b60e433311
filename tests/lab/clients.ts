// A client in the lab, as a test asks it: each call on its own, before any mapper decides when.
import type { MappingWish } from '../../src-main/reachability/mapping.ts';
import type { Order } from './client-child.ts';
import { type Child, LAN, LAN6, type Lab, type News, type Place } from './support.ts';

export type Way = Order['way'];
export type Told = NonNullable<Order['mapping']>;

export const NONCE = '000102030405060708090a0b';

/** TCP port 9001 from port 19001, for two hours; of IPv6 the same port. */
export function wish(over: Partial<MappingWish> = {}): MappingWish {
  const v6 = over.family === 6;
  return {
    family: 4,
    transport: 'tcp',
    internal: { address: v6 ? LAN6 : LAN, port: 9001 },
    port: v6 ? 9001 : 19_001,
    lifetimeMs: 7_200_000,
    description: 'Hearth test tcp 9001',
    handle: NONCE,
    ...over,
  };
}

export interface Outcome extends News {
  readonly kind: 'done' | 'failed';
  readonly result?: unknown;
  readonly error?: { readonly kind: string; readonly reason: string; readonly raw?: number };
}

export class Clients {
  readonly child: Child;

  constructor(lab: Lab, place: Place = 'lan') {
    this.child = lab.node(place, 'client-child.ts');
  }

  async ask(way: Way, call: Order['call'], order: Omit<Partial<Order>, 'way' | 'call'> = {}): Promise<Outcome> {
    await this.child.hears('its gateway', ({ kind }) => kind === 'gateway');
    const after = this.child.news.length;
    this.child.tell({ timeoutMs: 3000, ...order, way, call });
    return (await this.child.hears(`what came of ${call}`, () => true, { after })) as Outcome;
  }

  async install(way: Way, over: Partial<MappingWish> = {}, timeoutMs = 3000): Promise<Told> {
    const outcome = await this.ask(way, 'install', { wish: wish(over), timeoutMs });
    if (outcome.kind === 'failed') throw new Error(`${way} did not install: ${JSON.stringify(outcome.error)}`);
    return outcome.result as Told;
  }

  /** It has nothing left to do: ends by itself, unless a socket or a timer is left. */
  async end(): Promise<number | null> {
    this.child.endInput();
    return this.child.exited;
  }
}
