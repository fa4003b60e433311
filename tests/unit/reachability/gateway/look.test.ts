// Tables and answers as real computers give them, each with the way out that a person would point at.
import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../../../src-main/reachability/gateway/gateway.ts';
import {
  type HostNetwork,
  lineFacts,
  lookForGateway,
  outwardAddress,
} from '../../../../src-main/reachability/gateway/look.ts';
import { ASK } from '../../../../src-main/reachability/gateway/windows.ts';
import { CARD, linux, other, WIREGUARD } from './support.ts';

const look = (host: HostNetwork) => lookForGateway(host, new AbortController().signal);
const kinds = async (host: HostNetwork) => {
  const facts = await lineFacts(host, new AbortController().signal);
  return Object.fromEntries((facts?.lines ?? []).map(({ name, kind }) => [name, kind]));
};

const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';
const route = (...rows: readonly string[]) =>
  [HEAD, ...rows.map((row) => `${row.replaceAll(' ', '\t')}\t0\t0\t0   `)].join('\n');
const HOME = 'eth0 00000000 0101A8C0 0003 0 0 100 00000000';
const HOME_NET = 'eth0 0001A8C0 00000000 0001 0 0 100 00FFFFFF';
const ARP = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.1      0x1         0x2         3c:a6:2f:00:11:22     *        eth0
192.168.1.9      0x1         0x0         00:00:00:00:00:00     *        eth0`;
const SIX = `00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000003ea62ffffe001122 00000064 00000004 00000000 00000003     eth0
20010a6200000000000000000000000a 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000004 00000000 80200001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo`;
const OWN_SIX = `20010a620000000012345678abcdef01 02 40 00 01     eth0
20010a620000000000000000000000aa 02 40 00 20     eth0
20010a62000000000000000000000010 02 40 00 00     eth0
fd001111000000000000000000000010 02 40 00 00     eth0
20010000000000000000000000000010 02 40 00 00     eth0
20010a620000000000000000000000bb 02 40 00 40     eth0
fe8000000000000001230000fe001122 02 40 20 80     eth0
00000000000000000000000000000001 01 80 10 80       lo`;

const home: Gateway = {
  name: 'eth0',
  v4: { router: '192.168.1.1', local: '192.168.1.10', prefix: 24 },
  v6: undefined,
  hardware: undefined,
  behindVpn: false,
};
const ETH0 = { eth0: '192.168.1.10/24' };

describe('a Linux computer', () => {
  it('finds its router, the line to it, and the addresses that may be told', async () => {
    const found = await look(
      linux({ route: route(HOME, HOME_NET), ipv6_route: SIX, if_inet6: OWN_SIX, arp: ARP }, { eth0: CARD }, ETH0),
    );
    expect(found).toEqual({
      ...home,
      v6: { router: 'fe80::3ea6:2fff:fe00:1122%eth0', globals: [{ address: '2001:a62::10' }] },
      hardware: '3c:a6:2f:00:11:22',
    });
  });

  it('takes the cheaper of two cards', async () => {
    const wifi = 'wlan0 00000000 0101A8C0 0003 0 0 600 00000000';
    const own = { wlan0: '192.168.1.11/24', ...ETH0 };
    expect(await look(linux({ route: route(wifi, HOME) }, { eth0: CARD, wlan0: CARD }, own))).toEqual(home);
  });

  it('takes its own address beside the router where a card has several', async () => {
    const host = linux({ route: route(HOME) }, { eth0: CARD }, {});
    const info = { family: 'IPv4', internal: false, mac: '', netmask: '' } as const;
    const interfaces = () => ({
      eth0: [
        { ...info, address: '10.9.0.4', cidr: '10.9.0.4/24' },
        { ...info, address: '192.168.1.10', cidr: '192.168.1.10/24' },
      ],
    });
    expect(await look({ ...host, interfaces })).toEqual(home);
  });

  it.each([
    ['a tunnel that took the default route', route('tun0 00000000 00000000 0001 0 0 50 00000000', HOME), undefined],
    ['a gateway in a tunnel', route('tun0 00000000 0100080A 0003 0 0 50 00000000', HOME), undefined],
    ['two halves laid over it', route(HOME, 'tun0 00000000 0100080A 0003 0 0 900 00000080'), undefined],
    ['rules that the table does not show', route(HOME), '10.8.0.2'],
  ])('points at the card behind a VPN: %s', async (_, table, outward) => {
    const own = { ...ETH0, tun0: '10.8.0.2/24' };
    const host = linux({ route: table }, { eth0: CARD, tun0: { type: 65_534, tun_flags: 1 } }, own, outward);
    expect(await look(host)).toEqual({ ...home, behindVpn: true });
  });

  it('has no gateway without a route, with a refused one, or with nothing but a tunnel', async () => {
    const refused = 'eth0 00000000 0101A8C0 0203 0 0 100 00000000';
    const tunnel = 'wg0 00000000 0100080A 0003 0 0 50 00000000';
    for (const table of [route(HOME_NET), route(refused), route(tunnel), '', 'what is this\n\u0000\n']) {
      const sys = { eth0: CARD, wg0: WIREGUARD };
      expect(await look(linux({ route: table }, sys, { ...ETH0, wg0: '10.8.0.2/24' }))).toBeUndefined();
    }
  });

  it('finds a router that speaks IPv6 only', async () => {
    const found = await look(linux({ ipv6_route: SIX, if_inet6: OWN_SIX }, { eth0: CARD }, ETH0));
    expect(found).toMatchObject({ v4: undefined, v6: { router: 'fe80::3ea6:2fff:fe00:1122%eth0' } });
  });

  it('has nothing to open by IPv6 where it has no lasting address, or no way out', async () => {
    const v6 = async (files: Readonly<Record<string, string>>) =>
      (await look(linux({ route: route(HOME), ...files }, { eth0: CARD }, ETH0)))?.v6;
    expect(await v6({ ipv6_route: SIX })).toBeUndefined();
    expect(await v6({ if_inet6: OWN_SIX })).toBeUndefined();
  });

  it('uses the only line there is inside a container, where no card is to be seen', async () => {
    expect(await look(linux({ route: route(HOME) }, { eth0: { type: 1, uevent: '' } }, ETH0))).toEqual(home);
  });

  it('tells cards, tunnels and bridges apart', async () => {
    const sys = {
      lo: { type: 772 },
      eth0: CARD,
      wlan0: { ...CARD, uevent: 'DEVTYPE=wlan' },
      br0: { type: 1, uevent: 'DEVTYPE=bridge', lower_eth0: '' },
      bond0: { type: 1, uevent: 'DEVTYPE=bond', lower_wlan0: '' },
      wg0: WIREGUARD,
      tap0: { type: 1, tun_flags: '0x1002' },
      ppp0: { type: 512 },
      docker0: { type: 1, uevent: 'DEVTYPE=bridge' },
      'br-0123456789ab': { type: 1, uevent: 'DEVTYPE=bridge', lower_veth1: '' },
      veth1: { type: 1, uevent: '' },
      virbr0: { type: 1, uevent: 'DEVTYPE=bridge' },
      ifb0: { type: 1, uevent: '' },
      mystery: { type: 1, uevent: '' },
    };
    const own = Object.fromEntries(Object.keys(sys).map((name) => [name, '10.0.0.1/24']));
    expect(await kinds(linux({}, sys, own))).toEqual({
      lo: 'loopback',
      eth0: 'physical',
      wlan0: 'physical',
      br0: 'physical',
      bond0: 'physical',
      wg0: 'vpn',
      tap0: 'vpn',
      ppp0: 'vpn',
      docker0: 'container',
      'br-0123456789ab': 'container',
      veth1: 'container',
      virbr0: 'virtual',
      ifb0: 'virtual',
      mystery: 'virtual',
    });
  });
});

const IFCONFIG = `lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384
	inet 127.0.0.1 netmask 0xff000000
	inet6 ::1 prefixlen 128
