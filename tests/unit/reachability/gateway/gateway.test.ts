import { describe, expect, it } from 'vitest';
import { type Gateway, stillHolds } from '../../../../src-main/reachability/gateway/gateway.ts';

const V6 = '2a11:db8:77::10';
const home: Gateway = {
  name: 'eth0',
  v4: { router: '192.168.77.1', local: '192.168.77.10', prefix: 24 },
  v6: { router: 'fe80::1%eth0', globals: [{ address: V6 }] },
  hardware: '02:00:00:00:00:01',
  behindVpn: false,
};
const v6 = home.v6!;

describe('what is mapped on a line that changes', () => {
  it.each<[string, Partial<Gateway>, boolean, boolean]>([
    ['nothing but a VPN', { behindVpn: true }, true, true],
    ['no IPv6 any more', { v6: undefined }, true, false],
    ['another prefix', { v6: { ...v6, globals: [{ address: '2a11:db8:78::10' }] } }, true, false],
    ['one address more', { v6: { ...v6, globals: [{ address: '2a11:db8:77::11' }, { address: V6 }] } }, true, true],
    ['another router for IPv6', { v6: { ...v6, router: 'fe80::2%eth0' } }, true, false],
    ['another address of ours', { v4: { ...home.v4!, local: '192.168.77.11' } }, false, true],
    ['another router for IPv4', { v4: { ...home.v4!, router: '192.168.77.2' } }, false, true],
    ['a router that the system has forgotten', { hardware: undefined }, true, true],
    ['another router at the same addresses', { hardware: '02:00:00:00:00:02' }, false, false],
    ['another card', { name: 'wlan0' }, false, false],
  ])('with %s', (_, change, v4Holds, v6Holds) => {
    const now = { ...home, ...change };
    expect(stillHolds(4, '192.168.77.10', home, now)).toBe(v4Holds);
    expect(stillHolds(6, V6, home, now)).toBe(v6Holds);
  });
});
