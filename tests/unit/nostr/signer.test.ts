import * as nip49 from 'nostr-tools/nip49';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { nobleCode, Secp256k1 } from '../../../src-main/keys/secp256k1.ts';
import { KEY } from '../../../src-main/nostr/bounds.ts';
import { fromHex } from '../../../src-main/nostr/hex.ts';
import { readPublicKey } from '../../../src-main/nostr/npub.ts';
import { readSecretKey } from '../../../src-main/nostr/secret-key.ts';
import { Signer } from '../../../src-main/nostr/signer.ts';
import { testSigner } from '../../support/nostr.ts';
import { seededRandom } from '../../support/random.ts';
import vectors from '../../vectors/nip44.json' with { type: 'json' };

// NIP-19's own example, and NIP-49's.
const HEX = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa';
const NSEC = 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5';
const SEALED =
  'ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt0h4p';
const SEALED_HEX = '3501454135014541350145413501453fefb02227e449e57cf4d3a3ce05378683';
const NPUB = 'npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg';
const NPUB_HEX = '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e';

describe('a secret key', () => {
  it.each([
    ['nsec', NSEC, HEX],
    ['nsec with spaces and capitals', ` ${NSEC.toUpperCase()}\n`, HEX],
    ['hex', HEX, HEX],
  ])('is read as %s', (_form, text, hex) => {
    expect(Buffer.from(readSecretKey(text)).toString('hex')).toBe(hex);
  });

  it('is opened with its password', () => {
    expect(Buffer.from(readSecretKey(SEALED, 'nostr')).toString('hex')).toBe(SEALED_HEX);
    expect(() => readSecretKey(SEALED, 'Nostr')).toThrow(expect.objectContaining({ code: 'nostr.key-password' }));
  });

  it.each([
    ['nothing', ''],
    ['an npub', NPUB],
    ['a mistyped nsec', NSEC.replace('vl029', 'vl028')],
    ['zero', '0'.repeat(64)],
    ['what is beyond the curve', 'f'.repeat(64)],
    ['half a sealed key', SEALED.slice(0, 80)],
    ['text', 'x'.repeat(KEY.text + 1)],
  ])('is refused: %s', (_what, text) => {
    expect(() => readSecretKey(text)).toThrow(expect.objectContaining({ code: 'nostr.bad-key' }));
  });

  it('cost: is not opened where that would take more memory than a computer has', async () => {
    const sealed = nip49.encrypt(fromHex(HEX), 'x', 1);
    const { bech32 } = await import('@scure/base');
    const words = bech32.decode(sealed, 1024).words;
    const bytes = bech32.fromWords(words);
    bytes[1] = KEY.cost + 1;
    const costly = bech32.encode('ncryptsec', bech32.toWords(bytes), 1024);
    expect(() => readSecretKey(costly, 'x')).toThrow(expect.objectContaining({ code: 'nostr.key-cost' }));
  });
});

describe('a public key', () => {
  it.each([
    [NPUB, NPUB_HEX],
    [NPUB_HEX.toUpperCase(), NPUB_HEX],
    [NSEC, undefined],
    ['npub1x', undefined],
    ['', undefined],
  ])('is read of %s', (text, hex) => {
    expect(readPublicKey(text)).toBe(hex);
  });
});

describe('a signer', () => {
  it('makes a key once, keeps it in its vault and knows it in its next life', async () => {
    const values = new Map<string, string>();
    const vault = {
      get: (name: string) => values.get(name),
      put: async (changes: object) => {
        for (const [name, value] of Object.entries(changes)) values.set(name, String(value));
      },
    };
    const own = { clock: systemClock, random: seededRandom(), vault };
    const signer = new Signer(own, 'parcel.nostr-key');
    expect([signer.publicKey, signer.npub]).toEqual([undefined, undefined]);
    expect(() => signer.sign({ kind: 1, content: '' })).toThrow(expect.objectContaining({ code: 'nostr.no-key' }));
    await signer.make();
    await expect(signer.make()).rejects.toMatchObject({ code: 'nostr.key-exists' });
    await expect(signer.bringIn(NSEC)).rejects.toMatchObject({ code: 'nostr.key-exists' });
    expect([...values.keys()]).toEqual(['parcel.nostr-key']);
    expect(new Signer(own, 'parcel.nostr-key').publicKey).toBe(signer.publicKey);
  });

  it('shows its key as npub, and the secret one when it is asked for', async () => {
    const signer = await testSigner(NSEC);
    expect(signer.npub).toBe(NPUB);
    expect(signer.reveal()).toBe(NSEC);
  });

  it('takes another key only where that is wanted and can be read', async () => {
    const signer = await testSigner(NSEC);
    const other = await testSigner();
    const fromOther = other.encrypt('hello', signer.publicKey!);
    expect(signer.decrypt(fromOther, other.publicKey!)).toBe('hello');
    await expect(signer.bringIn(other.reveal())).rejects.toMatchObject({ code: 'nostr.key-exists' });
    await expect(signer.replace('nsec1nonsense')).rejects.toMatchObject({ code: 'nostr.bad-key' });
    expect(signer.npub).toBe(NPUB);
    const next = await testSigner();
    await signer.replace(next.reveal());
    expect(signer.npub).toBe(next.npub);
    // The conversation of the key before is forgotten with it.
    expect(() => signer.decrypt(fromOther, other.publicKey!)).toThrow();
  });
});

/** A signer whose chance is a vector's nonce. */
async function withNonce(secret: string, nonce: string) {
  const values = new Map<string, string>([['parcel.nostr-key', secret]]);
  const vault = { get: (name: string) => values.get(name), put: async () => undefined };
  const random = { ...seededRandom(), bytes: () => Buffer.from(nonce, 'hex') };
  return [undefined, new Secp256k1(nobleCode)].map(
    (keys) => new Signer({ clock: systemClock, random, vault, ...(keys && { keys }) }, 'parcel.nostr-key'),
  );
}

describe('NIP-44, by its own vectors, whichever code multiplies points', () => {
  it.each(vectors.encryptDecrypt)(
    'encrypts and decrypts $plaintext',
    async ({ sec1, sec2, nonce, plaintext, payload }) => {
      const other = await testSigner(sec2);
      const first = await testSigner(sec1);
      for (const signer of await withNonce(sec1, nonce)) {
        expect(signer.encrypt(plaintext, other.publicKey!)).toBe(payload);
        expect(signer.decrypt(payload, other.publicKey!)).toBe(plaintext);
      }
      expect(other.decrypt(payload, first.publicKey!)).toBe(plaintext);
    },
  );

  it.each(vectors.conversationKey)('agrees on the key $conversation_key', async ({ sec1, pub2, conversation_key }) => {
    const { encrypt } = await import('nostr-tools/nip44');
    const nonce = '7'.repeat(64);
    const payload = encrypt('x', fromHex(conversation_key), fromHex(nonce));
    for (const signer of await withNonce(sec1, nonce)) expect(signer.encrypt('x', pub2)).toBe(payload);
  });

  it.each(vectors.invalidConversationKey)('refuses a key that is none: $note', async ({ sec1, pub2 }) => {
    await expect((async () => (await testSigner(sec1)).encrypt('a', pub2))()).rejects.toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(keys\.invalid|nostr\.bad-key)$/) }),
    );
  });

  it.each(vectors.invalidDecrypt)('refuses what is none: $note', async ({ conversation_key, payload }) => {
    const { decrypt } = await import('nostr-tools/nip44');
    expect(() => decrypt(payload, fromHex(conversation_key))).toThrow();
  });
});
