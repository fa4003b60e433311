// What a router, a neighbour on its line or a STUN server says: anybody can play one. The parts that listen to them run in a process
// of their own, with a hostile one on the same computer.
import { createSocket, type Socket as Datagrams, type RemoteInfo } from 'node:dgram';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { systemClock } from '../../../src-main/base/clock.ts';
import { startIgd } from '../../simulators/router/igd.ts';
import type { Surface } from '../attack.ts';
import type { Attacker } from '../attacker.ts';
import { MIB, some } from '../bytes.ts';
import { type ChildTarget, childStage } from '../child-stage.ts';

const HERE = '127.0.0.1';
/** What a call of the node may take at most; here a part of it, since a router that plays dead is waited for. */
const MS = 700;

/** Answers each datagram as it likes. */
async function datagrams(attacker: Attacker, on: (bytes: Buffer, from: RemoteInfo, socket: Datagrams) => void) {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  socket.on('message', (bytes, from) => on(bytes, from, socket));
  await new Promise<void>((resolve) => socket.bind(0, HERE, () => resolve()));
  attacker.signal.addEventListener('abort', () => socket.close(), { once: true });
  return socket.address().port;
}

const found = (location: string, type = 'InternetGatewayDevice:1') =>
  Buffer.from(
    `HTTP/1.1 200 OK\r\nLOCATION: ${location}\r\nST: urn:schemas-upnp-org:device:${type}\r\nUSN: uuid:1\r\nEXT:\r\n\r\n`,
  );

/** A web server that says `answer` to whatever comes, and counts what it sent. */
function web(attacker: Attacker, answer: (socket: Socket, head: string) => void) {
  return attacker.listen((socket) => socket.once('data', (bytes: Buffer) => answer(socket, bytes.toString('latin1'))));
}

function respond(attacker: Attacker, socket: Socket, body: string | Buffer, head = '200 OK', headers = ''): void {
  attacker.count(Buffer.byteLength(body));
  socket.end(
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 ${head}\r\nContent-Type: text/xml\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
      ),
      Buffer.from(body),
    ]),
  );
}

function pour(attacker: Attacker, socket: Socket, head: string, piece: string): void {
  socket.write(head);
  const more = () => {
    if (attacker.over || !socket.writable) return void socket.destroy();
    attacker.count(piece.length);
    socket.write(piece, () => setImmediate(more));
  };
  more();
}

const SERVICE = (control: string, events = '/e') =>
  `<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>${control}</controlURL><eventSubURL>${events}</eventSubURL></service>`;
const description = (inner: string) => `<?xml version="1.0"?><root><device>${inner}</device></root>`;

const BOMBS: Readonly<Record<string, string>> = {
  'entities in entities': `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><root>${'&b;'.repeat(1000)}</root>`,
  'an entity of a file': '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><root>&a;</root>',
  'elements without end': `<root>${'<a/>'.repeat(15_000)}</root>`,
  'elements in elements': `${'<a>'.repeat(20_000)}`,
  'attributes without end': `<root ${'a="b" '.repeat(10_000)}></root>`,
  'a name without end': `<${'a'.repeat(60_000)}></root>`,
  'services without end': description(SERVICE('/c').repeat(300)),
  'an open comment': `<root><!--${'-'.repeat(60_000)}`,
  'a megabyte': `<root>${' '.repeat(MIB)}</root>`,
  'a service elsewhere': description(SERVICE('http://169.254.169.254/latest', 'http://10.0.0.1/')),
  'a base elsewhere': `<root><URLBase>http://169.254.169.254/</URLBase><device>${SERVICE('/c')}</device></root>`,
};

const hostileXml = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<a>',
        '</a>',
        '<a ',
        '/>',
        '<!--',
        ']]>',
        '<![CDATA[',
        '&#x41;',
        '&#9999999999;',
        '&amp;',
        '<?',
        '?>',
        '<!DOCTYPE',
        '\0',
        SERVICE('/c'),
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    ),
    { maxLength: 200 },
  )
  .map((parts) => `<root>${parts.join('')}</root>`);

