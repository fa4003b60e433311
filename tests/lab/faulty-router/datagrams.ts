// NAT-PMP (RFC 6886) and PCP (RFC 6887) on port 5351, with faults. Byte 0 of a request tells which of the two it is.
import { createSocket, type RemoteInfo } from 'node:dgram';
import type { Quirks } from './quirks.ts';
import type { Table } from './table.ts';

const ANSWER = 0x80;
const UNSUPPORTED_VERSION = 1;
const PMP = { version: 0, noAddress: 3, badOperation: 5 };
const PCP = { version: 2, badOperation: 4, notAuthorized: 2, addressMismatch: 12, header: 24, map: 60 };
const TRANSPORTS: Readonly<Record<number, 'tcp' | 'udp'>> = { 6: 'tcp', 17: 'udp' };

export interface RouterFacts {
  readonly lan: string;
  readonly external: string;
  readonly quirks: Quirks;
  readonly table: Table;
}

export function serveDatagrams(facts: RouterFacts): void {
  const socket = createSocket('udp4');
  socket.on('message', (request, from) => {
    const answer = request[0] === PMP.version ? natPmp(facts, request, from) : pcp(facts, request, from);
    if (answer && !facts.quirks.has('mute')) send(answer, from);
  });
  socket.bind(5351, facts.lan);

  function send(bytes: Buffer, { port, address }: RemoteInfo): void {
    const { quirks } = facts;
    let sent = bytes;
    if (quirks.has('garbage')) sent = Buffer.from('deadbeef00112233445566778899aabb', 'hex');
    if (quirks.has('trunc')) sent = sent.subarray(0, 6);
    setTimeout(() => {
      if (quirks.has('wrongsrc')) {
        const other = createSocket('udp4');
        other.send(sent, port, address, () => other.close());
        return;
      }
      socket.send(sent, port, address);
      if (quirks.has('dup')) socket.send(sent, port, address);
    }, quirks.number('slow') ?? 0);
  }
}

function epoch({ quirks, table }: RouterFacts): number {
  if (quirks.has('epochreset')) return 0;
  const uptime = table.uptimeSeconds();
  return uptime + (uptime > 5 ? (quirks.number('epochjump') ?? 0) : 0);
}

function natPmp(facts: RouterFacts, request: Buffer, { address }: RemoteInfo): Buffer | undefined {
  const { quirks, table, external } = facts;
  const operation = request[1] ?? 0;
  if (quirks.has('pcponly')) return pcpHeader(facts, operation, UNSUPPORTED_VERSION, 1800, PCP.header);
  const answer = (length: number, result: number) => {
    const bytes = Buffer.alloc(length);
    bytes[1] = ANSWER | operation;
    bytes.writeUInt16BE(result, 2);
    bytes.writeUInt32BE(epoch(facts), 4);
    return bytes;
  };
  if (operation === 0) {
    const bytes = answer(12, quirks.has('noip') ? PMP.noAddress : 0);
    bytes.set(external.split('.').map(Number), 8);
    return bytes;
  }
  if (operation > 2 || request.length < 12) return answer(8, PMP.badOperation);

  const transport = operation === 1 ? 'udp' : 'tcp';
  const internal = request.readUInt16BE(4);
  const bytes = answer(16, quirks.number('refuse') ?? 0);
  bytes.writeUInt16BE(internal, 8);
  if (quirks.has('refuse')) return bytes;
  const had = table.byInternal(transport, address, internal);
  const asked = request.readUInt32BE(8);
  if (asked === 0) {
    if (had) table.remove(had);
    return bytes;
  }
  const port = had?.external ?? table.pick(transport, request.readUInt16BE(6), address, internal);
  const lifetime = quirks.has('zerolife') ? 0 : table.clamp(asked);
  if (lifetime > 0) table.put({ transport, external: port, address, internal, lifetime, description: 'NAT-PMP' });
  bytes.writeUInt16BE(port, 10);
  bytes.writeUInt32BE(lifetime, 12);
  return bytes;
}

function pcp(facts: RouterFacts, request: Buffer, { address }: RemoteInfo): Buffer | undefined {
  const { quirks, table, external } = facts;
  if (request[0] !== PCP.version || request.length < PCP.header || quirks.has('nopcp')) return undefined;
  const operation = request[1] ?? 0;
  if (quirks.has('pmpver')) {
    const bytes = Buffer.alloc(8);
    bytes[1] = ANSWER | operation;
    bytes.writeUInt16BE(UNSUPPORTED_VERSION, 2);
    bytes.writeUInt32BE(epoch(facts), 4);
    return bytes;
  }
  const header = (result: number, lifetime: number, length: number = PCP.header) => {
    const bytes = pcpHeader(facts, operation, result, lifetime, length);
    if (length > PCP.header) request.copy(bytes, PCP.header, PCP.header, length);
    return bytes;
  };
  if (operation === 0) return header(0, 0);
  if (operation !== 1 || request.length < PCP.map) return header(PCP.badOperation, 0);
  const refused = quirks.number('refuse');
  if (refused !== undefined) return header(refused, 30, PCP.map);
  if ([...request.subarray(20, 24)].join('.') !== address) return header(PCP.addressMismatch, 0, PCP.map);

  const transport = TRANSPORTS[request[36] ?? 0] ?? 'tcp';
  const internal = request.readUInt16BE(40);
  const nonce = request.subarray(24, 36).toString('hex');
  const had = table.byInternal(transport, address, internal);
  if (had?.nonce && had.nonce !== nonce) return header(PCP.notAuthorized, 0, PCP.map);
  const asked = request.readUInt32BE(4);
  if (asked === 0) {
    if (had) table.remove(had);
    return header(0, 0, PCP.map);
  }
  const port = had?.external ?? table.pick(transport, request.readUInt16BE(42), address, internal);
  const lifetime = quirks.has('zerolife') ? 0 : table.clamp(Math.max(asked, 120));
  if (lifetime > 0) table.put({ transport, external: port, address, internal, lifetime, description: 'PCP', nonce });
  const bytes = header(0, lifetime, PCP.map);
  bytes.writeUInt16BE(port, 42);
  bytes.fill(0, 44, 54);
  bytes.set([0xff, 0xff, ...(quirks.has('noip') ? '0.0.0.0' : external).split('.').map(Number)], 54);
  return bytes;
}

function pcpHeader(facts: RouterFacts, operation: number, result: number, lifetime: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes[0] = PCP.version;
  bytes[1] = ANSWER | operation;
  bytes[3] = result;
  bytes.writeUInt32BE(lifetime, 4);
  bytes.writeUInt32BE(epoch(facts), 8);
  return bytes;
}
