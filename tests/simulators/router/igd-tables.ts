// What the practice router holds, and how it answers each call: its forwardings and the holes in its IPv6 firewall.

import type { Clock } from '../../../src-main/base/clock.ts';

export interface Faults {
  /** Refuses leases that end with 725, or with 402. */
  readonly onlyPermanent?: 725 | 402;
  /** Grants without an end whatever is asked. */
  readonly permanent?: boolean;
  /** Refuses each attempt to add with this number. */
  readonly error?: number;
  /** Ports that belong to a mechanism of its own. */
  readonly conflicts?: readonly number[];
  /** Knows no AddAnyPortMapping. */
  readonly noAny?: boolean;
  /** Says of each port asked for that it is taken, and finds free ones itself. */
  readonly choosy?: boolean;
  /** Can't be asked for one entry, or for any. */
  readonly noSpecific?: boolean;
  readonly noList?: boolean;
  /** Agrees, and does nothing. */
  readonly forgetful?: boolean;
  /** Leases no longer than this, seconds. */
  readonly clampS?: number;
  /** Descriptions no longer than this. */
  readonly shortens?: number;
  /** The first version, or the connection service of DSL modems. */
  readonly igd1?: boolean;
  readonly ppp?: boolean;
  /** Tells no address outside. */
  readonly noAddress?: boolean;
  readonly disconnected?: boolean;
  readonly noPinholes?: boolean;
  /** Its IPv6 firewall is off; or can't be opened. */
  readonly firewallOff?: boolean;
  readonly holesForbidden?: boolean;
  /** Is not found by searches. */
  readonly mute?: boolean;
  readonly badXml?: boolean;
  /** Sends this as its description. */
  readonly document?: string;
  readonly urlBase?: string;
  /** Tells this host in its LOCATION. */
  readonly location?: string;
  readonly chunked?: boolean;
  readonly slowMs?: number;
  /** Accepts connections and says nothing; closes them; or answers without end. */
  readonly deadHttp?: boolean;
  readonly reset?: boolean;
  readonly flood?: boolean;
  /** Sends everybody there. */
  readonly redirect?: string;
  /** Takes no subscriptions; or forgets them after so many seconds at most. */
  readonly noEvents?: boolean;
  readonly eventsS?: number;
}

export interface Entry {
  readonly client: string;
  readonly internalPort: number;
  readonly description: string;
  readonly enabled?: boolean;
  /** `Clock.monotonic()` at which it ends; undefined: never. */
  readonly endsAt?: number | undefined;
}

export interface Hole {
  readonly client: string;
  readonly port: number;
  readonly protocol: number;
  readonly leaseS: number;
}

export interface Call {
  readonly action: string;
  /** The service that it is for. */
  readonly type: string;
  /** Who asks. */
  readonly from: string;
  readonly arg: (name: string) => string | undefined;
}

type Outcome = number | Readonly<Record<string, string | number>>;

const ADD = ['NewRemoteHost', 'NewExternalPort', 'NewProtocol', 'NewInternalPort', 'NewInternalClient'].concat(
  'NewEnabled',
  'NewPortMappingDescription',
  'NewLeaseDuration',
);

export abstract class IgdTables {
  readonly #clock: Clock;
  readonly entries = new Map<string, Entry>();
  readonly holes = new Map<number, Hole>();
  readonly calls: string[] = [];
  #lastHole = 0;
  faults: Faults;
  external: string;

  constructor(clock: Clock, faults: Faults, external: string) {
    this.#clock = clock;
    this.faults = faults;
    this.external = external;
  }

  clear(): void {
    this.entries.clear();
    this.holes.clear();
    this.#lastHole = 0;
  }

  wan(call: Call): Outcome {
    return this.#noted(call, this.#wan(call));
  }

  firewall(call: Call): Outcome {
    return this.#noted(call, this.faults.noPinholes ? 401 : this.#firewall(call));
  }

