// Native framing as the practice network writes and reads it: apart from the node's, so that a shared mistake can't hide.

import type { Socket } from 'node:net';
import { decode, encode } from 'cborg';

export const INIT = 1;
export const ACK = 2;
export const CALL = 5;
export const RESPONSE = 6;
export const CLOSE = 7;
export const PING = 9;
export const PONG = 10;
export const RELAY_BIND = 11;
export const RELAY_ACK = 12;

export type Message = ReadonlyMap<number, unknown>;

const MOST = 16 * 1024 * 1024;

export function frame(type: number, entries: readonly (readonly [number, unknown])[]): Buffer {
  const known = entries.filter(([, value]) => value !== undefined);
  const payload = encode(new Map(known), { mapSorter: () => 0 });
  const head = Buffer.from([0x49, 0x49, 0x43, 0x50, 1, type, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 8);
  return Buffer.concat([head, payload]);
}

/** Hands each message to `on`; whatever is no frame ends the connection. */
export function readFrames(socket: Socket, on: (type: number, message: Message) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  const take = (): boolean => {
    if (rest.length < 12) return false;
    const length = rest.readUInt32BE(8);
    if (rest.toString('latin1', 0, 4) !== 'IICP' || rest[4] !== 1 || length > MOST) throw new TypeError('no frame');
    if (rest.length < 12 + length) return false;
    const type = rest[5] as number;
    const payload = rest.subarray(12, 12 + length);
    rest = rest.subarray(12 + length);
    const message: unknown = length === 0 ? new Map() : decode(payload, { useMaps: true });
    if (!(message instanceof Map)) throw new TypeError('no map');
    on(type, message as Message);
    return true;
  };
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    try {
      while (!socket.destroyed && take());
    } catch {
      socket.destroy();
    }
  });
}

/** Text that came as text or as bytes. */
export function words(message: Message, key: number): string {
  const value = message.get(key);
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  return typeof value === 'string' ? value : '';
}
