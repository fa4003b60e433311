import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressBytes, addressText } from '../../../src-main/reachability/address-bytes.ts';
import { natPmpStateLost, pcpStateLost } from '../../../src-main/reachability/epoch.ts';
import type { MappingErrorCode } from '../../../src-main/reachability/errors.ts';
import {
  decodeNatPmp,
  encodeAddressRequest,
  encodeNatPmpMap,
  type NatPmpMapRequest,
} from '../../../src-main/reachability/nat-pmp/codec.ts';
import { natPmpRefusal } from '../../../src-main/reachability/nat-pmp/results.ts';
import { decodePcp, encodeAnnounce, encodeMap, type PcpMapRequest } from '../../../src-main/reachability/pcp/codec.ts';
import { pcpRefusal } from '../../../src-main/reachability/pcp/results.ts';
import { natPmpAddress, natPmpMap, pcpAnswer, readRequest } from '../../simulators/router/dialects.ts';
import vectors from '../../vectors/nat.json' with { type: 'json' };

const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe('the vectors', () => {
  it.each(vectors.natPmp.requests)('ask by NAT-PMP: $name', ({ map, hex }) => {
    const made = map ? encodeNatPmpMap(map as NatPmpMapRequest) : encodeAddressRequest();
    expect(made.toString('hex')).toBe(hex);
  });

  it.each(vectors.natPmp.answers)('answer by NAT-PMP: $name', ({ hex, means }) => {
    expect(decodeNatPmp(bytes(hex))).toEqual(means ?? undefined);
  });

  it.each(vectors.pcp.requests)('ask by PCP: $name', ({ map, announce, hex }) => {
    const made = map ? encodeMap(map as PcpMapRequest) : encodeAnnounce(announce ?? '');
    expect(made.toString('hex')).toBe(hex);
  });

  it.each(vectors.pcp.answers)('answer by PCP: $name', ({ hex, means }) => {
    expect(decodePcp(bytes(hex))).toEqual(means ?? undefined);
  });
});

describe('a result', () => {
  const meaning = (error: ReturnType<typeof pcpRefusal>) => [error.kind, error.reason];
  const kindOf = (reason: MappingErrorCode) => (reason === 'other-dialect' ? 'unavailable' : 'refused');

  it.each<[number, MappingErrorCode]>([
    [1, 'other-dialect'],
    [2, 'not-authorized'],
    [3, 'double-nat'],
    [4, 'no-resources'],
    [5, 'bad-request'],
    [6, 'bad-request'],
    [65_535, 'bad-request'],
  ])('%i of NAT-PMP means %s', (result, reason) => {
    const error = natPmpRefusal('install', result);
    expect(meaning(error)).toEqual([kindOf(reason), reason]);
    expect(error.details).toEqual({ phase: 'install', protocol: 'nat-pmp', raw: result });
  });

  it.each<[number, MappingErrorCode]>([
    [1, 'other-dialect'],
    [2, 'not-authorized'],
    [3, 'bad-request'],
    [4, 'bad-request'],
    [5, 'bad-request'],
    [6, 'bad-request'],
    [7, 'double-nat'],
    [8, 'no-resources'],
    [9, 'bad-request'],
    [10, 'no-resources'],
    [11, 'conflict'],
    [12, 'double-nat'],
    [13, 'bad-request'],
    [14, 'bad-request'],
    [255, 'bad-request'],
  ])('%i of PCP means %s', (result, reason) => {
    expect(meaning(pcpRefusal('renew', result))).toEqual([kindOf(reason), reason]);
  });

  it('says how long it holds, for half an hour at most', () => {
    expect([0, 30, 0xffff_ffff].map((lifetime) => pcpRefusal('install', 8, lifetime).retryAfterMs)).toEqual([
      undefined,
      30_000,
      1_800_000,
    ]);
  });
});

