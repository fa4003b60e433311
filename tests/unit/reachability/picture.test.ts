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
  witness: 'directory.example',
  at: 2000,
  tookMs: 20,
  seen: true,
  reason: null,
};
const FACTS: ChainFacts = {
  enabled: true,
  wanted: true,
  router: { at: 500, by: 'FRITZ!Box' },
  mappings: [MAPPED],
  renewedAt: null,
  proof: PROOF,
  witnessed: true,
  carrierNat: false,
  behindAnotherNat: false,
};
const FAILURE = { code: 'reachability.not-authorized', message: 'no' };

describe('chainOf', () => {
  it.each([
    ['all well', {}, ['ok', 'ok', 'ok', 'waiting']],
    ['renewed', { renewedAt: 4000 }, ['ok', 'ok', 'ok', 'ok']],
    ['switched off', { enabled: false, proof: null }, ['off', 'off', 'off', 'off']],
    ['reached without asking a router', { enabled: false }, ['off', 'off', 'ok', 'off']],
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
    ['double NAT', { mappings: [{ ...MAPPED, behindAnotherNat: true }] }, ['ok', 'failed', 'ok', 'waiting']],
    ['nobody to ask', { proof: null, witnessed: false }, ['ok', 'ok', 'off', 'waiting']],
    ['not reached', { proof: { ...PROOF, reached: false } }, ['ok', 'ok', 'failed', 'waiting']],
    [
      'a renewal that failed',
      { mappings: [{ ...MAPPED, state: 'degraded' as const, strikes: 1, failure: FAILURE }] },
      ['ok', 'ok', 'ok', 'failed'],
    ],
  ])('%s', (_name, changes, states) => {
    expect(chainOf({ ...FACTS, ...changes }).map(({ state }) => state)).toEqual(states);
  });

  it('tells a shared address from a second router', () => {
    const mappings = [{ ...MAPPED, behindAnotherNat: true }];
    const reasonOf = (carrierNat: boolean) => chainOf({ ...FACTS, mappings, carrierNat })[1]?.reason?.code;
    expect([reasonOf(true), reasonOf(false)]).toEqual(['reachability.carrier-nat', 'reachability.double-nat']);
  });

  it('has a next step for whatever failed', () => {
    const mappings = [{ ...MAPPED, state: 'unavailable' as const, failure: FAILURE }];
    for (const facts of [
      { ...FACTS, mappings },
      { ...FACTS, mappings: [] },
      { ...FACTS, router: undefined, mappings: [] },
    ]) {
      for (const { state, reason } of chainOf(facts)) {
        if (state === 'failed' && reason) expect(reason.action).toBeTruthy();
      }
    }
    expect(advised({ code: 'other', message: 'm', action: 'a' })).toEqual({ code: 'other', message: 'm', action: 'a' });
  });
});
