// A relay that the user has chosen, and those who write through it to be found, or to have holes punched to whomever they name. A node of
// the mesh runs in a process of its own, with a hostile relay on the same computer.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { systemClock as clock } from '../../../src-main/base/clock.ts';
import { systemRandom as random } from '../../../src-main/base/random.ts';
import { encodeSignal, newOffer } from '../../../src-main/networks/fips/discovery/signal.ts';
import { Identity } from '../../../src-main/networks/fips/identity/identity.ts';
import { wrap } from '../../../src-main/nostr/envelope.ts';
import { eventId, type NostrEvent } from '../../../src-main/nostr/event.ts';
import { Signer } from '../../../src-main/nostr/signer.ts';
import { startStunServer } from '../../simulators/stun.ts';
import type { Surface } from '../attack.ts';
import type { Attacker } from '../attacker.ts';
import { type ChildTarget, childStage } from '../child-stage.ts';
import { MESH_NODE } from '../mesh-jobs.ts';

const MS = 700;
/** What it is told it says a second later. */
const SAYING_MS = 2500;
/** Probes begin two seconds after an answer. */
const PUNCHING_MS = 4000;
const us = Identity.of(Buffer.alloc(32, MESH_NODE))!;

function stranger(): Signer {
  const secret = Buffer.from(random.bytes(32)).toString('hex');
  return new Signer({ clock, random, vault: { get: () => secret, put: () => Promise.resolve() } }, 'x.nostr-key');
}

const INSIDE = [
  '127.0.0.1:22',
  '10.0.0.1:80',
  '192.168.1.1:53',
  '169.254.169.254:80',
  '[::1]:22',
  'localhost:22',
  'nas.local:80',
];

function advert(signer: Signer, endpoints: readonly unknown[]): NostrEvent {
  const tags = [
    ['d', 'fips-overlay-v1'],
    ['protocol', 'fips-overlay-v1'],
  ];
  const content = JSON.stringify({ identifier: 'fips-overlay-v1', version: 1, endpoints });
  return signer.sign({ kind: 37_195, tags, content });
}

/** To send to that address: sealed for the node, by a key of its own each. */
function offer(ip: string, port: number): NostrEvent {
  const signer = stranger();
  const observed = { reflexive: { address: ip, port }, local: [], stunServer: undefined };
  const content = encodeSignal(
    newOffer({ senderNpub: signer.npub!, recipientNpub: us.npub }, observed, clock.now(), random),
  );
  const seconds = Math.floor(clock.now() / 1000);
  const rumor = { kind: 14, pubkey: signer.publicKey!, created_at: seconds, tags: [], content };
  const to = us.xOnly.toString('hex');
  return wrap(
    { ...rumor, id: eventId(rumor) },
    to,
    { signer, random, now: clock.now() },
    { kind: 21_059, wrapAt: seconds },
  );
}

const LIES = ['127.0.0.1', '169.254.169.254'];
const COOKIE = 0x2112_a442;

/** Answers each request a thousand times: as it would be, for another request, cut short, and with lengths that lie. */
async function lyingStun(attacker: Attacker, tells: string) {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  let asked = 0;
  socket.on('message', (request, from) => {
    if (request.length < 20 || request.readUInt16BE(0) !== 1) return;
    asked += 1;
    const answer = Buffer.alloc(32);
    answer.writeUInt16BE(0x0101, 0);
    answer.writeUInt16BE(12, 2);
    request.copy(answer, 4, 4, 20);
    // XOR-MAPPED-ADDRESS, RFC 8489 14.2.
    answer.writeUInt32BE(0x0020_0008, 20);
    answer.writeUInt16BE(1, 24);
    answer.writeUInt16BE(2121 ^ (COOKIE >>> 16), 26);
    answer.writeUInt32BE((Buffer.from(tells.split('.').map(Number)).readUInt32BE(0) ^ COOKIE) >>> 0, 28);
    for (let nth = 0; nth < 1000; nth += 1) {
      const bytes = Buffer.from(answer);
      if (nth % 4 === 0 && nth > 0) bytes[10 + (nth % 8)]! ^= 1;
      if (nth % 4 === 1) bytes.writeUInt16BE(0xfffc, 2);
      if (nth % 4 === 2) bytes.writeUInt16BE(0xffff, 22);
      const cut = nth % 4 === 3 ? bytes.subarray(0, nth % 32) : bytes;
      attacker.count(cut.length);
      socket.send(cut, from.port, from.address);
    }
  });
  return { server: `127.0.0.1:${socket.address().port}`, asked: () => asked, close: () => socket.close() };
}

