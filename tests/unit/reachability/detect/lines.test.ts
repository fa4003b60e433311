import { describe, expect, it } from 'vitest';
import { addressKind, isPublicAddress } from '../../../../src-main/reachability/addresses.ts';
import { type CarrierFacts, judgeCarrier } from '../../../../src-main/reachability/detect/carrier.ts';
import { canBind, type Ipv6Facts, publicV4, qualifyIpv6 } from '../../../../src-main/reachability/detect/lines.ts';
import type { Line } from '../../../../src-main/reachability/gateway/choose.ts';

const A = '2a00:1::a';
const B = '2a00:1::b';

describe('IPv6 as a way in', () => {
  const facts: Ipv6Facts = {
    globals: [{ address: A }, { address: B }],
    route: true,
    bound: [A, B],
    seenFrom: undefined,
  };

  it.each<[string, Partial<Ipv6Facts>, readonly string[], string]>([
    ['without an address', { globals: [] }, [], 'ipv6.none'],
    ['without a route', { route: false }, [], 'ipv6.no-route'],
    ['without a socket on it', { bound: [] }, [], 'ipv6.not-bound'],
    ['with nobody outside who answers', { seenFrom: null }, [], 'ipv6.not-out'],
    ['with nobody asked yet', {}, [A, B], 'ipv6.usable'],
    ['with an address that can be listened on', { bound: [B] }, [B], 'ipv6.usable'],
    ['seen from outside, that address first', { seenFrom: B }, [B, A], 'ipv6.out'],
    ['seen by a passing address', { seenFrom: '2a00:1::99' }, [A, B], 'ipv6.out'],
    [
      'with one made from a key, that first',
      { globals: [{ address: A }, { address: B, secured: true }] },
      [B, A],
      'ipv6.usable',
    ],
  ])('%s', (_, change, addresses, last) => {
    const qualified = qualifyIpv6({ ...facts, ...change });
    expect(qualified.addresses).toEqual(addresses);
    expect(qualified.steps.map(({ code }) => code)).toEqual(['ipv6.addresses', last]);
  });

  it('is tried by listening on the address', async () => {
    expect(await canBind('2001:db8::dead')).toBe(false);
  });
});

describe('a public address of our own', () => {
  it('counts on a card, and not on anything else', () => {
    const line = (kind: Line['kind'], ...own: readonly string[]): Line => ({
      name: kind,
      kind,
      v4: own.map((address) => ({ address, prefix: 24 })),
      globals: [],
    });
    const lines = [line('physical', '192.168.1.5', '8.8.4.4'), line('vpn', '8.8.8.8'), line('container', '9.9.9.9')];
    expect(publicV4(lines, isPublicAddress)).toEqual(['8.8.4.4']);
  });
});

describe('another NAT above the router', () => {
  const external = (address: string) => ({ external: { address, kind: addressKind(address) } });
  const none: CarrierFacts = { external: undefined, addressless: false, seenFrom: undefined, names: [] };

  it.each<[string, Partial<CarrierFacts>, 'none' | 'above' | 'carrier', string | undefined]>([
    ['is not known of without a word from the router', {}, 'none', undefined],
    ['is not there with a public address', external('8.8.4.4'), 'none', 'nat.none'],
    ['is not there when outside sees the same', { ...external('8.8.4.4'), seenFrom: '8.8.4.4' }, 'none', 'nat.none'],
    [
      'is there when outside sees another',
      { ...external('8.8.4.4'), seenFrom: '8.8.8.8' },
      'above',
      'nat.other-outside',
    ],
    ['is there above a private address', external('192.168.1.7'), 'above', 'nat.private-outside'],
    ['is there above a router without an address', external('0.0.0.0'), 'above', 'nat.no-address'],
    ['is there above a router that says it has none', { addressless: true }, 'above', 'nat.no-address'],
    ['is there above something that is no address', external('x'), 'above', 'nat.no-address'],
    ['is the provider’s with its range', external('100.64.3.4'), 'carrier', 'carrier.range'],
    ['is the provider’s with DS-Lite', external('192.0.0.2'), 'carrier', 'carrier.ds-lite'],
    ['is the provider’s by name', { ...external('8.8.4.4'), names: ['cgn-4.isp.example'] }, 'carrier', 'carrier.named'],
    ['is the provider’s by another name', { names: ['a.dslite.isp.example'] }, 'carrier', 'carrier.named'],
    ['is the provider’s when it says shared', { names: ['pool-7.shared.isp.example'] }, 'carrier', 'carrier.named'],
    ['is not the provider’s for a word within a word', { names: ['sharedhosting.example'] }, 'none', undefined],
  ])('%s', (_, facts, expected, last) => {
    const judged = judgeCarrier({ ...none, ...facts });
    expect(judged.behindAnotherNat).toBe(expected !== 'none');
    expect(judged.carrierNat).toBe(expected === 'carrier');
    expect(judged.steps.at(-1)?.code).toBe(last);
  });
});
