// Events of Paygress against vectors that a second program signed, and back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WIRE } from '../../../../src-main/networks/paygress/wire/bounds.ts';
import { ALL_OFFERS, heartbeatsOf, promotionsOf, toKey } from '../../../../src-main/networks/paygress/wire/filters.ts';
import {
  promotionEvent,
  QUORUM_LOST,
  readPromotion,
  readRevocation,
  revocationEvent,
} from '../../../../src-main/networks/paygress/wire/handover.ts';
import { heartbeatEvents, readHeartbeat } from '../../../../src-main/networks/paygress/wire/heartbeat.ts';
import { offerEvent, readOffer } from '../../../../src-main/networks/paygress/wire/offer.ts';
import { isGenuine, type NostrEvent, readEvent } from '../../../../src-main/nostr/event.ts';
import type { EventTemplate } from '../../../../src-main/nostr/signer.ts';
import { matches } from '../../../../src-main/nostr/subscription.ts';
import { heartbeats, offers, promotions, revocations } from '../../../support/paygress-messages.ts';
import vectors from '../../../vectors/paygress/events.json' with { type: 'json' };
import official from '../../../vectors/paygress/official-provider.json' with { type: 'json' };

interface Vector {
  readonly says: string;
  readonly event: unknown;
  readonly reads: unknown;
}
const vectorsOf = (list: 'offers' | 'heartbeats' | 'revocations' | 'promotions'): readonly Vector[] => vectors[list];
const given = (event: unknown): NostrEvent => readEvent(event)!;
const PRIMARY = vectors.keys.primary.hex;
/** As the event of that key, as far as reading it goes: whether it is genuine is found out before. */
const by = (pubkey: string, { kind, content, tags = [], created_at = 0 }: EventTemplate): NostrEvent => ({
  id: '0'.repeat(64),
  pubkey,
  created_at,
  kind,
  tags,
  content,
  sig: '0'.repeat(128),
});
const sortedTags = (tags: readonly (readonly string[])[]) => tags.map((tag) => tag.join(' ')).sort();

const readers = [
  ['offers', readOffer],
  ['heartbeats', readHeartbeat],
  ['revocations', readRevocation],
  ['promotions', readPromotion],
] as const;

describe.each(readers)('%s of an official provider', (list, read) => {
  it.each(vectorsOf(list))('$says', ({ event, reads }) => {
    expect(isGenuine(given(event))).toBe(true);
    expect(read(given(event)) ?? null).toEqual(reads);
  });
});

describe('what the official provider has published', () => {
  const { offer, heartbeat, liveHeartbeat, announcement } = official;
  const key = offer.pubkey;

  it.each(Object.entries({ offer, heartbeat, liveHeartbeat, announcement }))('is genuine: %s', (_, event) => {
    expect(isGenuine(given(event))).toBe(true);
  });

  it('is read, and asked for by our filters', () => {
    expect(readOffer(given(offer))).toMatchObject({
      provider_npub: key,
      hostname: 'calm-official-otter',
      specs: [{ id: 'basic', rate_msats_per_sec: 50 }],
      isolation_level: 'shared-kernel',
    });
    for (const event of [heartbeat, liveHeartbeat]) {
      expect(readHeartbeat(given(event))).toMatchObject({ provider_npub: key, timestamp: heartbeat.created_at });
    }
    expect(readPromotion(given(announcement))).toMatchObject({ workload_id: 'shared-relay', new_primary_npub: key });
    expect(matches([ALL_OFFERS], given(offer))).toBe(true);
    expect(matches([heartbeatsOf([key], heartbeat.created_at)], given(heartbeat))).toBe(true);
    expect(matches([promotionsOf('shared-relay', [key])], given(announcement))).toBe(true);
  });
});

describe('our events', () => {
  const [offer] = vectors.offers;
  const [stored, live] = vectors.heartbeats;
  const [revocation] = vectors.revocations;
  const [promotion] = vectors.promotions;

  it('have the kind, the content and the tags of official ones', () => {
    const beats = heartbeatEvents(readHeartbeat(given(stored!.event))!);
    const written: readonly (readonly [EventTemplate, Vector | undefined])[] = [
      [offerEvent(readOffer(given(offer!.event))!), offer],
      [beats.stored, stored],
      [heartbeatEvents(readHeartbeat(given(live!.event))!).live, live],
      [promotionEvent(readPromotion(given(promotion!.event))!, promotion!.event.created_at), promotion],
    ];
    for (const [ours, theirs] of written) {
      const { kind, tags, content } = given(theirs!.event);
      expect(ours.kind).toBe(kind);
      expect(sortedTags(ours.tags ?? [])).toEqual(sortedTags(tags));
      expect(JSON.parse(ours.content)).toMatchObject(JSON.parse(content));
    }
  });

  it('call on each standby of a revocation by its key in hex', () => {
    const read = readRevocation(given(revocation!.event))!;
    expect(read.reason).toBe(QUORUM_LOST);
    const standbys = [vectors.keys.standby.hex, vectors.keys.second.hex];
    const { tags = [] } = revocationEvent({ ...read, standby_providers: standbys });
    expect(sortedTags(tags)).toEqual(sortedTags(revocation!.event.tags));
  });

  it('carry what a minute of heartbeats replaces at one address, and the next minute at another', () => {
    const beat = readHeartbeat(given(stored!.event))!;
    const at = (timestamp: number) => heartbeatEvents({ ...beat, timestamp }).stored.tags?.[0]?.[1];
    expect(at(vectors.at + 59)).toBe(`paygress:heartbeat:v1:${PRIMARY}:${vectors.at / 60}`);
    expect(at(vectors.at + 60)).toBe(`paygress:heartbeat:v1:${PRIMARY}:${vectors.at / 60 + 1}`);
  });
});

