// What is asked of the network around while inbound connections are wanted: how servers outside see this computer, which tunnels run here, what its own
// addresses can do. Now and every few minutes, never two rounds at once.

import type { NatType, TunnelView } from '../../src-preload/contract/reachability.ts';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Ipv6Qualified, Step } from './detect/lines.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { HttpProof, InboundRequest } from './inbound.ts';
import { within } from './within.ts';

/** How others see this computer come from. */
export interface SeenFrom {
  readonly v4: string | null;
  readonly v6: string | null;
  readonly natType: NatType;
}

/** What can be asked. */
export interface Askable {
  /** Public IPv4 addresses on this computer's own cards. */
  readonly publicV4: (signal: AbortSignal) => Promise<readonly string[]>;
  /** Which of a line's lasting IPv6 addresses are worth telling; `seenFrom` as for `qualifyIpv6`. */
  readonly ipv6: (gateway: Gateway | undefined, seenFrom: string | null | undefined) => Promise<Ipv6Qualified>;
  /** The names of an address, as the name service has them; none where there are none. */
  readonly names: (address: string, signal: AbortSignal) => Promise<readonly string[]>;
  readonly stun: (servers: readonly string[], signal: AbortSignal) => Promise<SeenFrom>;
  /** Tunnels that run here, lead to this port and answer as this node. */
  readonly tunnels: (port: number, http: HttpProof, signal: AbortSignal) => Promise<readonly TunnelView[]>;
}

export interface NetworkFactsDeps extends Askable {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: { get<P extends SettingPath>(path: P): SettingValue<P> };
  readonly gateways: { current(): Gateway | undefined };
  /** Who wants inbound connections. */
  readonly wanted: () => readonly Pick<InboundRequest, 'port' | 'http' | 'prober'>[];
  readonly note: (...steps: readonly Step[]) => void;
  /** Something was found out, or a round has ended. */
  readonly changed: () => void;
}

/** What this computer's own addresses can do, and the names of the one it is seen from. */
interface Own {
  readonly publicV4: readonly string[];
  readonly ipv6: readonly string[];
  readonly names: readonly string[];
}

/** What was found. */
export interface Found {
  readonly seenFrom: (SeenFrom & { readonly at: number }) | undefined;
  /** Each with the port that it leads to. */
  readonly tunnels: readonly (TunnelView & { readonly port: number })[];
  readonly own: Own;
  /** No server outside answers, neither STUN's nor those that a network would be tried by: there is no Internet, as it looks. */
  readonly offline: boolean;
  /** A round has ended since it is wanted. */
  readonly asked: boolean;
}

const NOTHING: Found = {
  seenFrom: undefined,
  tunnels: [],
  own: { publicV4: [], ipv6: [], names: [] },
  offline: false,
  asked: false,
};
const STUN_MS = 5000;
const NAMES_MS = 3000;
/** More than looking for them and asking for their health may take, one after the other. */
const TUNNELS_MS = 15_000;
const ROUND_MS = 5 * 60_000;
/** The Internet comes back unannounced, and is wanted then. */
const OFFLINE_ROUND_MS = 30_000;
const ANSWERS_MS = 5000;

export class NetworkFacts {
  readonly #deps: NetworkFactsDeps;
  #wanted = false;
  #found = NOTHING;
  #cancelNext: (() => void) | undefined;
  #round: Promise<void> | undefined;
  /** Ends the round that runs: what it finds is of a link that is no more, or not wanted. */
  #abandon: AbortController | undefined;

  constructor(deps: NetworkFactsDeps) {
    this.#deps = deps;
  }

  get found(): Found {
    return this.#found;
  }

  /** Resolves when no round runs. */
  get idle(): Promise<void> {
    return this.#round ?? Promise.resolve();
  }

  start(): void {
    this.#wanted = true;
    this.ask();
  }

  /** Ends the round that runs, without waiting for it. What was found is kept until `forget`. */
  stop(): void {
    this.#wanted = false;
    this.#cancelNext?.();
    this.#abandon?.abort(new DOMException('inbound connections are not wanted', 'AbortError'));
  }

  forget(): void {
    this.#found = NOTHING;
  }

