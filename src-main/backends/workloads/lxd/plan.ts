// A system container of a stranger as LXD and Incus are told of it, pure: its limits, its root in a range of users of its own, and the
// network that all boxes share without reaching each other, whose rules the engine itself puts in force outside of them.

import { createHash } from 'node:crypto';
import { NVIDIA_CARDS } from '../../../../src-preload/contract/settings/boxes.ts';
import type { BoxSpec } from '../backend.ts';
import { RESOLVERS, specHash } from '../box-plan.ts';
import { LimitsNotKept, NoGraphics } from '../errors.ts';
import { userData } from '../machine-plan.ts';
import { networkAddress } from '../own-networks.ts';
import { CLOSED_NETWORKS, MAIL_PORTS } from '../packet-filter.ts';

export const KEYS = {
  installation: 'user.hearth.installation',
  box: 'user.hearth.box',
  spec: 'user.hearth.spec',
  image: 'user.hearth.image',
} as const;

/** 63 characters at most, as host names. */
export const instanceOf = (installation: string, id: string) => `h-${installation.slice(0, 12)}-${id}`;
/** An interface’s name has 15 at most. */
export const NETWORK = 'hearth';
export const networkOf = (installation: string) => `${NETWORK}${installation.replaceAll('-', '').slice(0, 8)}`;

/** What a program that is to run once is called in there. */
export const COMMAND_PATH = '/var/lib/hearth/command';

const MACHINE = 'lxd:';
/** By the fingerprint of its image. */
export const contentOf = (fingerprint: string) => `${MACHINE}${fingerprint}`;
export function fingerprintOf(content: string): string | undefined {
  return /^lxd:([0-9a-f]{64})$/.exec(content)?.[1];
}

export interface InstanceOf {
  readonly installation: string;
  readonly spec: BoxSpec;
  readonly fingerprint: string;
  readonly pool: string;
  /** Null: as much as there is. */
  readonly mbitPerSecond: number | null;
  readonly passwordHash: string | undefined;
  /** The graphics cards of boxes whose spec says so, as CDI names them. */
  readonly cards: string;
}

/** Whose cards CDI calls so, by their number at PCI: a card of another maker, such as that of the owner's screen, stays out. */
const MAKERS: Readonly<Record<string, string>> = {
  [NVIDIA_CARDS]: '10de',
  'amd.com/gpu=all': '1002',
  'intel.com/gpu=all': '8086',
};

/** Throws NoGraphics. */
export function instancePlan(of: InstanceOf) {
  const { installation, spec, fingerprint, pool, mbitPerSecond, passwordHash, cards } = of;
  const maker = spec.gpuMiB === undefined ? undefined : MAKERS[cards];
  if (spec.gpuMiB !== undefined && maker === undefined) throw new NoGraphics();
  const cores = Math.max(1, Math.ceil(spec.cpuMillicores / 1000));
  return {
    name: instanceOf(installation, spec.id),
    type: 'container',
    profiles: [],
    source: { type: 'image', fingerprint },
    config: {
      [KEYS.installation]: installation,
      [KEYS.box]: spec.id,
      [KEYS.spec]: specHash(spec),
      'boot.autostart': 'false',
      'limits.cpu': String(cores),
      // Milliseconds of each hundred, of all its cores together.
      'limits.cpu.allowance': `${Math.max(1, Math.round(spec.cpuMillicores / 10))}ms/100ms`,
      'limits.memory': `${spec.memoryMiB}MiB`,
      'limits.memory.enforce': 'hard',
      'limits.memory.swap': 'false',
      'limits.processes': String(spec.pids),
      'security.privileged': 'false',
      'security.nesting': 'false',
      // Users that no other box and nobody else on this computer has.
      'security.idmap.isolated': 'true',
      // Libraries of the driver, which have to be those of the kernel's.
      ...(maker !== undefined && cards === NVIDIA_CARDS && { 'nvidia.runtime': 'true' }),
      'cloud-init.user-data': userData({ ...(spec.command && { command: [COMMAND_PATH] }) }, passwordHash),
      ...Object.fromEntries(Object.entries(spec.env).map(([name, value]) => [`environment.${name}`, value])),
    },
    devices: {
      root: { type: 'disk', path: '/', pool, size: `${spec.diskMiB}MiB` },
      ...(maker !== undefined && { gpu: { type: 'gpu', gputype: 'physical', vendorid: maker } }),
      ...(spec.network === 'internet' && {
        eth0: {
          type: 'nic',
          name: 'eth0',
          network: networkOf(installation),
          'security.port_isolation': 'true',
          'security.mac_filtering': 'true',
          'security.ipv4_filtering': 'true',
          'security.ipv6_filtering': 'true',
          ...(mbitPerSecond !== null && {
            'limits.ingress': `${mbitPerSecond}Mbit`,
            'limits.egress': `${mbitPerSecond}Mbit`,
          }),
        },
      }),
      ...Object.fromEntries(
        spec.ports.map(({ host, box, protocol }, at) => [
          `port${at}`,
          // From within: a box without a network has its ports all the same.
          {
            type: 'proxy',
            bind: 'host',
            listen: `${protocol}:0.0.0.0:${host}`,
            connect: `${protocol}:127.0.0.1:${box}`,
          },
        ]),
      ),
    },
  };
}

