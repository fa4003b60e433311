// The link with whoever has dialled a little node: handshakes answered, new keys taken, frames sealed and opened. One at a time.

import type { RemoteInfo, Socket } from 'node:dgram';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { answerLink, type Direction } from './noise.ts';
import { LINK, Received, u16, u32, u64 } from './wire.ts';

const SILENT_MS = 30_000;
const MOST_SESSIONS = 3;

interface Keys {
  readonly theirs: number;
  readonly send: Direction;
  readonly receive: Direction;
  /** The bit that all frames with these keys have. */
  readonly turn: 0 | 1;
  readonly since: number;
  counter: bigint;
}

interface Peer {
  remote: RemoteInfo;
  /** Compressed. */
  readonly key: Buffer;
  /** What it calls this run of it. */
  readonly epoch: Buffer;
  /** The last handshake, which is answered again as it was. */
  message1: Buffer;
  message2: Buffer;
  /** By the number that frames for them have. */
  readonly keys: Map<number, Keys>;
  current: Keys;
  received: Received;
  heardAt: number;
}

interface LinkPorts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly random: Random;
  readonly socket: Socket;
  readonly secret: Uint8Array;
  readonly epoch: Uint8Array;
  /** Another neighbour than before, or the same one, started anew. */
  came(): void;
  went(): void;
  message(type: number, body: Buffer): void;
}

export class PracticeLink {
  readonly #ports: LinkPorts;
  #peer: Peer | undefined;

  constructor(ports: LinkPorts) {
    this.#ports = ports;
  }

  /** Of the neighbour, compressed; undefined: there is none. */
  get key(): Buffer | undefined {
    return this.#peer?.key;
  }

  /** `sent`: it has left, or there is nobody to send it to. */
  send(body: Buffer, sent = () => {}): void {
    const peer = this.#peer;
    if (!peer) {
      sent();
      return;
    }
    const { current, remote } = peer;
    const plain = Buffer.concat([u32(this.#now() - current.since), body]);
    const head = Buffer.concat([
      Buffer.from([0, current.turn]),
      u16(plain.length),
      u32(current.theirs),
      u64(current.counter),
    ]);
    const sealed = current.send.seal(current.counter, plain, head);
    current.counter += 1n;
    this.#ports.socket.send(Buffer.concat([head, sealed]), remote.port, remote.address, sent);
  }

  /** Once a second: says what was received, and lets a silent neighbour go. */
  tick(): void {
    const report = this.#peer?.received.report(this.#now());
    if (report) this.send(Buffer.concat([Buffer.from([LINK.receiverReport, 0, 0, 0]), report]));
    if (this.#peer && this.#now() - this.#peer.heardAt > SILENT_MS) this.#lose();
  }

  datagram(frame: Buffer, remote: RemoteInfo): void {
    if (frame[0] === 1 && frame.length === 114) this.#onFirst(frame, remote);
    else if (frame[0] === 0 && frame.length >= 32) this.#onSealed(frame, remote);
  }

  #onFirst(frame: Buffer, remote: RemoteInfo): void {
    const { socket, secret, epoch, random } = this.#ports;
    const message1 = Buffer.from(frame.subarray(8));
    const before = this.#peer;
    if (before?.message1.equals(message1)) {
      socket.send(before.message2, remote.port, remote.address);
      return;
    }
    const answered = answerLink(secret, random.bytes(32), epoch, message1);
    if (!answered) return;
    const { key, epoch: theirs, send, receive } = answered;
    const number = random.int(0xffff_ffff);
    const heads = [Buffer.from([2, 0]), u16(65), u32(number), frame.subarray(4, 8)];
    const message2 = Buffer.concat([...heads, answered.message2]);
    const now = this.#now();
    const same = before?.key.equals(key) && before.epoch.equals(theirs) ? before : undefined;
    const turn = same?.current.turn === 0 ? 1 : 0;
    const keys: Keys = { theirs: frame.readUInt32LE(4), send, receive, turn, since: now, counter: 0n };
    if (same) {
      // Of new keys the other end has to make use first.
      Object.assign(same, { message1, message2 });
      same.keys.set(number, keys);
      for (const old of [...same.keys.keys()].slice(0, -MOST_SESSIONS)) same.keys.delete(old);
    } else {
      const all = new Map([[number, keys]]);
      const received = new Received();
      this.#peer = { remote, key, epoch: theirs, message1, message2, keys: all, current: keys, received, heardAt: now };
    }
    socket.send(message2, remote.port, remote.address);
    if (!same) this.#ports.came();
  }

  #onSealed(frame: Buffer, remote: RemoteInfo): void {
    const peer = this.#peer;
    const keys = peer?.keys.get(frame.readUInt32LE(4));
    if (!peer || !keys) return;
    const counter = frame.readBigUInt64LE(8);
    const plain = keys.receive.open(counter, frame.subarray(16), frame.subarray(0, 16));
    if (!plain || plain.length < 5) return;
    if (keys.since > peer.current.since) {
      peer.current = keys;
      peer.received = new Received();
    }
    peer.remote = remote;
    peer.heardAt = this.#now();
    if (keys === peer.current) peer.received.count(counter, plain.readUInt32LE(0), frame.length, peer.heardAt);
    if (plain[4] === LINK.disconnect) this.#lose();
    else this.#ports.message(plain[4]!, plain.subarray(5));
  }

  #lose(): void {
    this.#peer = undefined;
    this.#ports.went();
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}
