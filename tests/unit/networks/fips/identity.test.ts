import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EphemeralKey, Identity, isSignedBy } from '../../../../src-main/networks/fips/identity/identity.ts';
import {
  decodeNpub,
  decodeNsec,
  encodeNpub,
  ipv6Of,
  nodeAddrBytes,
  nodeAddrOf,
  shortNpub,
} from '../../../../src-main/networks/fips/identity/names.ts';
import { seededRandom } from '../../../support/random.ts';
import identities from '../../../vectors/fips/identity.json' with { type: 'json' };

const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe('the names of a key', () => {
  it.each(identities.vectors)('are those of $npub', (vector) => {
    const key = bytes(vector.x_only_hex);
    expect(encodeNpub(key)).toBe(vector.npub);
    expect(decodeNpub(vector.npub)).toEqual(key);
    expect(nodeAddrOf(key)).toBe(vector.node_addr);
    expect(nodeAddrBytes(vector.node_addr).toString('hex')).toBe(vector.node_addr);
    expect(ipv6Of(vector.node_addr)).toBe(vector.ipv6);
  });

  it('are shortened to what fits a list', () => {
    expect(shortNpub(identities.vectors[0]!.npub)).toBe('npub14dwj...5szf');
  });

  it.each([
    ['nothing', ''],
    ['a wrong check sum', `${identities.vectors[0]!.npub.slice(0, -1)}q`],
    ['another kind of key', encodeNpub(bytes(identities.vectors[0]!.x_only_hex)).replace('npub', 'nsec')],
    ['a key that is no point of the curve', encodeNpub(Buffer.alloc(32, 0xff))],
    ['31 bytes', encodeNpub(Buffer.alloc(31, 1))],
    ['a thousand characters', `npub1${'q'.repeat(1000)}`],
  ])('are not read from %s', (_, text) => {
    expect(decodeNpub(text)).toBeUndefined();
  });

  it('are never read from just any text, which throws nothing either', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `npub1${text}`),
        ),
        (text) => {
          expect(decodeNpub(text) ?? decodeNsec(text)).toBeUndefined();
        },
      ),
    );
  });
});

const withSecrets = identities.vectors.flatMap((vector) => ('secret_hex' in vector ? [vector] : []));

describe('an identity', () => {
  it.each(withSecrets)('of a secret has the names of $npub', (vector) => {
    const me = Identity.ofText(vector.secret_hex!)!;
    expect({
      public_key_hex: me.publicKey.toString('hex'),
      x_only_hex: me.xOnly.toString('hex'),
      npub: me.npub,
      node_addr: me.nodeAddr,
      ipv6: me.ipv6,
      secret_hex: vector.secret_hex,
    }).toEqual(vector);
  });

  it('is read from an nsec, whatever is around it', () => {
    // The example of NIP-19.
    const me = Identity.ofText(' nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5\n');
    expect(me?.npub).toBe('npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg');
  });

  it.each([
    ['zero', '00'.repeat(32)],
    ['63 digits', 'a'.repeat(63)],
    ['an npub', identities.vectors[0]!.npub],
    ['words', 'leave it to me'],
  ])('is not read from %s', (_, text) => {
    expect(Identity.ofText(text)).toBeUndefined();
  });

  it('shares a secret with any other, which is the hash of x alone, so that no parity matters', () => {
    const [one, other] = withSecrets.map(({ secret_hex: secret }) => Identity.ofText(secret!)!);
    const flipped = Buffer.from(other!.publicKey);
    flipped[0]! ^= 1;
    const shared = one!.diffieHellman(other!.publicKey);
    expect(shared).toEqual(other!.diffieHellman(one!.publicKey));
    expect(one!.diffieHellman(flipped)).toEqual(shared);
    expect(one!.diffieHellman(Buffer.alloc(33))).toBeUndefined();
    expect(one!.diffieHellman(Buffer.alloc(0))).toBeUndefined();
  });

  it('signs what others can check, over the hash of it', () => {
    const [one, other] = withSecrets.map(({ secret_hex: secret }) => Identity.ofText(secret!)!);
    const text = Buffer.from('a parent');
    const signature = one!.sign(text, seededRandom(1));
    expect(isSignedBy(one!.xOnly, text, signature)).toBe(true);
    expect(isSignedBy(one!.xOnly, hash('sha256', text, 'buffer'), signature)).toBe(false);
    expect(isSignedBy(other!.xOnly, text, signature)).toBe(false);
  });

  it('makes other keys for each handshake', () => {
    const random = seededRandom(7);
    const [one, other] = [EphemeralKey.from(random), EphemeralKey.from(random)];
    expect(one.publicKey).not.toEqual(other.publicKey);
    expect(one.diffieHellman(other.publicKey)).toEqual(other.diffieHellman(one.publicKey));
  });
});