describe('round trips', () => {
  const port = fc.nat({ max: 65_535 });
  const seconds = fc.nat({ max: 0xffff_ffff });
  const transport = fc.constantFrom('tcp' as const, 'udp' as const);
  const nonce = fc.uint8Array({ minLength: 12, maxLength: 12 }).map((raw) => Buffer.from(raw).toString('hex'));
  const address = fc.oneof(
    fc.ipV4(),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((raw) => addressText(Buffer.from(raw))),
  );

  it('keep an address, however it is written', () => {
    fc.assert(
      fc.property(fc.oneof(address, fc.ipV6()), (text) => {
        const raw = addressBytes(text);
        expect(addressBytes(addressText(raw))).toEqual(raw);
      }),
      { numRuns: 1000 },
    );
  });

  it('let a router read what PCP asks', () => {
    const request = fc.record({
      client: address,
      nonce,
      transport,
      internalPort: port,
      suggestedPort: port,
      suggestedAddress: address,
      lifetime: seconds,
      preferFailure: fc.boolean(),
    });
    fc.assert(
      fc.property(request, ({ internalPort: internal, suggestedPort: suggested, ...rest }) => {
        const made = encodeMap({ ...rest, internalPort: internal, suggestedPort: suggested });
        expect(readRequest(made)).toEqual({ dialect: 'pcp', kind: 'map', internal, suggested, ...rest });
      }),
    );
  });

  it('read what a router says by PCP', () => {
    fc.assert(
      fc.property(
        nonce,
        transport,
        port,
        port,
        address,
        seconds,
        seconds,
        (own, kind, inside, outside, at, life, epoch) => {
          const map = { client: '192.168.1.2', nonce: own, transport: kind, internalPort: inside, suggestedPort: 0 };
          const made = pcpAnswer(encodeMap({ ...map, lifetime: life }), epoch, {
            lifetime: life,
            external: { address: at, port: outside },
          });
          expect(decodePcp(made)).toEqual({
            kind: 'map',
            result: 0,
            lifetime: life,
            epoch,
            grant: { nonce: own, transport: kind, internalPort: inside, externalPort: outside, externalAddress: at },
          });
        },
      ),
    );
  });

  it('ask and read by NAT-PMP', () => {
    fc.assert(
      fc.property(transport, port, port, seconds, seconds, fc.ipV4(), (kind, inside, outside, life, epoch, at) => {
        const made = encodeNatPmpMap({ transport: kind, internalPort: inside, suggestedPort: outside, lifetime: life });
        expect(readRequest(made)).toEqual({
          dialect: 'nat-pmp',
          kind: 'map',
          transport: kind,
          internal: inside,
          suggested: outside,
          lifetime: life,
        });
        expect(decodeNatPmp(natPmpMap(made, epoch, outside, life))).toEqual({
          kind: 'map',
          transport: kind,
          result: 0,
          epoch,
          grant: { internalPort: inside, externalPort: outside, lifetime: life },
        });
        expect(decodeNatPmp(natPmpAddress(epoch, at))).toEqual({ kind: 'address', result: 0, epoch, address: at });
      }),
    );
  });

  it('leave room for another address', () => {
    const made = encodeMap({
      client: '192.168.1.2',
      nonce: '0'.repeat(24),
      transport: 'tcp',
      internalPort: 1,
      suggestedPort: 1,
      lifetime: 1,
      thirdParty: '192.168.1.3',
    });
    expect(made.toString('hex', 60)).toBe('0100001000000000000000000000ffffc0a80103');
  });
});

describe('the state of a router', () => {
  const seen = (epoch: number, seconds: number) => ({ epoch, at: seconds * 1000 });

  it.each<[string, number, number, number, boolean]>([
    ['ran on with our clock', 1000, 1600, 600, false],
    ['was answered out of order', 1000, 999, 0, false],
    ['went back', 1000, 998, 0, true],
    ['started anew', 1000, 3, 600, true],
    ['jumped ahead', 1000, 100_999, 600, true],
    ['runs a sixteenth fast', 0, 637, 600, false],
    ['runs too fast', 0, 646, 600, true],
    ['runs a sixteenth slow', 0, 563, 600, false],
    ['runs too slow', 0, 560, 600, true],
  ])('that %s is judged by PCP', (_, before, now, elapsed, lost) => {
    expect(pcpStateLost(seen(before, 0), seen(now, elapsed))).toBe(lost);
  });

  it.each<[string, number, number, number, boolean]>([
    ['ran on with our clock', 1000, 1600, 600, false],
    ['jumped ahead', 1000, 100_000, 600, false],
    ['runs an eighth slow', 0, 523, 600, false],
    ['started anew', 1000, 3, 600, true],
    ['runs too slow', 0, 522, 600, true],
  ])('that %s is judged by NAT-PMP', (_, before, now, elapsed, lost) => {
    expect(natPmpStateLost(seen(before, 0), seen(now, elapsed))).toBe(lost);
  });
});