  /** Asks now, unless a round runs. */
  ask(): void {
    if (!this.#wanted) return;
    this.#cancelNext?.();
    if (this.#round) return;
    const abandon = new AbortController();
    this.#abandon = abandon;
    this.#round = this.#askAll(abandon.signal).finally(() => {
      this.#round = undefined;
      if (!this.#wanted) return;
      if (abandon.signal.aborted) return this.ask();
      this.#found = { ...this.#found, asked: true };
      const wait = this.#found.offline ? OFFLINE_ROUND_MS : ROUND_MS;
      this.#cancelNext = this.#deps.clock.after(wait, () => this.ask());
      this.#deps.changed();
    });
  }

  /** The line is another: how others see it is asked anew. */
  lineChanged(): void {
    this.#found = { ...this.#found, seenFrom: undefined };
    this.#abandon?.abort(new DOMException('the line is another', 'AbortError'));
    this.ask();
  }

  /** A tunnel that hangs does not hold up what the others have said. */
  async #askAll(signal: AbortSignal): Promise<void> {
    const { logger, changed } = this.#deps;
    const tunnels = this.#askTunnels(signal);
    const seen = await this.#askStun(signal);
    if (signal.aborted) return;
    const offline = !seen && (await this.#noneAnswers(signal));
    if (signal.aborted) return;
    this.#found = { ...this.#found, offline };
    await this.#lookAtOwn(signal).catch((error: unknown) => {
      if (!signal.aborted) logger.debug('the own addresses could not be judged', { error });
    });
    if (!signal.aborted) changed();
    await tunnels;
  }

  /** Those that would try this computer from outside, where one can tell: a firewall may let out them and not STUN. */
  async #noneAnswers(signal: AbortSignal): Promise<boolean> {
    const { clock, wanted } = this.#deps;
    const asked = wanted().flatMap(({ prober }) => (prober?.answers ? [prober] : []));
    if (asked.length === 0) return false;
    const answers = within(clock, ANSWERS_MS, signal, (bounded) =>
      Promise.all(asked.map(async (prober) => await prober.answers?.(bounded))),
    );
    return (await answers.catch(() => [])).every((answered) => !answered);
  }

  /** Whether one answered. */
  async #askStun(signal: AbortSignal): Promise<boolean> {
    const { settings, clock, logger, stun, note } = this.#deps;
    const servers = settings.get('reachability.stunServers');
    if (servers.length === 0) return false;
    try {
      const seen = await within(clock, STUN_MS, signal, (bounded) => stun(servers, bounded));
      if (signal.aborted) return false;
      const { v4, v6, natType } = seen;
      const before = this.#found.seenFrom;
      this.#found = { ...this.#found, seenFrom: { ...seen, at: clock.now() } };
      if (before?.v4 !== v4 || before.v6 !== v6) note({ code: 'stun.seen', facts: { v4, v6, nat: natType } });
      return v4 !== null || v6 !== null;
    } catch (error) {
      if (!signal.aborted) logger.debug('no STUN server answered', { error });
      return false;
    }
  }

  async #askTunnels(signal: AbortSignal): Promise<void> {
    const { settings, clock, logger, tunnels, wanted } = this.#deps;
    const asked = settings.get('reachability.tunnels') ? wanted() : [];
    const ask = async ({ port, http }: (typeof asked)[number], bounded: AbortSignal) =>
      http ? (await tunnels(port, http, bounded)).map((tunnel) => ({ ...tunnel, port })) : [];
    try {
      const found = await within(clock, TUNNELS_MS, signal, (bounded) =>
        Promise.all(asked.map((each) => ask(each, bounded))),
      );
      if (!signal.aborted) this.#found = { ...this.#found, tunnels: found.flat() };
    } catch (error) {
      if (signal.aborted) return;
      logger.debug('the tunnels could not be looked at', { error });
      // What was so before need not be so any more.
      const at = clock.now();
      this.#found = { ...this.#found, tunnels: this.#found.tunnels.map((each) => ({ ...each, healthy: false, at })) };
    }
  }

  async #lookAtOwn(signal: AbortSignal): Promise<void> {
    const { clock, gateways, publicV4, ipv6, names, note } = this.#deps;
    const seen = this.#found.seenFrom;
    const [v4, qualified, named] = await within(clock, NAMES_MS, signal, (bounded) =>
      Promise.all([
        publicV4(bounded),
        ipv6(gateways.current(), seen ? seen.v6 : undefined),
        seen?.v4 ? names(seen.v4, bounded).catch(() => []) : [],
      ]),
    );
    if (signal.aborted) return;
    if (JSON.stringify(qualified.addresses) !== JSON.stringify(this.#found.own.ipv6)) note(...qualified.steps);
    this.#found = { ...this.#found, own: { publicV4: v4, ipv6: qualified.addresses, names: named } };
  }
}
