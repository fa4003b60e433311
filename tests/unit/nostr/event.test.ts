import { finalizeEvent, generateSecretKey, verifyEvent } from 'nostr-tools/pure';
import { describe, expect, it } from 'vitest';
import { EVENT } from '../../../src-main/nostr/bounds.ts';
import {
  addressOf,
  eventId,
  isFuture,
  isGenuine,
  kindClass,
  type NostrEvent,
  readEvent,
} from '../../../src-main/nostr/event.ts';
import { someEvent } from '../../support/nostr.ts';

const event = await someEvent({
  tags: [
    ['d', 'x'],
    ['p', 'a'.repeat(64)],
  ],
  content: 'a "quoted"\n\u2028 \u0001 🍕',
});

describe('an event', () => {
  it('of ours is genuine to another program', () => {
    expect(verifyEvent({ ...event, tags: event.tags.map((tag) => [...tag]) })).toBe(true);
  });

  it('of another program is genuine to us', () => {
    const template = { kind: 30_001, content: '\b\f\t/\\\u007f é', tags: [['d', '']], created_at: 1_700_000_000 };
    const other = finalizeEvent(template, generateSecretKey());
    expect(isGenuine(readEvent(JSON.parse(JSON.stringify(other)))!)).toBe(true);
  });

  it.each<[string, (event: NostrEvent) => NostrEvent]>([
    ['content', (it) => ({ ...it, content: `${it.content}.` })],
    ['content, and the id with it', (it) => ({ ...it, content: '.', id: eventId({ ...it, content: '.' }) })],
    ['key', (it) => ({ ...it, pubkey: 'b'.repeat(64) })],
    ['signature', (it) => ({ ...it, sig: it.sig.replace(/^./, (first) => (first === '0' ? '1' : '0')) })],
    ['time', (it) => ({ ...it, created_at: it.created_at + 1 })],
  ])('with another %s is not genuine', (_what, change) => {
    expect(isGenuine(event)).toBe(true);
    expect(isGenuine(change(event))).toBe(false);
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a list', []],
    ['an id in capitals', { ...event, id: event.id.toUpperCase() }],
    ['a short signature', { ...event, sig: event.sig.slice(2) }],
    ['a key that is a number', { ...event, pubkey: 5 }],
    ['a broken second', { ...event, created_at: 1.5 }],
    ['a time before all', { ...event, created_at: -1 }],
    ['a time beyond all', { ...event, created_at: 2 ** 60 }],
    ['a kind too high', { ...event, kind: 65_536 }],
    ['tags that are no lists', { ...event, tags: ['p'] }],
    ['tags of numbers', { ...event, tags: [[1]] }],
    ['half a character', { ...event, content: '\ud800' }],
    ['tags', { ...event, tags: Array.from({ length: EVENT.tags + 1 }, () => ['a']) }],
    ['tag', { ...event, tags: [Array.from({ length: EVENT.tag + 1 }, () => 'a')] }],
    ['value', { ...event, tags: [['a'.repeat(EVENT.value + 1)]] }],
    ['content', { ...event, content: 'é'.repeat(EVENT.content / 2 + 1) }],
  ])('is not read where it is no event or too much of one: %s', (_what, value) => {
    expect(readEvent(value)).toBeUndefined();
  });

  it('is read without what does not belong to it', () => {
    expect(readEvent({ ...event, more: 'x' })).toEqual(event);
  });

  it('futureMs', () => {
    const at = event.created_at * 1000;
    expect(isFuture(event, at - EVENT.futureMs)).toBe(false);
    expect(isFuture(event, at - EVENT.futureMs - 1)).toBe(true);
  });

  it.each([
    [0, 'replaceable', `0:${event.pubkey}:`],
    [1, 'regular', undefined],
    [3, 'replaceable', `3:${event.pubkey}:`],
    [4, 'regular', undefined],
    [1059, 'regular', undefined],
    [10_002, 'replaceable', `10002:${event.pubkey}:`],
    [20_384, 'ephemeral', undefined],
    [30_000, 'addressable', `30000:${event.pubkey}:x`],
    [38_383, 'addressable', `38383:${event.pubkey}:x`],
    [40_000, 'regular', undefined],
  ] as const)('of kind %i is %s and replaces what is at %s', (kind, which, address) => {
    expect(kindClass(kind)).toBe(which);
    expect(addressOf({ ...event, kind })).toBe(address);
  });
});