  #noted({ action }: Call, outcome: Outcome): Outcome {
    this.calls.push(typeof outcome === 'number' ? `${action}=${outcome}` : action);
    return outcome;
  }

  #wan(call: Call): Outcome {
    const { faults } = this;
    const { action, arg } = call;
    for (const [key, { endsAt }] of this.entries) {
      if (endsAt !== undefined && endsAt <= this.#clock.monotonic()) this.entries.delete(key);
    }
    const key = `${arg('NewProtocol')}:${arg('NewExternalPort')}`;
    switch (action) {
      case 'GetExternalIPAddress':
        return { NewExternalIPAddress: faults.noAddress ? '' : this.external };
      case 'GetStatusInfo':
        return { NewConnectionStatus: faults.disconnected ? 'Disconnected' : 'Connected', NewUptime: 1 };
      case 'AddPortMapping':
        return faults.choosy ? 718 : this.#add(call, false);
      case 'AddAnyPortMapping':
        return faults.igd1 || faults.ppp || faults.noAny ? 401 : this.#add(call, true);
      case 'GetSpecificPortMappingEntry': {
        if (faults.noSpecific || faults.noList) return 401;
        if (arg('NewRemoteHost') !== '') return 402;
        const entry = this.entries.get(key);
        return entry ? this.#shown(entry) : 714;
      }
      case 'GetGenericPortMappingEntry': {
        if (faults.noList) return 401;
        const found = [...this.entries][Number(arg('NewPortMappingIndex'))];
        if (!found) return 713;
        const [protocol, port] = found[0].split(':') as [string, string];
        return { NewRemoteHost: '', NewExternalPort: port, NewProtocol: protocol, ...this.#shown(found[1]) };
      }
      case 'DeletePortMapping': {
        const entry = this.entries.get(key);
        if (entry && entry.client !== call.from) return 606;
        return this.entries.delete(key) ? {} : 714;
      }
      default:
        return 401;
    }
  }

  #add({ arg, from }: Call, any: boolean): Outcome {
    const { faults } = this;
    const values = ADD.map((name) => arg(name));
    const [remote, external, protocol, internal, client, enabled, description, lease] = values as string[];
    if (values.includes(undefined) || remote !== '' || enabled !== '1' || !/^(?:TCP|UDP)$/.test(protocol!)) return 402;
    const port = Number(external);
    if (port === 0) return 716;
    if (faults.error) return faults.error;
    if (faults.onlyPermanent && Number(lease) > 0) return faults.onlyPermanent;
    if (client !== from) return 606;
    const free = (each: number) => {
      const there = this.entries.get(`${protocol}:${each}`);
      // As the specification has it, a computer may write over its own.
      return !faults.conflicts?.includes(each) && (!there || there.client === client);
    };
    let granted = port;
    while (any && granted < 65_535 && !free(granted)) granted += 1;
    if (!free(granted)) return any ? 728 : 718;
    const seconds = Math.min(Number(lease), faults.clampS ?? Number.POSITIVE_INFINITY);
    const ends = seconds > 0 && !faults.permanent;
    if (!faults.forgetful) {
      this.entries.set(`${protocol}:${granted}`, {
        client: client!,
        internalPort: Number(internal),
        description: description!.slice(0, faults.shortens),
        endsAt: ends ? this.#clock.monotonic() + seconds * 1000 : undefined,
      });
    }
    return any ? { NewReservedPort: granted } : {};
  }

  #shown({ client, internalPort, description, enabled = true, endsAt }: Entry) {
    const left = endsAt === undefined ? 0 : Math.max(1, Math.round((endsAt - this.#clock.monotonic()) / 1000));
    return {
      NewInternalPort: internalPort,
      NewInternalClient: client,
      NewEnabled: enabled ? 1 : 0,
      NewPortMappingDescription: description,
      NewLeaseDuration: left,
    };
  }

  #firewall({ action, arg, from }: Call): Outcome {
    const { faults } = this;
    if (action === 'GetFirewallStatus') {
      return { FirewallEnabled: faults.firewallOff ? 0 : 1, InboundPinholeAllowed: faults.holesForbidden ? 0 : 1 };
    }
    const lease = Number(arg('LeaseTime') ?? arg('NewLeaseTime'));
    if (action === 'AddPinhole') {
      const client = arg('InternalClient') ?? '';
      const hole = { client, port: Number(arg('InternalPort')), protocol: Number(arg('Protocol')), leaseS: lease };
      if (faults.holesForbidden) return 703;
      if (arg('RemoteHost') !== '' || arg('RemotePort') !== '0' || !(lease >= 1 && lease <= 86_400)) return 402;
      if (client !== from) return 606;
      for (const [id, each] of this.holes) {
        if (each.client !== client || each.port !== hole.port || each.protocol !== hole.protocol) continue;
        this.holes.set(id, hole);
        return { UniqueID: id };
      }
      this.#lastHole += 1;
      this.holes.set(this.#lastHole, hole);
      return { UniqueID: this.#lastHole };
    }
    const id = Number(arg('UniqueID'));
    const hole = this.holes.get(id);
    if (!hole) return 704;
    if (hole.client !== from) return 606;
    switch (action) {
      case 'UpdatePinhole':
        this.holes.set(id, { ...hole, leaseS: lease });
        return {};
      case 'DeletePinhole':
        this.holes.delete(id);
        return {};
      case 'GetPinholePackets':
        return { PinholePackets: 0 };
      default:
        return 401;
    }
  }
}
