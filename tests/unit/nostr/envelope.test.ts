// Private messages, with a second opinion: rust-nostr, of the same family as the programs that other people use.
import {
  EventBuilder,
  Keys,
  loadWasmSync,
  NIP44Version,
  NostrSigner,
  nip04Decrypt,
  nip04Encrypt,
  nip44Decrypt,
  nip44Encrypt,
  PublicKey,
  Event as RustEvent,
  SecretKey,
  UnwrappedGift,
} from '@rust-nostr/nostr-sdk';
import { describe, expect, it } from 'vitest';
import { EVENT } from '../../../src-main/nostr/bounds.ts';
import { KIND, newLetter, oldLetter, openLetter, unwrap, wrap } from '../../../src-main/nostr/envelope.ts';
import { eventId, isGenuine, type NostrEvent, readEvent } from '../../../src-main/nostr/event.ts';
import { toHex } from '../../../src-main/nostr/hex.ts';
import { readSecretKey } from '../../../src-main/nostr/secret-key.ts';
import { testSigner } from '../../support/nostr.ts';
import { seededRandom } from '../../support/random.ts';

loadWasmSync();
const ours = await testSigner();
const theirs = await testSigner();
const stranger = await testSigner();
const keys = Keys.parse(theirs.reveal());
const NOW = 1_790_000_000_000;
const own = { signer: ours, random: seededRandom(), now: NOW };
const their = { ...own, signer: theirs };
const TEXT = '{"error_type":"x","message":"é 🍕 \\" \\n"}';
const back = (event: RustEvent): NostrEvent => readEvent(JSON.parse(event.asJson()))!;
const rust = (event: NostrEvent) => RustEvent.fromJson(JSON.stringify(event));

describe('a second program', () => {
  it('verifies our events, and we its', () => {
    const event = ours.sign({
      kind: 38_383,
      content: TEXT,
      tags: [
        ['d', 'é "x"'],
        ['t', 'a'],
      ],
    });
    expect(rust(event).verify()).toBe(true);
    const its = back(EventBuilder.textNote(TEXT).signWithKeys(keys));
    expect(isGenuine(its)).toBe(true);
  });

  it('reads our NIP-44 and NIP-04, and we its', () => {
    const [secret, publicKey] = [SecretKey.parse(theirs.reveal()), PublicKey.parse(ours.publicKey!)];
    expect(nip44Decrypt(secret, publicKey, ours.encrypt(TEXT, theirs.publicKey!))).toBe(TEXT);
    expect(ours.decrypt(nip44Encrypt(secret, publicKey, TEXT, NIP44Version.V2), theirs.publicKey!)).toBe(TEXT);
    expect(nip04Decrypt(secret, publicKey, ours.encryptOld(TEXT, theirs.publicKey!))).toBe(TEXT);
    expect(ours.decryptOld(nip04Encrypt(secret, publicKey, TEXT), theirs.publicKey!)).toBe(TEXT);
  });

  it.each([undefined, Math.floor(NOW / 1000)])('unwraps our letter, wrapped at %s', async (wrapAt) => {
    const event = newLetter(TEXT, theirs.publicKey!, own, wrapAt === undefined ? {} : { wrapAt });
    if (wrapAt !== undefined) expect(event.created_at).toBe(wrapAt);
    const gift = await UnwrappedGift.fromGiftWrap(NostrSigner.keys(keys), rust(event));
    expect([gift.sender.toHex(), gift.rumor.content, gift.rumor.kind.asU16()]).toEqual([ours.publicKey, TEXT, 14]);
  });

  it('writes letters that we read', async () => {
    const to = PublicKey.parse(ours.publicKey!);
    const event = back(await EventBuilder.privateMsg(NostrSigner.keys(keys), to, TEXT));
    expect(openLetter(event, ours)).toMatchObject({ by: 'nip17', from: theirs.publicKey, text: TEXT });
  });
});

