// The address that this node publishes: a practice node's own, the one the user has set, the one that was found, or a
// relay's; and why there is none to tell.

import type { Reason } from '../../../../src-preload/contract/define.ts';
import type { InboundAddress } from '../../../reachability/inbound.ts';
import { looksRoutable } from '../inbound/routable.ts';
import type { RelaySide } from '../relay/index.ts';
import type { ReadSettings } from '../settings.ts';
import type { ReachDescriptor } from './descriptor.ts';

export interface EndpointDeps {
  readonly settings: ReadSettings;
  /** Where the task server listens; undefined while it does not. */
  readonly port: () => number | undefined;
  readonly inbound: () => Pick<InboundAddress, 'current' | 'looking' | 'offline'> | undefined;
  /** To where workers of this relay come in. */
  readonly workersInbound: () => Pick<InboundAddress, 'current'> | undefined;
  readonly relay: () => Pick<RelaySide, 'bound' | 'waiting' | 'acceptPort'> | undefined;
  /** Of a practice node. */
  readonly local?: ((port: number) => string) | undefined;
}

export class Endpoint {
  readonly #deps: EndpointDeps;

  constructor(deps: EndpointDeps) {
    this.#deps = deps;
  }

  /** A URL, or empty. */
  get url(): string {
    return this.direct || (this.#deps.relay()?.bound?.endpoint ?? '');
  }

  /** Without a relay's. */
  get direct(): string {
    const { settings, port, inbound, local } = this.#deps;
    const listening = port();
    if (local && listening !== undefined) return local(listening);
    return settings.get('networks.iicp.endpoint') || (inbound()?.current()?.endpoint ?? '');
  }

  /** Where callers over HTTP come in: where a router opens another port than ours, that one. */
  get httpPort(): number {
    return httpPortOf(this.direct) ?? this.#deps.port() ?? 0;
  }

  /**
   * Where workers come in, as it is published; others take the host from the endpoint; undefined: nowhere. Tunnels and reverse proxies
   * pass HTTP on and nothing else.
   */
  get relayPort(): number | undefined {
    const { settings, relay, workersInbound, local } = this.#deps;
    const { direct } = this;
    const port = relay()?.acceptPort;
    if (port === undefined || !URL.canParse(direct)) return undefined;
    if (local) return port;
    const { protocol, hostname } = new URL(direct);
    if (protocol !== 'http:' || this.reach().method === 'external_tunnel') return undefined;
    if (settings.get('networks.iicp.endpoint') !== '') return port;
    const open = workersInbound()?.current();
    const host = open?.host.includes(':') ? `[${open.host}]` : open?.host;
    return host === hostname ? open?.port : undefined;
  }

  /** Only a relay makes this node reachable, as far as is known. */
  get needsRelay(): boolean {
    const inbound = this.#deps.inbound();
    return !this.direct && !inbound?.looking() && !inbound?.offline();
  }

  /** The network is this computer's own or its neighbours'. */
  get inLocalNetwork(): boolean {
    const { settings, local } = this.#deps;
    return local !== undefined || !looksRoutable(settings.get('networks.iicp.directoryUrl'));
  }

  /** There is none yet, and it is being found out how others come in. */
  get looking(): boolean {
    return this.missing === LOOKING;
  }

  /** Why there is no address to register, if so. */
  get missing(): Reason | null {
    const { url } = this;
    if (!url) {
      if (this.#deps.inbound()?.offline()) return OFFLINE;
      if (this.#deps.inbound()?.looking()) return LOOKING;
      return this.#deps.relay()?.waiting ?? NO_ENDPOINT;
    }
    // A directory in the local network may list local addresses; one outside would only be sent astray.
    return looksRoutable(url) || this.inLocalNetwork ? null : privateEndpoint(url);
  }

  /** What the user has set wins. Only what was seen from outside is sent; of the rest the directory makes its own picture. */
  reach(): ReachDescriptor {
    const { settings, inbound, relay } = this.#deps;
    const method = settings.get('networks.iicp.transportMethod');
    const natType = settings.get('networks.iicp.natType');
    const byHand = settings.get('networks.iicp.endpoint') !== '';
    const found = byHand ? undefined : (inbound()?.current() ?? undefined);
    return {
      relay: this.direct ? undefined : relay()?.bound,
      natType: natType !== 'auto' ? natType : found?.proven ? found.natType : 'unknown',
      method: method !== 'auto' ? method : found?.method,
      exposure: found?.exposure,
      tier: found?.tier,
      lastStep: found?.lastStep,
    };
  }
}

const LOOKING: Reason = {
  code: 'iicp.looking-for-inbound-address',
  message: 'Finding out how this computer can be reached from outside.',
};

const OFFLINE: Reason = {
  code: 'iicp.offline',
  message: 'There is no Internet connection, so neither the directory nor anyone else can reach this computer.',
  action: 'Check the line of the router. Hearth goes on by itself when it is back.',
};

const NO_ENDPOINT: Reason = {
  code: 'iicp.no-endpoint',
  message: "This node is listening, but can't be reached from outside yet.",
  action:
    'See what stands in the way on the Network page or with: hearth reach. Or set the address yourself: hearth settings set networks.iicp.endpoint http://ADDRESS:9484',
};

const privateEndpoint = (url: string): Reason => ({
  code: 'iicp.private-endpoint',
  values: { url },
  message: `${url} can't be reached from the Internet, so it is not registered with a public directory.`,
  action: 'Set a public one: hearth settings set networks.iicp.endpoint http://ADDRESS:9484',
});

function httpPortOf(url: string): number | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, port } = new URL(url);
  return protocol === 'http:' ? Number(port || 80) : undefined;
}
