import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relayUrl } from '../../../src-main/nostr/relay-url.ts';

describe('the address of a relay', () => {
  it.each([
    ['wss://Relay.Example/', 'wss://relay.example', false],
    [' wss://relay.example:443/some/path/ ', 'wss://relay.example/some/path', false],
    ['wss://relay.example:7777', 'wss://relay.example:7777', false],
    ['wss://8.8.8.8', 'wss://8.8.8.8', false],
    ['wss://192.168.1.5', 'wss://192.168.1.5', true],
    ['ws://192.168.1.5:7777', 'ws://192.168.1.5:7777', true],
    ['ws://[::1]:7777', 'ws://[::1]:7777', true],
    ['ws://127.1', 'ws://127.0.0.1', true],
    ['ws://localhost:80', 'ws://localhost', true],
    ['ws://nas.local', 'ws://nas.local', true],
    ['ws://nas', 'ws://nas', true],
  ])('%s is kept as %s', (typed, url, mayBePrivate) => {
    expect(relayUrl(typed)).toEqual({ url, mayBePrivate });
    expect(relayUrl(url)).toEqual({ url, mayBePrivate });
  });

  it.each([
    'ws://relay.example',
    'ws://8.8.8.8',
    'https://relay.example',
    'wss://user:word@relay.example',
    'wss://relay.example/?token=1',
    'wss://relay.example/#x',
    'relay.example',
    'wss://',
    '',
    `wss://relay.example/${'x'.repeat(512)}`,
  ])('%s is refused', (typed) => {
    expect(() => relayUrl(typed)).toThrow(expect.objectContaining({ code: 'nostr.relay-address' }));
  });

  it('is nothing, or an address without secrets that stays as it is, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.string().map((text) => `ws://${text}`),
        ),
        (typed) => {
          let at: ReturnType<typeof relayUrl>;
          try {
            at = relayUrl(typed);
          } catch (error) {
            expect(error).toMatchObject({ code: 'nostr.relay-address' });
            return;
          }
          expect(at.url).toMatch(/^wss?:\/\/[^/?#@]+(?:\/[^?#]*)?$/);
          expect(relayUrl(at.url)).toEqual(at);
        },
      ),
    );
  });
});