const NO_ADDRESS = 'none';

/** With no address allowed, its engine's filter of addresses lets nothing of it through, whatever it calls itself. */
export function nicCutOff(nic: Readonly<Record<string, string>>, isCut: boolean): Record<string, string> {
  const { 'ipv4.address': _, ...rest } = nic;
  return isCut ? { ...rest, 'ipv4.address': NO_ADDRESS } : rest;
}

export const isCutOff = (nic: Readonly<Record<string, string>>) => nic['ipv4.address'] === NO_ADDRESS;

/** The rules of a network, outside of its boxes. LXD puts those that refuse before those that allow. */
export function aclPlan(installation: string, ownNetworks: readonly string[]) {
  return {
    name: networkOf(installation),
    description: 'Boxes of Hearth: out to public addresses, and nowhere else',
    egress: [
      {
        action: 'reject',
        state: 'enabled',
        destination: [...CLOSED_NETWORKS, ...ownNetworks.map(networkAddress)].join(','),
      },
      ...['tcp', 'udp'].map((protocol) => ({
        action: 'reject',
        state: 'enabled',
        protocol,
        destination_port: MAIL_PORTS.join(','),
      })),
      { action: 'allow', state: 'enabled' },
    ],
    ingress: [],
    config: {},
  };
}

/** Of the private ones, the first of this installation's own order that this computer is in none of; as the address of its router. */
export function subnetFor(installation: string, ownNetworks: readonly string[]): string {
  const sum = createHash('sha256').update(installation).digest();
  const own = ownNetworks.map(networkAddress);
  for (let at = 0; at + 1 < sum.length; at += 1) {
    const [second, third] = [64 + (sum[at]! % 128), sum[at + 1]!];
    const router = `10.${second}.${third}.1/24`;
    if (!own.some((network) => contains(network, router))) return router;
  }
  throw new LimitsNotKept('network');
}

/** Whether the larger of the two has the other in it. */
function contains(network: string, cidr: string): boolean {
  const length = network.split('/')[1]!;
  const address = cidr.split('/')[0]!;
  return (
    networkAddress(`${address}/${Math.min(24, Number(length))}`) ===
    networkAddress(`${network.split('/')[0]}/${Math.min(24, Number(length))}`)
  );
}

/** Boxes of the house's own have no client for DHCP, so they are told their addresses: the last part of each. */
export const HOUSE_ADDRESSES: Readonly<Record<string, number>> = { probe: 250, neighbour: 251 };

/** What customers' boxes may get in that network: all but what the house keeps for its own. */
export function leasedBy(router: string): string {
  const at = (last: number) => router.replace(/\d+\/\d+$/, String(last));
  return `${at(2)}-${at(Math.min(...Object.values(HOUSE_ADDRESSES)) - 1)}`;
}

export function networkPlan(installation: string, ownNetworks: readonly string[]) {
  const router = subnetFor(installation, ownNetworks);
  return {
    name: networkOf(installation),
    type: 'bridge',
    description: 'Boxes of Hearth',
    config: {
      'ipv4.address': router,
      'ipv4.dhcp.ranges': leasedBy(router),
      'ipv4.nat': 'true',
      // A home network has public addresses there.
      'ipv6.address': 'none',
      // No name server of this computer, which would know the names of the home.
      'raw.dnsmasq': `port=0\ndhcp-option=6,${RESOLVERS.join(',')}`,
      'security.acls': networkOf(installation),
    },
  };
}
