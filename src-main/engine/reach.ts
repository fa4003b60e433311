// Puts reachability together from its parts, for the system that this runs on.

import { reverse } from 'node:dns/promises';
import type { Database } from 'better-sqlite3';
import type { NatType } from '../../src-preload/contract/reachability.ts';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { isPublicAddress } from '../reachability/addresses.ts';
import { listenForAnnouncements } from '../reachability/announcements.ts';
import { getOnce } from '../reachability/detect/get.ts';
import { canBind, publicV4, qualifyIpv6 } from '../reachability/detect/lines.ts';
import { findTunnels, leadsHere } from '../reachability/detect/tunnels.ts';
import type { Gateway } from '../reachability/gateway/gateway.ts';
import { lineFacts } from '../reachability/gateway/look.ts';
import { pageTitle } from '../reachability/gateway/page-title.ts';
import { GatewayWatcher, hostNetwork } from '../reachability/gateway/watcher.ts';
import { Journal } from '../reachability/mapper/journal.ts';
import { PortMapper, type Way } from '../reachability/mapper/mapper.ts';
import { natApiClients } from '../reachability/nat-api/client.ts';
import { natPmpClients } from '../reachability/nat-pmp/client.ts';
import type { SeenFrom } from '../reachability/network-facts.ts';
import { pcpClients } from '../reachability/pcp/client.ts';
import { Reachability } from '../reachability/reachability.ts';
import { askStun } from '../reachability/stun/ask.ts';
import { StunProber } from '../reachability/stun/prober.ts';
import { upnpClients } from '../reachability/upnp/client.ts';
import { subscribe } from '../reachability/upnp/events.ts';
import { listenForNotices } from '../reachability/upnp/notices.ts';
import { pinholeClients } from '../reachability/upnp/pinhole.ts';
import type { Committer } from '../storage/write.ts';

export interface ReachDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  readonly settings: {
    get<P extends SettingPath>(path: P): SettingValue<P>;
    onChange(listener: (path: SettingPath) => void): () => void;
  };
}

/** Each of three steps in turn. */
const STUN_STEP_MS = 1500;

export function openReachability(deps: ReachDeps): Reachability {
  const { clock } = deps;
  const logger = deps.logger.child('reachability');
  const system = hostNetwork();
  const gateways = new GatewayWatcher({ clock, logger, host: system });
  const journal = new Journal(deps);
  const ways: readonly Way[] = [
    { id: 'pcp', create: pcpClients(deps) },
    { id: 'nat-pmp', create: natPmpClients(deps) },
    { id: 'upnp', create: upnpClients(deps), patient: true },
    { id: 'pinhole', create: pinholeClients(deps), patient: true },
    { id: 'nat-api', create: natApiClients(deps), lastResort: true },
  ];
  return new Reachability({
    ...deps,
    logger,
    gateways,
    createMapper: (settings) =>
      new PortMapper(
        {
          ...deps,
          logger,
          journal,
          ways,
          gateways,
          announcements: (gateway, hint) => listenForAnnouncements(deps, gateway, hint),
          notices: (gateway, hint) => listenForNotices(deps, gateway, hint),
          events: (at, hint) => subscribe(deps, at, hint),
          tag: journal.tag(),
        },
        settings,
      ),
    pageTitle: (page, signal) => pageTitle(page, signal),
    publicV4: async (signal) => {
      const facts = await lineFacts(system, signal);
      return facts ? publicV4(facts.lines, isPublicAddress) : [];
    },
    ipv6: async (gateway, seenFrom) => {
      const globals = gateway?.v6?.globals ?? [];
      const bound = await Promise.all(globals.map(async ({ address }) => ((await canBind(address)) ? [address] : [])));
      return qualifyIpv6({ globals, route: gateway?.v6 !== undefined, bound: bound.flat(), seenFrom });
    },
    names: (address) => reverse(address),
    stun: (servers, signal) => seenFrom(deps, servers, gateways.current(), signal),
    stunProber: (datagrams) =>
      new StunProber(
        {
          clock,
          random: deps.random,
          servers: () => deps.settings.get('reachability.stunServers'),
          timeoutMs: STUN_STEP_MS,
        },
        datagrams,
      ),
    tunnels: async (port, http, signal) => {
      const tools = { clock, get: getOnce, run: system.run };
      const found = await findTunnels(tools, port, http.tunnels, signal);
      return Promise.all(
        found.map(async ({ kind, url }) => {
          const healthy = await leadsHere(tools, url, http, signal);
          return { kind, url, healthy, at: clock.now() };
        }),
      );
    },
  });
}

async function seenFrom(
  deps: { readonly clock: Clock; readonly random: Random },
  servers: readonly string[],
  gateway: Gateway | undefined,
  signal: AbortSignal,
): Promise<SeenFrom> {
  const ask = (family: 4 | 6, local: string | undefined) =>
    askStun(deps, { servers, family, local, signal, timeoutMs: STUN_STEP_MS });
  const [v4, v6] = await Promise.all([
    ask(4, gateway?.v4?.local),
    gateway?.v6?.globals[0] ? ask(6, gateway.v6.globals[0].address) : undefined,
  ]);
  const natType: NatType = v4.nat;
  return { v4: v4.reflexive?.address ?? null, v6: v6?.reflexive?.address ?? null, natType };
}

/** In place of reachability where there is no outside. */
export const NOBODY_OUTSIDE = {
  test: () => Promise.resolve(),
  routerTitle: () => Promise.resolve(null),
  log: () => [],
  report: () => 'No one outside is asked.\n',
};
