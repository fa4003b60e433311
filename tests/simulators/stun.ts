// A STUN server (RFC 8489, RFC 5780) on this computer, which can also pretend that there was a NAT before the client: of a kind
// that maps anew for each address, or lets in only some answers. It encodes by itself.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

export interface StunServerOptions {
  /** Where it listens, one port each; the second pair, if there is one, is its other address and port. */
  readonly hosts?: readonly [string] | readonly [string, string];
  /** As a NAT would, tell another port for each address and port that was asked. */
  readonly symmetric?: boolean;
  /** Keep out what a NAT would: answers from another address, or from another port too. */
  readonly filters?: 'nothing' | 'address' | 'port';
  /** Answers from where it was asked, even if asked to change. */
  readonly ignoresChange?: boolean;
  /** Lies about where a request came from. */
  readonly tells?: string;
  readonly silent?: boolean;
  /** Each answer has passed through here. */
  readonly tamper?: (answer: Buffer) => Buffer;
}

export interface StunServer {
  /** `host:port` of its first address. */
  readonly server: string;
  /** How many requests came in, at any address. */
  requests(): number;
  /** May be called twice. */
  stop(): Promise<void>;
}

const COOKIE = 0x2112_a442;

export async function startStunServer(options: StunServerOptions = {}): Promise<StunServer> {
  const { hosts = ['127.0.0.1'], symmetric, filters = 'nothing', ignoresChange, tells, silent, tamper } = options;
  const sockets: Socket[][] = [];
  let requests = 0;
  const other = (index: number) => (hosts.length === 2 ? 1 - index : index);
  const ports = hosts.map(() => 0);
  // Every address has every port: an answer may come from any pair of them.
  for (const [row, host] of hosts.entries()) {
    sockets[row] = [];
    for (const column of hosts.keys()) {
      const socket = await bound(host, ports[column] ?? 0);
      ports[column] = socket.address().port;
      sockets[row]![column] = socket;
      socket.on('message', (bytes, from) => answer(bytes, from, row, column));
    }
  }

  function answer(bytes: Buffer, from: RemoteInfo, row: number, column: number): void {
    requests += 1;
    if (silent || bytes.length < 20 || bytes.readUInt16BE(0) !== 1) return;
    const change = bytes.length >= 28 && bytes.readUInt16BE(20) === 3 && !ignoresChange ? bytes[27]! : 0;
    const out = sockets[change & 4 ? other(row) : row]?.[change & 2 ? other(column) : column];
    if ((change & 4 && filters !== 'nothing') || (change & 2 && filters === 'port')) return;
    const port = symmetric ? ((from.port + 7 * (1 + 2 * row + column)) & 0xffff) | 1024 : from.port;
    const attributes = [xorMapped(tells ?? from.address, port)];
    if (hosts.length === 2) attributes.push(plain(hosts[other(row)]!, ports[other(column)]!));
    const body = Buffer.concat(attributes);
    const head = Buffer.from(bytes.subarray(0, 20));
    head.writeUInt16BE(0x0101, 0);
    head.writeUInt16BE(body.length, 2);
    const whole = Buffer.concat([head, body]);
    out?.send(tamper ? tamper(whole) : whole, from.port, from.address);
  }

  const all = sockets.flat();
  return {
    server: `${hosts[0].includes(':') ? `[${hosts[0]}]` : hosts[0]}:${ports[0]}`,
    requests: () => requests,
    async stop() {
      const open = all.splice(0);
      await Promise.all(open.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
    },
  };
}

const bytesOf = (address: string) =>
  address.includes(':') ? Buffer.from([...Array<number>(15).fill(0), 1]) : Buffer.from(address.split('.').map(Number));

/** XOR-MAPPED-ADDRESS, of IPv4; of IPv6 there is only ::1 here, as MAPPED-ADDRESS. */
function xorMapped(address: string, port: number): Buffer {
  const value = bytesOf(address);
  if (value.length === 16) return Buffer.concat([Buffer.from([0, 1, 0, 20, 0, 2, port >> 8, port & 255]), value]);
  const cookie = Buffer.alloc(4);
  cookie.writeUInt32BE(COOKIE);
  const masked = port ^ (COOKIE >>> 16);
  const bent = value.map((byte, index) => byte ^ cookie[index]!);
  return Buffer.concat([Buffer.from([0, 0x20, 0, 8, 0, 1, masked >> 8, masked & 255]), bent]);
}

/** OTHER-ADDRESS. */
function plain(address: string, port: number): Buffer {
  return Buffer.concat([Buffer.from([0x80, 0x2c, 0, 8, 0, 1, port >> 8, port & 255]), bytesOf(address)]);
}

function bound(address: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4' });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}