en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
	options=6460<TSO4,TSO6,CHANNEL_IO,PARTIAL_CSUM,ZEROINVERT_CSUM>
	ether f0:18:98:aa:bb:cc
	inet6 fe80::1c5d:a6ff:fe00:1%en0 prefixlen 64 secured scopeid 0x6
	inet 192.168.1.10 netmask 0xffffff00 broadcast 192.168.1.255
	inet6 2001:a62::10 prefixlen 64 autoconf secured pltime 604800 vltime 2592000
	inet6 2001:a62::99 prefixlen 64 autoconf temporary pltime 80000 vltime 160000
	inet6 2001:a62::98 prefixlen 64 deprecated autoconf temporary pltime 0 vltime 90000
	inet6 fd00:1111::10 prefixlen 64 autoconf secured pltime 604800 vltime 2592000
	nd6 options=201<PERFORMNUD,DAD>
	media: autoselect
	status: active
bridge100: flags=8a63<UP,BROADCAST,SMART,RUNNING,ALLMULTI,SIMPLEX,MULTICAST> mtu 1500
	inet 192.168.64.1 netmask 0xffffff00 broadcast 192.168.64.255
utun4: flags=8051<UP,POINTOPOINT,RUNNING,MULTICAST> mtu 1380
	inet 10.8.0.2 --> 10.8.0.2 netmask 0xffffffff`;
const ROUTE_GET = `   route to: default
destination: default
       mask: default
    gateway: 192.168.1.1
  interface: en0
      flags: <UP,GATEWAY,DONE,STATIC,PRCLONING,GLOBAL>
 recvpipe  sendpipe  ssthresh  rtt,msec    rttvar  hopcount      mtu     expire
       0         0         0         0         0         0      1500         0`;
const ROUTE_GET_SIX = ROUTE_GET.replace('192.168.1.1', 'fe80::3ea6:2fff:fe00:1122%en0');
const ROUTE_GET_VPN = `   route to: default
destination: default
  interface: utun4
      flags: <UP,DONE,CLONING,STATIC,GLOBAL>`;
const NETSTAT = `Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            link#22            UCSg                utun4
default            192.168.1.1        UGScIg                en0
127                127.0.0.1          UCS                   lo0
192.168.1.1/32     link#6             UCS                   en0      !

