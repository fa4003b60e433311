import type { NetworkInterfaceInfo } from 'node:os';
import type { Run } from '../../../../src-main/base/run.ts';
import type { HostNetwork, Interfaces } from '../../../../src-main/reachability/gateway/look.ts';
import { tree } from '../../../support/tree.ts';

/** `os.networkInterfaces` of `eth0: '192.168.1.5/24'`. */
export function nodeInterfaces(own: Readonly<Record<string, string>>): Interfaces {
  return Object.fromEntries(
    Object.entries(own).map(([name, cidr]) => {
      const info = { address: cidr.split('/')[0], family: 'IPv4', cidr, internal: false, mac: '', netmask: '' };
      return [name, [info as NetworkInterfaceInfo]];
    }),
  );
}

export const CARD = { type: 1, device: '', uevent: 'INTERFACE=eth0' };
export const WIREGUARD = { type: 65_534, uevent: 'DEVTYPE=wireguard' };

/** A Linux computer: files of /proc/net, and of /sys/class/net by interface. */
export function linux(
  net: Readonly<Record<string, string>>,
  sys: Readonly<Record<string, Readonly<Record<string, string | number>>>>,
  own: Readonly<Record<string, string>>,
  outward?: string,
): HostNetwork {
  const files = Object.entries(net).map(([name, text]): [string, string] => [`proc/net/${name}`, text]);
  for (const [name, entries] of Object.entries(sys)) {
    for (const [entry, text] of Object.entries(entries)) files.push([`sys/class/net/${name}/${entry}`, String(text)]);
  }
  const root = tree(Object.fromEntries(files));
  return { ...other('linux', {}, outward), root, interfaces: () => nodeInterfaces(own) };
}

/** A computer that answers by programs: what they say, by their command lines. */
export function other(
  platform: NodeJS.Platform,
  says: Readonly<Record<string, string>>,
  outward?: string,
): HostNetwork {
  const run: Run = async (program, args) => {
    const text = says[[program.split('/').at(-1), ...args].join(' ')] ?? says[program];
    return text === undefined ? { kind: 'failed' } : { kind: 'done', text };
  };
  return {
    platform,
    root: '/nowhere',
    run,
    interfaces: () => ({}),
    outward: async () => outward,
    knock: async () => {},
  };
}