async function upnp(to: ChildTarget, attacker: Attacker, port: number): Promise<void> {
  await to.do('upnp', { port, ms: MS }).then(
    (address) => attacker.met(`mapped ${address}`),
    () => attacker.met('failed'),
  );
}

export const router: Surface<ChildTarget> = {
  name: 'routers and neighbours',
  stage: () =>
    childStage(async (to) => {
      const igd = await startIgd({ clock: systemClock });
      await to.do('upnp', { port: igd.ssdpPort, ms: 3000 }).catch(() => undefined);
      await igd.stop();
    }),
  attacks: [
    {
      name: 'answers to a search without end, long, odd and of everybody',
      exercises: ['UPnP: datagram', 'UPnP: headers', 'UPnP: answers', 'UPnP: datagrams'],
      meets: ['failed'],
      run: async (to, attacker) => {
        let asked = 0;
        const port = await datagrams(attacker, (_, { port: back, address }, socket) => {
          asked += 1;
          let at = 0;
          const more = () => {
            if (attacker.over) return;
            for (let times = 0; times < 64; times += 1) {
              at += 1;
              const answer =
                at % 3 === 0
                  ? found(`http://${HERE}:${1000 + (at % 60_000)}/${at}`)
                  : at % 3 === 1
                    ? Buffer.alloc(60_000, 0x41)
                    : found(`http://x/\r\n${'X: y\r\n'.repeat(200)}`);
              attacker.count(answer.length);
              socket.send(answer, back, address, () => {});
            }
            if (at < 4096) setImmediate(more);
          };
          if (asked < 100) more();
        });
        await attacker.crowd(2, () => upnp(to, attacker, port));
      },
    },
    {
      name: 'descriptions that are bombs, or lead elsewhere',
      exercises: [
        'UPnP: body',
        'UPnP: xml',
        'UPnP: elements',
        'UPnP: depth',
        'UPnP: name',
        'UPnP: services',
        'UPnP: label',
        'UPnP: url',
      ],
      meets: ['failed'],
      run: async (to, attacker) => {
        const bodies = [...Object.values(BOMBS), ...some(hostileXml, 60, attacker.seed)];
        let at = 0;
        const server = await web(attacker, (socket, head) => {
          if (head.startsWith('POST')) attacker.met('asked');
          respond(attacker, socket, bodies[at % bodies.length]!);
          at += 1;
        });
        const port = await datagrams(attacker, (_, { port: back, address }, socket) => {
          for (let times = 0; times < 10; times += 1)
            socket.send(found(`http://${HERE}:${server.port}/${times}`), back, address);
        });
        await attacker.crowd(3, () => upnp(to, attacker, port));
        server.close();
      },
    },
    {
      name: 'servers that pour, trickle, redirect, or change to another protocol',
      exercises: ['UPnP: body', 'UPnP: headerBytes'],
      meets: ['failed'],
      avoids: ['redirected'],
      run: async (to, attacker) => {
        const bait = await web(attacker, () => attacker.met('redirected'));
        let at = 0;
        const server = await web(attacker, (socket) => {
          at += 1;
          switch (at % 5) {
            case 0:
              return pour(attacker, socket, 'HTTP/1.1 200 OK\r\n\r\n', '<a>'.repeat(10_000));
            case 1:
              return pour(attacker, socket, 'HTTP/1.1 200 OK\r\n', 'X-A: b\r\n'.repeat(100));
            case 2:
              return respond(attacker, socket, '', '302 Found', `Location: http://${HERE}:${bait.port}/\r\n`);
            case 3:
              return void socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
            default:
              return void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<');
          }
        });
        const port = await datagrams(attacker, (_, { port: back, address }, socket) => {
          for (let times = 0; times < 5; times += 1)
            socket.send(found(`http://${HERE}:${server.port}/${times}`), back, address);
        });
        await attacker.crowd(3, () => upnp(to, attacker, port));
        for (const one of [bait, server]) one.close();
      },
    },
    {
      name: 'a router that lies in SOAP, and counts for ever',
      exercises: ['UPnP: entries'],
      run: async (to, attacker) => {
        let asked = 0;
        const server = await web(attacker, (socket, head) => {
          if (head.startsWith('GET')) return respond(attacker, socket, description(SERVICE('/c')));
          asked += 1;
          const action = /#(\w+)"/.exec(head)?.[1] ?? 'X';
          const values =
            action === 'GetGenericPortMappingEntry'
              ? `<NewExternalPort>${asked % 65_536}</NewExternalPort><NewProtocol>TCP</NewProtocol>`
              : `<NewExternalIPAddress>${'9'.repeat(30_000)}</NewExternalIPAddress><NewConnectionStatus>Connected</NewConnectionStatus>`;
          if (action === 'GetSpecificPortMappingEntry' || action.startsWith('Add')) {
            return respond(
              attacker,
              socket,
              '<e><Body><Fault><detail><UPnPError><errorCode>501</errorCode></UPnPError></detail></Fault></Body></e>',
              '500 No',
            );
          }
          return respond(attacker, socket, `<e><Body><${action}Response>${values}</${action}Response></Body></e>`);
        });
        const port = await datagrams(attacker, (_, { port: back, address }, socket) => {
          socket.send(found(`http://${HERE}:${server.port}/d`), back, address);
        });
        await attacker.crowd(3, () => upnp(to, attacker, port));
        server.close();
      },
    },
    {
      name: 'events of a router, without number, long and slow',
      exercises: [
        'UPnP: visits',
        'UPnP: visitMs',
        'UPnP: visit',
        'UPnP: visitHead',
        'UPnP: subscribeMs',
        'UPnP: subscribeAgainMs',
      ],
      avoids: ['hints without end', 'nothing heard'],
      run: async (to, attacker) => {
        let callback = { port: 0, path: '' };
        const server = await web(attacker, (socket, head) => {
          const [, port, path] = /CALLBACK: <http:\/\/[\d.]+:(\d+)(\/\w+)>/i.exec(head) ?? [];
          if (port) callback = { port: Number(port), path: path! };
          respond(attacker, socket, '', '200 OK', 'SID: uuid:1\r\nTIMEOUT: Second-0\r\n');
        });
        const listening = to.do('events', { port: server.port, ms: 1500 });
        let sequence = 0;
        await attacker.crowd(12, async (number) => {
          if (callback.port === 0) return void (await new Promise((resolve) => setTimeout(resolve, 5)));
          sequence += 1;
          const at = { host: HERE, port: callback.port };
          const head = `NOTIFY ${callback.path} HTTP/1.1\r\nHost: x\r\nNT: upnp:event\r\nNTS: upnp:propchange\r\nSID: uuid:1\r\nSEQ: ${sequence}\r\n`;
          if (number % 3 === 0) return void (await attacker.status(at, `${head}\r\n`));
          const socket = await attacker.open(at);
          if (!socket) return undefined;
          await attacker.send(socket, number % 3 === 1 ? 'NOTIFY '.repeat(1000) : `${head}\r\n${'a'.repeat(200_000)}`);
          return undefined;
        });
        const hints = await listening;
        attacker.met(hints <= 3 ? 'heard' : 'hints without end');
        server.close();
      },
    },
    {
      name: 'announcements without end',
      exercises: ['announcements of routers: quietMs'],
      avoids: ['hints without end', 'nothing heard'],
      run: async (to, attacker) => {
        const listener = createSocket('udp4');
        await new Promise<void>((resolve) => listener.bind(0, HERE, () => resolve()));
        const { port } = listener.address();
        await new Promise<void>((resolve) => listener.close(() => resolve()));
        const from = createSocket('udp4');
        await new Promise<void>((resolve) => from.bind(0, HERE, () => resolve()));
        const listening = to.do('announcements', { port, from: from.address().port, ms: 1500 });
        const said = Buffer.from('0080000000000130 0bcb7164'.replace(' ', ''), 'hex');
        await attacker.crowd(1, async () => {
          for (let times = 0; times < 50; times += 1) {
            attacker.count(said.length);
            from.send(said, port, HERE);
          }
          await new Promise((resolve) => setTimeout(resolve, 2));
        });
        from.close();
        const hints = await listening;
        attacker.met(hints === 0 ? 'nothing heard' : hints <= 3 ? 'heard' : 'hints without end');
      },
    },
    {
      name: 'PCP and NAT-PMP that make no sense, over and over',
      exercises: ['PCP and NAT-PMP: datagram', 'PCP and NAT-PMP: strange'],
      run: async (to, attacker) => {
        const pieces = some(fc.uint8Array({ minLength: 1, maxLength: 1400 }), 60, attacker.seed);
        const port = await datagrams(attacker, (asked, { port: back, address }, socket) => {
          for (const piece of pieces) {
            // Begins as an answer does, and goes on as it likes.
            const answer = Buffer.concat([Buffer.from([asked[0]!, asked[1]! | 0x80]), piece]);
            attacker.count(answer.length);
            socket.send(answer, back, address, () => {});
          }
        });
        await attacker.crowd(2, async (number) => {
          await to.do(number === 0 ? 'pcp' : 'nat-pmp', { port, ms: MS }).catch(() => attacker.met('failed'));
        });
      },
    },
    {
      name: 'STUN servers that lie, and send this node elsewhere',
      exercises: ['STUN: datagram', 'STUN: servers'],
      avoids: ['called'],
      run: async (to, attacker) => {
        const bait = await datagrams(attacker, () => attacker.met('called'));
        const odd = some(fc.uint8Array({ minLength: 0, maxLength: 1280 }), 40, attacker.seed);
        const lies = await Promise.all(
          Array.from({ length: 12 }, (_, number) =>
            datagrams(attacker, (asked, { port: back, address }, socket) => {
              const attribute = (type: number, value: Buffer) => {
                const head = Buffer.alloc(4);
                head.writeUInt16BE(type, 0);
                head.writeUInt16BE(value.length, 2);
                return Buffer.concat([head, value]);
              };
              const at = (host: readonly number[], to: number) => Buffer.from([0, 1, to >> 8, to & 255, ...host]);
              const body = Buffer.concat([
                attribute(1, at([10, 0, 0, number], 1)),
                // "My other address": this computer's own, at a port that is not the server's.
                attribute(0x802c, at([127, 0, 0, 1], bait)),
              ]);
              const head = Buffer.from(asked.subarray(0, 20));
              head.writeUInt16BE(0x0101, 0);
              head.writeUInt16BE(body.length, 2);
              for (const piece of odd) socket.send(Buffer.concat([head, Buffer.from(piece)]), back, address, () => {});
              socket.send(Buffer.concat([head, body]), back, address, () => {});
              attacker.count(20_000);
            }),
          ),
        );
        await attacker.crowd(2, () => to.do('stun', { ports: lies, ms: 300 }));
      },
    },
    {
      name: 'a page of the router, and programs that say they are tunnels, that do not end or lead elsewhere',
      exercises: [
        'page of the router: bytes',
        'page of the router: hops',
        'page of the router: title',
        'tunnels on this computer: bytes',
      ],
      avoids: ['redirected'],
      run: async (to, attacker) => {
        const bait = await web(attacker, () => attacker.met('redirected'));
        let at = 0;
        const server = await web(attacker, (socket) => {
          at += 1;
          switch (at % 4) {
            case 0:
              return pour(attacker, socket, 'HTTP/1.1 200 OK\r\n\r\n', `<title ${'<'.repeat(10_000)}`);
            case 1:
              return respond(attacker, socket, '', '302 Found', `Location: http://${HERE}:${bait.port}/\r\n`);
            case 2:
              return respond(attacker, socket, '', '302 Found', `Location: /${at}\r\n`);
            default:
              return respond(attacker, socket, `<title>${'\u202e'.repeat(1000)}</title>`);
          }
        });
        await attacker.crowd(4, async (number) => {
          await to
            .do(number % 2 === 0 ? 'title' : 'get', { port: server.port, ms: MS })
            .catch(() => attacker.met('failed'));
        });
        for (const one of [bait, server]) one.close();
      },
    },
  ],
};