Internet6:
Destination                             Gateway                         Flags               Netif Expire
default                                 fe80::3ea6:2fff:fe00:1122%e     UGcIg                 en0
default                                 fe80::%utun0                    UGcIg               utun0`;
const MAC = {
  'route -n get default': ROUTE_GET,
  'route -n get -inet6 default': ROUTE_GET_SIX,
  'ifconfig -aL': IFCONFIG,
  'netstat -rn': NETSTAT,
  'arp -n 192.168.1.1': '? (192.168.1.1) at 3c:a6:2f:0:11:22 on en0 ifscope [ethernet]',
};
const macHome: Gateway = {
  ...home,
  name: 'en0',
  v6: {
    router: 'fe80::3ea6:2fff:fe00:1122%en0',
    globals: [{ address: '2001:a62::10', preferredMs: 604_800_000, secured: true }],
  },
  hardware: '3c:a6:2f:00:11:22',
};

describe('a Mac', () => {
  it('finds its router, the line to it, and the addresses that may be told', async () => {
    expect(await look(other('darwin', MAC, '192.168.1.10'))).toEqual(macHome);
  });

  it('points at the card behind a VPN', async () => {
    const vpn = { ...MAC, 'route -n get default': ROUTE_GET_VPN };
    expect(await look(other('darwin', vpn, '10.8.0.2'))).toEqual({ ...macHome, behindVpn: true });
  });

  it('tells cards, tunnels and bridges apart', async () => {
    expect(await kinds(other('darwin', MAC))).toEqual({
      lo0: 'loopback',
      en0: 'physical',
      bridge100: 'virtual',
      utun4: 'vpn',
    });
  });

  it('has no gateway where its programs say nothing that is understood', async () => {
    expect(await look(other('darwin', {}))).toBeUndefined();
    const nonsense = Object.fromEntries(
      Object.keys(MAC).map((line) => [line, 'route: writing to routing socket: not in table']),
    );
    expect(await look(other('darwin', nonsense))).toBeUndefined();
  });
});

const windowsRoute = (prefix: string, hop: string, alias: string, metrics: readonly [number, number]) => ({
  DestinationPrefix: prefix,
  NextHop: hop,
  InterfaceAlias: alias,
  ifIndex: 12,
  RouteMetric: metrics[0],
  InterfaceMetric: metrics[1],
});
const windowsAddress = (address: string, alias: string, prefix: number, more: object = {}) => ({
  IPAddress: address,
  InterfaceAlias: alias,
  PrefixLength: prefix,
  SuffixOrigin: 'Link',
  AddressState: 'Preferred',
  PreferredMs: 922_337_203_685_477.6,
  ...more,
});
const WINDOWS = {
  routes: [
    windowsRoute('0.0.0.0/0', '192.168.1.1', 'WLAN', [0, 35]),
    windowsRoute('::/0', 'fe80::3ea6:2fff:fe00:1122', 'WLAN', [16, 35]),
  ],
  addresses: [
    windowsAddress('192.168.1.10', 'WLAN', 24),
    windowsAddress('2001:a62::10', 'WLAN', 64, { PreferredMs: 604_800_000.5 }),
    windowsAddress('2001:a62::99', 'WLAN', 128, { SuffixOrigin: 'Random' }),
    windowsAddress('2001:a62::98', 'WLAN', 128, { AddressState: 'Deprecated' }),
    windowsAddress('fe80::abcd%12', 'WLAN', 64),
    windowsAddress('10.8.0.2', 'My tunnel', 24),
    windowsAddress('172.20.0.1', 'vEthernet (Default Switch)', 20),
    windowsAddress('127.0.0.1', 'Loopback Pseudo-Interface 1', 8),
  ],
  adapters: [
    { Name: 'WLAN', InterfaceDescription: 'Intel(R) Wi-Fi 6 AX201 160MHz', HardwareInterface: true },
    { Name: 'My tunnel', InterfaceDescription: 'WireGuard Tunnel', HardwareInterface: false },
    {
      Name: 'vEthernet (Default Switch)',
      InterfaceDescription: 'Hyper-V Virtual Ethernet Adapter',
      HardwareInterface: false,
    },
  ],
  neighbours: [{ IPAddress: '192.168.1.1', LinkLayerAddress: '3C-A6-2F-00-11-22' }],
};
const windows = (answer: unknown, outward?: string) =>
  other('win32', { 'powershell.exe': JSON.stringify(answer) }, outward);
const windowsHome: Gateway = {
  ...home,
  name: 'WLAN',
  v6: { router: 'fe80::3ea6:2fff:fe00:1122%12', globals: [{ address: '2001:a62::10', preferredMs: 604_800_000 }] },
  hardware: '3c:a6:2f:00:11:22',
};

describe('a Windows computer', () => {
  it('finds its router, the line to it, and the addresses that may be told', async () => {
    expect(await look(windows(WINDOWS, '192.168.1.10'))).toEqual(windowsHome);
  });

  it.each([
    ['the default route', '0.0.0.0/0', [0, 5] as const],
    ['half of the addresses', '128.0.0.0/1', [0, 500] as const],
  ])('points at the card behind a VPN that took %s', async (_, prefix, metrics) => {
    const routes = [windowsRoute(prefix, '0.0.0.0', 'My tunnel', metrics), ...WINDOWS.routes];
    expect(await look(windows({ ...WINDOWS, routes }))).toEqual({ ...windowsHome, behindVpn: true });
  });

  it('tells cards, tunnels and bridges apart', async () => {
    expect(await kinds(windows(WINDOWS))).toEqual({
      WLAN: 'physical',
      'My tunnel': 'vpn',
      'vEthernet (Default Switch)': 'virtual',
      'Loopback Pseudo-Interface 1': 'loopback',
    });
  });

  it('uses the rest where one row is not understood', async () => {
    const routes = [{ NextHop: 7 }, 'x', ...WINDOWS.routes];
    expect(await look(windows({ ...WINDOWS, routes, neighbours: [{}] }))).toEqual({
      ...windowsHome,
      hardware: undefined,
    });
  });

  it('has no gateway where PowerShell says nothing that is understood', async () => {
    for (const answer of [{}, [], 'x', { routes: 7 }]) expect(await look(windows(answer))).toBeUndefined();
    expect(await look(other('win32', { 'powershell.exe': 'Access is denied' }))).toBeUndefined();
  });

  it('is asked in one line of arguments that needs no escaping', () => {
    expect(ASK).not.toMatch(/`|\$\{/);
  });
});

it('has no gateway on a system that it does not know', async () => {
  expect(await look(other('aix', {}))).toBeUndefined();
});

it('asks this system for the address that it would send from, or hears that there is none', async () => {
  expect((await outwardAddress()) ?? '0.0.0.0').toMatch(/^\d+\.\d+\.\d+\.\d+$/);
});
