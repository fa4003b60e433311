import { describe, expect, it } from 'vitest';
import {
  assess,
  type Candidate,
  candidatesOf,
  type MappedFacts,
  type Proven,
  type WayFacts,
} from '../../../src-main/reachability/detect/assess.ts';

const NOTHING: WayFacts = {
  port: 9484,
  byHand: '',
  publicV4: [],
  globalV6: [],
  mapped: [],
  seenV4: undefined,
  tunnels: [],
  relay: undefined,
  natType: 'unknown',
  carrierNat: false,
};
const V4: MappedFacts = {
  family: 4,
  external: { host: '11.0.0.1', port: 19484 },
  behindAnotherNat: false,
  doubtful: false,
};
const GUA = '2a00:1450::1';
const V6: MappedFacts = { family: 6, external: { host: GUA, port: 9484 }, behindAnotherNat: false, doubtful: false };
const TUNNEL = 'https://a.example.com';
const RELAY = 'http://11.0.0.9:9484/v1/relay-for/n';

const all = (proven: Proven) => () => proven;
const by = (ways: Partial<Record<Candidate['way'], Proven>>) => (candidate: Candidate) =>
  ways[candidate.way] ?? 'not-reached';

describe('assess', () => {
  it.each([
    ['nothing', {}, all('reached'), undefined, 4, 'outbound_only'],
    ['a shared address', { carrierNat: true }, all('reached'), undefined, 4, 'ipv4_cgnat_blocked'],
    [
      'a public address here',
      { publicV4: ['11.0.0.2'] },
      all('reached'),
      'http://11.0.0.2:9484',
      0,
      'ipv4_public_direct',
    ],
    ['a mapping', { mapped: [V4] }, all('reached'), 'http://11.0.0.1:19484', 1, 'ipv4_public_direct'],
    [
      'a mapping and a hole',
      { mapped: [V4, V6], globalV6: [GUA] },
      all('reached'),
      'http://11.0.0.1:19484',
      1,
      'dual_stack_available',
    ],
    [
      'a hole alone',
      { mapped: [V6], globalV6: [GUA] },
      all('reached'),
      `http://[${GUA}]:9484`,
      1,
      'ipv6_direct_pinhole_available',
    ],
    [
      'IPv6 without a firewall',
      { globalV6: [GUA] },
      all('reached'),
      `http://[${GUA}]:9484`,
      1,
      'ipv6_direct_firewall_required',
    ],
    ['IPv6 that nobody could try', { globalV6: [GUA] }, all('unknown'), undefined, 4, 'outbound_only'],
    ['a tunnel', { tunnels: [TUNNEL] }, all('reached'), TUNNEL, 1, 'tunnel_required'],
    ['a relay', { relay: RELAY }, all('reached'), RELAY, 3, 'relay_required'],
    [
      'a second router before the first',
      { mapped: [{ ...V4, behindAnotherNat: true }] },
      all('reached'),
      undefined,
      4,
      'outbound_only',
    ],
    [
      'an address set by hand, whatever else there is',
      { byHand: 'http://11.0.0.5:80', mapped: [V4], tunnels: [TUNNEL] },
      all('reached'),
      'http://11.0.0.5:80',
      0,
      'ipv4_public_direct',
    ],
    [
      'a port forwarded by hand',
      { seenV4: '11.0.0.3' },
      all('reached'),
      'http://11.0.0.3:9484',
      1,
      'ipv4_public_direct',
    ],
    ['one that nobody could try', { seenV4: '11.0.0.3' }, all('unknown'), undefined, 4, 'outbound_only'],
    [
      'one behind two routers, where the inner one opens another port',
      { seenV4: '11.0.0.3', mapped: [{ ...V4, behindAnotherNat: true }] },
      (candidate: Candidate) => (candidate.place.port === 19484 ? 'reached' : 'not-reached'),
      'http://11.0.0.3:19484',
      1,
      'ipv4_public_direct',
    ],
    [
      'the same place as what the router has opened',
      { seenV4: '11.0.0.1', mapped: [{ ...V4, external: { host: '11.0.0.1', port: 9484 } }] },
      by({ mapping: 'unknown', forwarded: 'reached' }),
      'http://11.0.0.1:9484',
      1,
      'ipv4_public_direct',
    ],
    [
      'an address that the provider shares',
      { seenV4: '11.0.0.3', carrierNat: true },
      all('reached'),
      undefined,
      4,
      'ipv4_cgnat_blocked',
    ],
    [
      'a mapping of an address that others do not see, which was reached',
      { mapped: [{ ...V4, doubtful: true }] },
      all('reached'),
      'http://11.0.0.1:19484',
      1,
      'ipv4_public_direct',
    ],
    [
      'a mapping of an address that others do not see, which nobody could try',
      { mapped: [{ ...V4, doubtful: true }] },
      all('unknown'),
      undefined,
      4,
      'outbound_only',
    ],
    ['a mapping that lets nobody in', { mapped: [V4] }, all('not-reached'), undefined, 4, 'outbound_only'],
    [
      'a mapping that lets nobody in, and a tunnel that does',
      { mapped: [V4], tunnels: [TUNNEL] },
      by({ tunnel: 'reached' }),
      TUNNEL,
      1,
      'tunnel_required',
    ],
    [
      'a mapping that nobody could try',
      { mapped: [V4] },
      all('unknown'),
      'http://11.0.0.1:19484',
      1,
      'ipv4_public_direct',
    ],
    ['a mapping that is being tried', { mapped: [V4] }, all('pending'), undefined, 4, 'outbound_only'],
    [
      'a mapping that nobody could try while a tunnel is being tried',
      { mapped: [V4], tunnels: [TUNNEL] },
      by({ mapping: 'unknown', tunnel: 'pending' }),
      undefined,
      4,
      'outbound_only',
    ],
  ] as const)('%s', (_name, facts, proven, endpoint, tier, exposure) => {
    const { chosen, ...result } = assess({ ...NOTHING, ...facts }, proven);
    expect([chosen?.endpoint, result.tier, result.exposure]).toEqual([endpoint, tier, exposure]);
  });

  it('calls the translation open where strangers were seen to get through, and as STUN says otherwise', () => {
    const facts = { ...NOTHING, mapped: [V4], natType: 'symmetric' as const };
    expect(assess(facts, all('reached')).natType).toBe('full_cone');
    expect(assess(facts, all('unknown')).natType).toBe('symmetric');
    expect(assess({ ...facts, mapped: [], relay: RELAY }, all('reached')).natType).toBe('symmetric');
    expect(assess({ ...facts, mapped: [], tunnels: [TUNNEL] }, all('reached')).natType).toBe('symmetric');
  });

  it('says that it is pending while any way is being tried', () => {
    const facts = { ...NOTHING, mapped: [V4], tunnels: [TUNNEL] };
    expect(assess(facts, by({ mapping: 'pending' })).pending).toBe(true);
    expect(assess(facts, by({ mapping: 'reached' })).pending).toBe(false);
  });

  it('lets nobody wait for a port that may have been forwarded by hand', () => {
    const facts = { ...NOTHING, seenV4: '11.0.0.3', mapped: [V4] };
    const judged = assess(facts, by({ mapping: 'unknown', forwarded: 'pending' }));
    expect([judged.pending, judged.chosen?.way]).toEqual([false, 'mapping']);
    expect(assess(facts, by({ forwarded: 'reached' })).chosen?.way).toBe('forwarded');
  });

  it('tells operators of directories no address of ours', () => {
    for (const facts of [NOTHING, { ...NOTHING, carrierNat: true }, { ...NOTHING, mapped: [V4] }]) {
      expect(assess(facts, all('reached')).lastStep).not.toMatch(/\d+\.\d+\.\d+/);
    }
    expect(assess({ ...NOTHING, carrierNat: true }, all('reached')).lastStep).toContain('cgnat');
  });
});

describe('candidatesOf', () => {
  it('has the best way first, and each address once', () => {
    const facts = {
      ...NOTHING,
      publicV4: ['11.0.0.2'],
      globalV6: [GUA],
      mapped: [V4, V6],
      tunnels: [TUNNEL],
      relay: RELAY,
    };
    expect(candidatesOf(facts).map(({ way, place, onlyProven }) => [way, place.host, place.port, onlyProven])).toEqual([
      ['interface', '11.0.0.2', 9484, false],
      ['mapping', '11.0.0.1', 19484, false],
      ['ipv6', GUA, 9484, false],
      ['tunnel', 'a.example.com', 443, false],
      ['relay', '11.0.0.9', 9484, false],
    ]);
  });

  it.each(['not a url', 'ftp://a.example.com', ''])('leaves out what is no endpoint: %j', (url) => {
    expect(candidatesOf({ ...NOTHING, tunnels: [url] })).toEqual([]);
  });
});