/** Says to each subscription whatever `events` are, again and again. */
async function relay(attacker: Attacker, events: readonly NostrEvent[]) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (socket: WebSocket) => {
    socket.on('error', () => {});
    const names = new Map<string, string>();
    socket.on('message', (data) => {
      const [word, name, filter] = JSON.parse((data as Buffer).toString()) as [string, string, { kinds?: number[] }];
      if (word === 'REQ') names.set(String(filter.kinds?.[0]), name);
    });
    let turn = 0;
    const more = () => {
      if (attacker.over || socket.readyState !== socket.OPEN) return;
      const event = events[turn % events.length];
      const name = event && names.get(String(event.kind));
      if (event && name !== undefined && socket.bufferedAmount < 1024 * 1024) {
        const text = JSON.stringify(['EVENT', name, event]);
        attacker.count(text.length);
        socket.send(text);
      }
      turn += 1;
      setImmediate(more);
    };
    more();
  });
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

async function attack(to: ChildTarget, attacker: Attacker, events: readonly NostrEvent[]): Promise<void> {
  const server = await relay(attacker, events);
  await attacker.crowd(1, async () => {
    const { adverts, inside, links } = await to.do('find', { port: server.port, ms: MS });
    attacker.met(adverts > 0 ? 'believed' : 'not believed');
    if (inside > 0) attacker.met('inside');
    if (links > 0) attacker.met('linked');
  });
  server.close();
}

export const meshDiscovery: Surface<ChildTarget> = {
  name: 'finding other nodes of the mesh',
  stage: () =>
    childStage(async (to) => {
      const quiet = new AbortController();
      const honest = { over: false, signal: quiet.signal, count() {} } as unknown as Attacker;
      const server = await relay(honest, [advert(stranger(), [{ transport: 'udp', addr: 'nat' }])]);
      await to.do('find', { port: server.port, ms: MS });
      server.close();
    }),
  attacks: [
    {
      name: 'floods of adverts that lead into networks of ours',
      exercises: ['finding other nodes of the mesh: endpoints'],
      meets: ['believed'],
      avoids: ['inside', 'linked'],
      run: (to, attacker) => {
        const lies = INSIDE.map((addr) => ({ transport: 'tcp', addr }));
        const some = [{ transport: 'udp', addr: '8.8.8.8:2121' }, ...lies];
        const all = Array.from({ length: 60 }, () => advert(stranger(), some));
        return attack(to, attacker, all);
      },
    },
    {
      name: 'adverts that are nothing but lies, too long or too deep',
      exercises: ['finding other nodes of the mesh: advert'],
      meets: ['not believed'],
      avoids: ['believed', 'inside', 'linked'],
      run: (to, attacker) => {
        const many = Array.from({ length: 500 }, (_, nth) => ({ transport: 'udp', addr: `8.8.8.8:${nth + 1}` }));
        const kinds = [
          INSIDE.map((addr) => ({ transport: 'udp', addr })),
          many,
          [[[[[[]]]]]],
          'x'.repeat(20_000),
          null,
        ];
        return attack(
          to,
          attacker,
          kinds.map((endpoints) => advert(stranger(), endpoints as readonly unknown[])),
        );
      },
    },
    {
      name: 'a STUN server that lies about where this computer is, in floods of answers',
      exercises: [],
      meets: ['asked', 'one lie believed'],
      avoids: ['said inside', 'linked'],
      run: async (to, attacker) => {
        for (const [tells, believed] of [
          ...LIES.map((lie) => [lie, false] as const),
          // That this is not our address either, nobody but its owner could know.
          ['8.8.8.8', true] as const,
        ]) {
          const stun = await lyingStun(attacker, tells);
          const server = await relay(attacker, []);
          const { said, saidInside, links } = await to.do('find', {
            port: server.port,
            ms: SAYING_MS,
            stun: stun.server,
            says: true,
          });
          if (stun.asked() > 0) attacker.met('asked');
          if (saidInside > 0 || (!believed && said > 0)) attacker.met('said inside');
          if (believed && said > 0) attacker.met('one lie believed');
          if (links > 0) attacker.met('linked');
          server.close();
          stun.close();
        }
      },
    },
    {
      name: 'floods of offers that have it send to somebody else',
      exercises: ['finding other nodes of the mesh: offers', 'finding other nodes of the mesh: signals'],
      meets: ['sent there', 'less than was sent'],
      avoids: ['amplified', 'linked'],
      run: async (to, attacker) => {
        const victim = createSocket('udp4').bind(0, '127.0.0.1');
        await once(victim, 'listening');
        let received = 0;
        victim.on('message', (bytes) => {
          received += bytes.length + 28;
        });
        const before = attacker.sent;
        const events = Array.from({ length: 80 }, () => offer('127.0.0.1', victim.address().port));
        const server = await relay(attacker, events);
        const stun = await startStunServer();
        const where = { besides: '127.0.0.1', stun: stun.server };
        const { links } = await to.do('find', { port: server.port, ms: PUNCHING_MS, ...where });
        if (links > 0) attacker.met('linked');
        if (received > 0) attacker.met('sent there');
        attacker.met(received < attacker.sent - before ? 'less than was sent' : 'amplified');
        server.close();
        await stun.stop();
        victim.close();
      },
    },
  ],
};