describe('a letter', () => {
  it('by NIP-04 says whose it is and when it was written', () => {
    const event = oldLetter(TEXT, ours.publicKey!, theirs, { at: 5 });
    expect(openLetter(event, ours)).toEqual({ by: 'nip04', from: theirs.publicKey, text: TEXT, id: event.id, at: 5 });
  });

  it('by NIP-17 is the same letter in another wrap, and says nothing of its writer to others', () => {
    const letters = [1, 2].map(() => newLetter(TEXT, ours.publicKey!, their, { at: 7 }));
    const [one, other] = letters.map((event) => openLetter(event, ours));
    expect(one).toMatchObject({ by: 'nip17', from: theirs.publicKey, text: TEXT, at: 7 });
    expect(other).toEqual(one);
    expect(letters[0]!.pubkey).not.toBe(letters[1]!.pubkey);
    for (const event of letters) {
      expect(isGenuine(event)).toBe(true);
      expect(JSON.stringify(event)).not.toContain(theirs.publicKey);
      expect(event.created_at * 1000).toBeGreaterThan(NOW - 2 * 86_400_000 - 1000);
      expect(event.created_at * 1000).toBeLessThanOrEqual(NOW);
    }
  });

  it('in a wrap of another kind has that kind, and further tags', () => {
    const rumor = { kind: 14, pubkey: theirs.publicKey!, created_at: 1, tags: [], content: TEXT };
    const event = wrap({ ...rumor, id: eventId(rumor) }, ours.publicKey!, their, {
      kind: 21_059,
      tags: [['expiration', '9']],
    });
    expect([event.kind, event.tags]).toEqual([
      21_059,
      [
        ['p', ours.publicKey],
        ['expiration', '9'],
      ],
    ]);
    expect(unwrap(event, ours)).toEqual(rumor);
  });

  const forged = () => {
    const rumor = { kind: 14, pubkey: stranger.publicKey!, created_at: 1, tags: [], content: TEXT };
    return wrap({ ...rumor, id: eventId(rumor) }, ours.publicKey!, their, { kind: KIND.wrap });
  };
  const wrapping = (seal: unknown) =>
    theirs.signOnce(
      { kind: KIND.wrap, content: JSON.stringify(seal), tags: [['p', ours.publicKey!]], created_at: 1 },
      ours.publicKey!,
    );
  const sealed = (content: string, kind: number = KIND.seal) => theirs.sign({ kind, content });
  const rumor = { kind: 14, pubkey: theirs.publicKey, created_at: 1, tags: [], content: '' };
  const inSeal = (value: unknown) => sealed(theirs.encrypt(JSON.stringify(value), ours.publicKey!));

  it.each<[string, string, () => NostrEvent]>([
    ['to another key', 'not-for-us', () => newLetter(TEXT, stranger.publicKey!, their)],
    ['of another kind', 'other-kind', () => theirs.sign({ kind: 1, content: '', tags: [['p', ours.publicKey!]] })],
    ['that is no NIP-04', 'unreadable', () => theirs.sign({ kind: 4, content: 'x', tags: [['p', ours.publicKey!]] })],
    [
      'that is no NIP-44',
      'unreadable',
      () => theirs.sign({ kind: 1059, content: 'x', tags: [['p', ours.publicKey!]] }),
    ],
    ['in another’s name', 'forged', forged],
    ['in a seal of another kind', 'other-kind', () => wrapping(sealed('x', 1))],
    ['in a seal with a wrong signature', 'forged', () => wrapping({ ...sealed('x'), content: 'y' })],
    ['in a seal that is no event', 'unreadable', () => wrapping({ kind: 13 })],
    ['in a seal that is empty', 'unreadable', () => wrapping(sealed(''))],
    ['that is no rumor', 'unreadable', () => wrapping(inSeal({ ...rumor, kind: 'x' }))],
    ['that is a rumor of another kind', 'other-kind', () => wrapping(inSeal({ ...rumor, kind: 7 }))],
    [
      'that is a bomb of JSON',
      'unreadable',
      () => wrapping(inSeal({ ...rumor, more: Array.from({ length: 12_001 }, () => 0) })),
    ],
    ['plain, by NIP-04', 'too-long', () => oldLetter('x'.repeat(EVENT.plain + 1), ours.publicKey!, theirs)],
    ['plain, by NIP-17', 'too-long', () => newLetter('x'.repeat(EVENT.plain + 1), ours.publicKey!, their)],
  ])('%s is none: %s', (_what, fault, make) => {
    expect(openLetter(make(), ours)).toBe(fault);
  });

  it('as long as a token of 200 proofs comes through both ways', () => {
    const text = 'x'.repeat(64 * 1024);
    for (const event of [newLetter(text, ours.publicKey!, their), oldLetter(text, ours.publicKey!, theirs)]) {
      const read = readEvent(JSON.parse(JSON.stringify(event)));
      expect(read && openLetter(read, ours)).toMatchObject({ text });
    }
  });

  it('shows no secret key in what it sends', () => {
    const secret = toHex(readSecretKey(ours.reveal()));
    const sent = JSON.stringify([newLetter(TEXT, theirs.publicKey!, own), oldLetter(TEXT, theirs.publicKey!, ours)]);
    expect(sent).not.toContain(secret);
  });
});
