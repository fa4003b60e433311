// A relay that its user has chosen, and the strangers who write through it. The relay pool runs in a process of its own, with a hostile
// one on the same computer.
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { type WebSocket, WebSocketServer } from 'ws';
import { systemClock as clock } from '../../../src-main/base/clock.ts';
import { systemRandom as random } from '../../../src-main/base/random.ts';
import { newLetter } from '../../../src-main/nostr/envelope.ts';
import { type EventTemplate, Signer } from '../../../src-main/nostr/signer.ts';
import type { Surface } from '../attack.ts';
import type { Attacker } from '../attacker.ts';
import { nested, some } from '../bytes.ts';
import { type ChildTarget, childStage } from '../child-stage.ts';

/** How long the pool listens each time. */
const MS = 700;

function signer(): Signer {
  const secret = Buffer.from(random.bytes(32)).toString('hex');
  return new Signer({ clock, random, vault: { get: () => secret, put: () => Promise.resolve() } }, 'x.nostr-key');
}

/** A relay that says `pour` without end once it was asked for something; each message as often as the pool comes. */
async function relay(attacker: Attacker, pour: (say: (message: string | Buffer) => void, turn: number) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } });
  await new Promise((resolve) => server.once('listening', resolve));
  server.on('connection', (socket: WebSocket) => {
    socket.on('error', () => {});
    const say = (message: string | Buffer) => {
      attacker.count(message.length);
      socket.send(message);
    };
    let turn = 0;
    const more = () => {
      if (attacker.over || socket.readyState !== socket.OPEN) return;
      // What is not read waits here, not there.
      if (socket.bufferedAmount < 4 * 1024 * 1024) {
        pour(say, turn);
        turn += 1;
      }
      setImmediate(more);
    };
    socket.once('message', more);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

async function attack(to: ChildTarget, attacker: Attacker, pour: Parameters<typeof relay>[1]): Promise<void> {
  const server = await relay(attacker, pour);
  await attacker.crowd(1, async () => {
    const { events, faults, letters, state } = await to.do('nostr', { port: server.port, ms: MS });
    if (events > 0) attacker.met('taken');
    if (letters > 0) attacker.met('read');
    if (faults > 0) attacker.met('faults');
    attacker.met(state);
  });
  server.close();
}

const stranger = signer();
const sign = (template: Partial<EventTemplate>) => stranger.sign({ kind: 4, content: '', ...template });
const EVENTS = Array.from({ length: 700 }, (_, n) => sign({ content: `${n}?iv=AA`, tags: [['p', 'a'.repeat(64)]] }));
const BIG = 'x'.repeat(200_000);
const BOMBS: readonly (string | Buffer)[] = [
  `["EVENT","1",${nested(100_000)}]`,
  `["EVENT","1",[${'0,'.repeat(100_000)}0]]`,
  `["NOTICE","${BIG}"]`,
  `["NOTICE","${'\\u0007'.repeat(80_000)}"]`,
  JSON.stringify(['EVENT', '1', sign({ tags: Array.from({ length: 2001 }, () => ['t', 'x']) })]),
  JSON.stringify(['EVENT', '1', sign({ tags: [Array.from({ length: 33 }, () => 'x')] })]),
  JSON.stringify(['EVENT', '1', sign({ tags: [['t', 'x'.repeat(4097)]] })]),
  JSON.stringify(['EVENT', '1', sign({ content: 'é'.repeat(131_073) })]),
  Buffer.alloc(100_000, 0xff),
];
const odd = fc.oneof(
  fc.json(),
  fc
    .tuple(fc.constantFrom('EVENT', 'OK', 'EOSE', 'CLOSED', 'NOTICE', 'AUTH'), fc.jsonValue(), fc.jsonValue())
    .map((all) => JSON.stringify(all)),
  fc.string({ unit: 'binary', maxLength: 100 }),
);

export const nostrRelay: Surface<ChildTarget> = {
  name: 'Nostr relays',
  stage: () =>
    childStage(async (to, bytes) => {
      const quiet = new AbortController();
      const honest = { over: false, signal: quiet.signal, count() {} } as unknown as Attacker;
      const wanted = Math.min(EVENTS.length, Math.ceil(bytes / 400));
      const server = await relay(honest, (say, turn) => {
        if (turn < wanted) say(JSON.stringify(['EVENT', '1', EVENTS[turn]!]));
      });
      await to.do('nostr', { port: server.port, ms: MS });
      server.close();
    }),
  attacks: [
    {
      name: 'floods of genuine events, of lies and of notices',
      exercises: ['Nostr relays: events', 'Nostr relays: burst', 'Nostr relays: kept'],
      meets: ['taken', 'open'],
      avoids: ['read'],
      run: (to, attacker) =>
        attack(to, attacker, (say, turn) => {
          say(JSON.stringify(['EVENT', '1', EVENTS[turn % EVENTS.length]!]));
          say(JSON.stringify(['NOTICE', `slow down ${turn}`]));
          say(JSON.stringify(['OK', 'a'.repeat(64), true, '']));
        }),
    },
    {
      name: 'forged events, and what was never asked for',
      exercises: ['Nostr relays: faults', 'Nostr relays: restMs'],
      meets: ['faults', 'resting'],
      avoids: ['taken', 'read'],
      run: (to, attacker) =>
        attack(to, attacker, (say, turn) => {
          const event = EVENTS[turn % EVENTS.length]!;
          const lie = turn % 2 === 0 ? { ...event, content: 'z' } : { ...event, sig: '0'.repeat(128) };
          say(JSON.stringify(['EVENT', '1', lie]));
          say(JSON.stringify(['EVENT', String(turn), event]).replace('"1"', '"x"'));
        }),
    },
    {
      name: 'messages that are bombs, too long, or wrong in all ways',
      exercises: [
        'Nostr relays: message',
        'Nostr relays: depth',
        'Nostr relays: values',
        'Nostr relays: said',
        'Nostr events: tags',
        'Nostr events: tag',
        'Nostr events: value',
        'Nostr events: content',
      ],
      meets: ['faults', 'resting'],
      avoids: ['taken', 'read'],
      run: (to, attacker) => {
        const messages = [...BOMBS, ...some(odd, 200, attacker.seed)];
        return attack(to, attacker, (say, turn) => {
          say(messages[turn % messages.length]!);
          if (turn % 50 === 49) say(Buffer.alloc(600_000, 0x20));
        });
      },
    },
    {
      name: 'letters that no one can open, and that are too long',
      exercises: ['Nostr events: plain'],
      meets: ['taken', 'read'],
      run: async (to, attacker) => {
        const publicKey = await to.do('nostrKey', undefined);
        const own = { signer: stranger, random, now: clock.now() };
        const letters = [
          newLetter('hello', publicKey, own),
          newLetter('x'.repeat(130_000), publicKey, own),
          ...['', '?iv=', 'AAAA?iv=AAAA', `${BIG}?iv=AAAAAAAAAAAAAAAAAAAAAA==`].map((content) =>
            sign({ content, tags: [['p', publicKey]] }),
          ),
          ...['', 'Ag==', 'A'.repeat(200_000), stranger.encrypt('[[[[[[[[[', publicKey)].map((content) =>
            sign({ kind: 1059, content, tags: [['p', publicKey]] }),
          ),
        ].map((event) => JSON.stringify(['EVENT', '1', event]));
        await attack(to, attacker, (say, turn) => say(letters[turn % letters.length]!));
      },
    },
  ],
};
