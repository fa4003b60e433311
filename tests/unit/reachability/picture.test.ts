import { describe, expect, it } from 'vitest';
import { advised, type ChainFacts, chainOf } from '../../../src-main/reachability/picture.ts';
import type { MappingView, OutsideProof } from '../../../src-preload/contract/reachability.ts';

const MAPPED: MappingView = {
  family: 4,
  state: 'mapped',
  protocol: 'pcp',
  external: { address: '11.0.0.1', port: 9484 },
  grantedAt: 1000,
  expiresAt: 9000,
  nextRenewalAt: 5000,
  renewals: 0,
  strikes: 0,
  behindAnotherNat: false,
  failure: null,
};
const PROOF: OutsideProof = {
  address: '11.0.0.1:9484',
  reached: true,
  prober: 'directory.example',
  at: 2000,
  tookMs: 20,
  seen: true,
  evidence: 'arrived',
  reason: null,
};
const FACTS: ChainFacts = {
  enabled: true,
  wanted: true,
  router: { at: 500, by: 'FRITZ!Box' },
  mappings: [MAPPED],
  renewedAt: null,
  proof: PROOF,
  way: 'mapping',
  probed: true,
  carrierNat: false,
  behindAnotherNat: false,
  offline: false,
};
const FAILURE = { code: 'reachability.not-authorized', message: 'no' };

describe('chainOf', () => {
  it.each([
    ['all well', {}, ['ok', 'ok', 'ok', 'waiting']],
    ['renewed', { renewedAt: 4000 }, ['ok', 'ok', 'ok', 'ok']],
    ['switched off', { enabled: false, proof: null }, ['off', 'off', 'off', 'off']],
    ['reached without asking a router', { enabled: false }, ['off', 'off', 'ok', 'off']],
    [
      'no Internet, of which the router’s answers are only a symptom',
      { offline: true, mappings: [{ ...MAPPED, state: 'unavailable' as const, failure: FAILURE }], proof: null },
      ['ok', 'waiting', 'failed', 'off'],
    ],
    ['not wanted', { wanted: false }, ['off', 'off', 'off', 'off']],
    ['no router', { router: undefined, mappings: [], proof: null }, ['failed', 'off', 'waiting', 'off']],
    [
      'looking',
      { router: undefined, mappings: [{ ...MAPPED, state: 'probing' as const }], proof: null },
      ['waiting', 'off', 'waiting', 'off'],
    ],
    [
      'refused',
      { mappings: [{ ...MAPPED, state: 'unavailable' as const, failure: FAILURE }], proof: null },
      ['ok', 'failed', 'waiting', 'off'],
    ],
    [
      'double NAT',
      { mappings: [{ ...MAPPED, behindAnotherNat: true }], way: undefined },
      ['ok', 'failed', 'ok', 'waiting'],
    ],
    ['nobody to ask', { proof: null, probed: false }, ['ok', 'ok', 'off', 'waiting']],
    ['not reached', { proof: { ...PROOF, reached: false } }, ['ok', 'ok', 'failed', 'waiting']],
    [
      'a renewal that failed',
      { mappings: [{ ...MAPPED, state: 'degraded' as const, strikes: 1, failure: FAILURE }] },
      ['ok', 'ok', 'ok', 'failed'],
    ],
    ['forwarded by hand', { mappings: [], way: 'forwarded' as const }, ['ok', 'ok', 'ok', 'unneeded']],
    [
      'IPv6 through a hole, and a shared IPv4 address',
      {
        mappings: [
          { ...MAPPED, behindAnotherNat: true },
          { ...MAPPED, family: 6 as const },
        ],
        way: 'ipv6' as const,
      },
      ['ok', 'ok', 'ok', 'waiting'],
    ],
    [
      'IPv6 that no firewall holds, and a shared IPv4 address',
      { mappings: [{ ...MAPPED, behindAnotherNat: true }], way: 'ipv6' as const, carrierNat: true },
      ['ok', 'unneeded', 'ok', 'unneeded'],
    ],
    ['an address of its own', { mappings: [], way: 'interface' as const }, ['ok', 'unneeded', 'ok', 'unneeded']],
    [
      'a tunnel beside a router that refuses',
      { mappings: [{ ...MAPPED, state: 'unavailable' as const, failure: FAILURE }], way: 'tunnel' as const },
      ['ok', 'failed', 'ok', 'off'],
    ],
  ])('%s', (_name, changes, states) => {
    expect(chainOf({ ...FACTS, ...changes }).map(({ state }) => state)).toEqual(states);
  });

  it('tells a shared address from a second router', () => {
    const mappings = [{ ...MAPPED, behindAnotherNat: true }];
    const reasonOf = (carrierNat: boolean) =>
      chainOf({ ...FACTS, mappings, carrierNat, way: undefined })[1]?.reason?.code;
    expect([reasonOf(true), reasonOf(false)]).toEqual(['reachability.carrier-nat', 'reachability.double-nat']);
  });

  it('says that a router opens no ports, not that there is none, where one kind of asking found none', () => {
    const failure = { code: 'reachability.no-gateway', message: 'no IPv6' };
    const mappings = [{ ...MAPPED, state: 'unavailable' as const, failure }];
    expect(chainOf({ ...FACTS, mappings, way: undefined })[1]?.reason?.code).toBe('reachability.not-found');
  });

  it('has a next step for whatever failed', () => {
    const mappings = [{ ...MAPPED, state: 'unavailable' as const, failure: FAILURE }];
    for (const facts of [
      { ...FACTS, mappings },
      { ...FACTS, mappings: [] },
      { ...FACTS, router: undefined, mappings: [] },
      ...(['bad-request', 'malformed', 'other-dialect', 'permanent-only', 'same-port-only'] as const).map((code) => ({
        ...FACTS,
        way: undefined,
        mappings: [{ ...mappings[0]!, failure: { code: `reachability.${code}`, message: 'no' } }],
      })),
    ]) {
      for (const { state, reason } of chainOf(facts)) {
        if (state === 'failed' && reason) expect(reason.action).toBeTruthy();
      }
    }
    expect(advised({ code: 'other', message: 'm', action: 'a' })).toEqual({ code: 'other', message: 'm', action: 'a' });
  });
});
