// The table of routers: each is known by what such routers call themselves (UPnP friendlyName and modelName), and by one entry alone.
import { describe, expect, it } from 'vitest';
import { routerBy, routers } from '../../../src-renderer/parts/inbound/routers.ts';

const USUAL: readonly (readonly [id: string, ...names: string[]])[] = [
  ['fritzbox', 'FRITZ!Box 7590', 'AVM FRITZ!Box 6660 Cable', 'FRITZBox'],
  ['asus', 'ASUS RT-AX88U', 'RT-AC68U', 'ZenWiFi AX'],
  ['tplink', 'TP-LINK Archer C7', 'Archer AX50', 'TP-Link Deco M5', 'Deco X20'],
  ['netgear', 'NETGEAR R7000', 'Nighthawk RAX50', 'Orbi RBR50'],
  ['linksys', 'Linksys WRT3200ACM', 'Velop'],
  ['dlink', 'D-Link DIR-825', 'DLINK DIR-615'],
  ['unifi', 'UniFi Dream Machine', 'Ubiquiti UniFi Security Gateway', 'Dream Machine Pro'],
  ['mikrotik', 'MikroTik Router', 'RouterOS'],
  ['openwrt', 'OpenWRT router', 'OpenWrt UPnP'],
  ['opnsense', 'OPNsense router'],
  ['pfsense', 'pfSense router', 'FreeBSD router pfSense'],
  ['airport', 'AirPort Extreme', 'AirPort Time Capsule'],
  ['nest', 'Google Wifi', 'Nest Wifi', 'Google Nest Wifi Pro'],
  ['eero', 'eero Pro 6'],
  ['zyxel', 'ZyXEL VMG8825', 'Zyxel Router'],
  ['xfinity', 'Xfinity XB7', 'Comcast Gateway', 'XB6'],
  ['bt', 'BT Smart Hub 2', 'BT Home Hub 5', 'BT HomeHub'],
  ['freebox', 'Freebox Server'],
  ['livebox', 'Orange Livebox', 'Livebox 5'],
  ['speedport', 'Speedport W 724V', 'Speedport Smart 3'],
];

describe('routerBy', () => {
  it('has usual names for every router of the table', () => {
    expect(USUAL.map(([id]) => id).sort()).toEqual(routers.map(({ id }) => id).sort());
  });

  it.each(USUAL.flatMap(([id, ...names]) => names.map((name) => [name, id] as const)))('knows %s', (name, id) => {
    expect(routers.filter(({ signs }) => signs.test(name)).map((router) => router.id)).toEqual([id]);
    expect(routerBy(name, null)?.id).toBe(id);
    expect(routerBy(null, name)?.id).toBe(id);
  });

  it.each([
    'Home Gateway',
    'Internet Gateway Device',
    'Router',
    'WANDevice',
    'honest router',
    'decorated',
    'exarcher',
    '',
  ])('claims no maker for "%s"', (name) => {
    expect(routerBy(name, null)).toBeUndefined();
  });

  it('looks at no more than a bounded piece of what a stranger wrote', () => {
    expect(routerBy(`${'x'.repeat(1_000_000)} FRITZ!Box`, null)).toBeUndefined();
  });
});

it('leads through menus that are there, to an address of the home network', () => {
  for (const { allow, forward, pages } of routers) {
    expect(allow.length).toBeGreaterThan(1);
    expect(forward.length).toBeGreaterThan(1);
    if (pages !== undefined) expect(new URL(pages).protocol).toBe('http:');
  }
});
