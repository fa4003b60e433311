// What an interface is, where only its name or its maker's words tell.

import type { InterfaceKind } from './gateway.ts';

const BY_NAME: readonly (readonly [RegExp, InterfaceKind])[] = [
  [/^(lo\d*|loopback.*)$/i, 'loopback'],
  [
    /^(utun|ipsec|ppp|pptp|tun|tap|wg|zt|tailscale|nordlynx|proton|mullvad|cscotun|gpd|ham|gif|stf|sit|teredo|isatap)\d*/i,
    'vpn',
  ],
  [/^(docker|br-[0-9a-f]{12}$|veth|podman|cni|flannel|cali|lxc|lxd|incus|kube)/i, 'container'],
  [/^(virbr|vnet|vmnet|vmenet|vboxnet|vnic|bridge|awdl|llw|anpi|ap\d|dummy|ifb|macvtap|vethernet)/i, 'virtual'],
];

/** macOS, and Linux where /sys is not to be seen. */
export function kindByName(name: string): InterfaceKind {
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? 'physical';
}

const VPN_MAKERS =
  /\b(vpn|tap-windows|wireguard|wintun|openvpn|nordlynx|tailscale|zerotier|fortinet|anyconnect|cisco secure|pangp|juniper|checkpoint|wan miniport|hamachi|radmin|teredo|isatap|6to4)\b/i;
const VIRTUAL_MAKERS =
  /\b(hyper-v|virtualbox|vmware|docker|wsl|vethernet|npcap|virtual switch|wi-fi direct|kernel debug)\b/i;

/** Windows: by the driver's description, which stays the same when a user renames the adapter, and by what the driver says. */
export function kindByDescription(description: string, hardware: boolean): InterfaceKind {
  if (/loopback/i.test(description)) return 'loopback';
  if (VPN_MAKERS.test(description)) return 'vpn';
  if (VIRTUAL_MAKERS.test(description)) return 'virtual';
  return hardware ? 'physical' : 'virtual';
}