describe('whatever is written', () => {
  it('is read as it was: offers', () => {
    fc.assert(
      fc.property(offers, (offer) => {
        expect(readOffer(by(offer.provider_npub, offerEvent(offer)))).toEqual(offer);
      }),
    );
  });

  it('is read as it was: heartbeats of both kinds', () => {
    fc.assert(
      fc.property(heartbeats, (beat) => {
        const { stored, live } = heartbeatEvents(beat);
        expect(readHeartbeat(by(beat.provider_npub, stored))).toEqual(beat);
        expect(readHeartbeat(by(beat.provider_npub, live))).toEqual(beat);
      }),
    );
  });

  it('is read as it was: revocations and promotions', () => {
    fc.assert(
      fc.property(revocations, promotions, (revocation, promotion) => {
        expect(readRevocation(by(revocation.primary_provider_npub, revocationEvent(revocation)))).toEqual(revocation);
        expect(readPromotion(by(promotion.new_primary_npub, promotionEvent(promotion, 5)))).toEqual(promotion);
      }),
    );
  });

  it('is nobody else’s', () => {
    fc.assert(
      fc.property(offers, heartbeats, revocations, promotions, (offer, beat, revocation, promotion) => {
        const other = vectors.keys.stranger.hex;
        expect(readOffer(by(other, offerEvent(offer)))).toBeUndefined();
        expect(readHeartbeat(by(other, heartbeatEvents(beat).stored))).toBeUndefined();
        expect(readRevocation(by(other, revocationEvent(revocation)))).toBeUndefined();
        expect(readPromotion(by(other, promotionEvent(promotion, 5)))).toBeUndefined();
      }),
    );
  });
});

describe('an offer of a stranger', () => {
  const full = JSON.parse(vectors.offers[0]!.event.content) as Record<string, unknown>;
  const [spec] = full.specs as unknown[];
  const times = (count: number, item: unknown) => Array.from({ length: count }, () => item);
  const read = (change: object) =>
    readOffer(by(PRIMARY, { ...offerEvent({ ...full, ...change } as never), created_at: 1 }));

  it.each([
    ['name', 'hostname', 'x'.repeat(WIRE.name), 'x'.repeat(WIRE.name + 1)],
    ['url', 'api_endpoint', 'x'.repeat(WIRE.url), 'x'.repeat(WIRE.url + 1)],
    ['specs', 'specs', times(WIRE.specs, spec), times(WIRE.specs + 1, spec)],
    ['mints', 'whitelisted_mints', times(WIRE.mints, 'x'), times(WIRE.mints + 1, 'x')],
    ['capabilities', 'capabilities', times(WIRE.capabilities, 'x'), times(WIRE.capabilities + 1, 'x')],
    [
      'text',
      'specs',
      [{ ...(spec as object), description: 'x'.repeat(WIRE.text) }],
      [{ ...(spec as object), description: 'x'.repeat(WIRE.text + 1) }],
    ],
  ])('is read up to the bound on %s, and no further', (_bound, member, most, more) => {
    expect(read({ [member]: most })).toBeDefined();
    expect(read({ [member]: more })).toBeUndefined();
  });
});

describe('what is asked of relays', () => {
  const [offer] = vectors.offers;
  const [stored, live] = vectors.heartbeats;
  const [revocation] = vectors.revocations;
  const [promotion] = vectors.promotions;
  const standby = vectors.keys.standby.hex;

  it('brings what official providers publish, and of others nothing', () => {
    expect(matches([ALL_OFFERS], given(offer!.event))).toBe(true);
    expect(matches([heartbeatsOf([PRIMARY], vectors.at)], given(stored!.event))).toBe(true);
    expect(matches([heartbeatsOf([PRIMARY], vectors.at)], given(live!.event))).toBe(false);
    expect(matches([heartbeatsOf([PRIMARY], vectors.at + 1)], given(stored!.event))).toBe(false);
    expect(matches([promotionsOf(vectors.workload, [standby])], given(promotion!.event))).toBe(true);
    expect(matches([promotionsOf(vectors.workload, [PRIMARY])], given(promotion!.event))).toBe(false);
  });

  it('brings each revocation to the standbys that it names', () => {
    const asked = (key: string) => toKey(key).map(({ filter }) => filter);
    expect(matches(asked(standby), given(revocation!.event))).toBe(true);
    expect(matches(asked(PRIMARY), given(revocation!.event))).toBe(false);
  });
});
