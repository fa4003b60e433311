import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RELAY } from '../../../src-main/nostr/bounds.ts';
import { prefixOf, readRelayMessage } from '../../../src-main/nostr/relay-message.ts';
import { someEvent } from '../../support/nostr.ts';

const ID = 'a'.repeat(64);
const event = await someEvent();
const read = (value: unknown) =>
  readRelayMessage(
    Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  );

describe('a message of a relay', () => {
  it.each<[unknown, unknown]>([
    [['EVENT', '1', event], { is: 'event', subscription: '1', event }],
    [['OK', ID, true, ''], { is: 'ok', id: ID, taken: true, said: '' }],
    [['OK', ID, false, 'blocked: you'], { is: 'ok', id: ID, taken: false, said: 'blocked: you' }],
    [['OK', ID, true], { is: 'ok', id: ID, taken: true, said: '' }],
    [['EOSE', '1'], { is: 'eose', subscription: '1' }],
    [['CLOSED', '1', 'error: x'], { is: 'closed', subscription: '1', said: 'error: x' }],
    [['NOTICE', 'slow\u001b[31m\ndown'], { is: 'notice', said: 'slow [31m down' }],
    [['AUTH', 'challenge'], { is: 'auth', challenge: 'challenge' }],
    [['COUNT', '1', { count: 3 }], { is: 'other' }],
  ])('is read: %j', (said, message) => {
    expect(read(said)).toEqual(message);
  });

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['no JSON', '["EVENT"'],
    ['an object', {}],
    ['no word', [5]],
    ['an event of no subscription', ['EVENT', event]],
    ['an event that is none', ['EVENT', '1', { ...event, kind: -1 }]],
    ['OK for no id', ['OK', 5, true, '']],
    ['OK that is neither yes nor no', ['OK', ID, 'true', '']],
    ['a name too long', ['EOSE', 'x'.repeat(65)]],
    ['a challenge too long', ['AUTH', 'x'.repeat(513)]],
    ['depth', `["EVENT","1",${'['.repeat(RELAY.depth)}${']'.repeat(RELAY.depth)}]`],
    ['values', ['EVENT', '1', Array.from({ length: RELAY.values }, () => 0)]],
    ['bytes that are no text', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])],
  ])('is not read: %s', (_what, said) => {
    expect(read(said)).toBeUndefined();
  });

  it('said: is cut to a line of 200 characters', () => {
    expect(read(['NOTICE', 'x'.repeat(100_000)])).toEqual({ is: 'notice', said: 'x'.repeat(RELAY.said) });
  });

  it('is read or not, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.array(fc.jsonValue()).map((all) => JSON.stringify(all)),
          fc.string(),
        ),
        (text) => {
          const message = readRelayMessage(Buffer.from(text));
          if (message) expect(message.is).toBeTypeOf('string');
        },
      ),
    );
  });

  it.each([
    ['auth-required: log in', 'auth-required'],
    ['duplicate:', 'duplicate'],
    ['no prefix here', ''],
    ['Blocked: capital', ''],
  ])('says by a prefix what programs read: %s', (said, prefix) => {
    expect(prefixOf(said)).toBe(prefix);
  });
});
