// A session of a little node with the node that its neighbour has a link with, begun by the little one.

import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { type Begun, beginSession, type Direction } from './noise.ts';
import { coordinateBytes, coordinates, Received, u16, u32, u64 } from './wire.ts';

/** Types in a session: bytes for the program at the other end, and what was received. */
const SAYS = 0x15;
const REPORT = 0x12;
const HELLO = Buffer.from('practice');

interface SessionPorts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly random: Random;
  readonly secret: Uint8Array;
  readonly epoch: Uint8Array;
  /** To the other end, by way of the neighbour. */
  send(payload: Buffer): void;
}

interface Open {
  readonly send: Direction;
  readonly receive: Direction;
  readonly since: number;
  readonly received: Received;
  counter: bigint;
}

const framed = (phase: number, body: Buffer) => Buffer.concat([Buffer.from([phase, 0]), u16(body.length), body]);

export class PracticeSession {
  readonly #ports: SessionPorts;
  #begun: Begun | undefined;
  #open: Open | undefined;
  #heard = 0;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** What came from the other end, reports among it. */
  get heard(): number {
    return this.#heard;
  }

  /** Begins, or begins anew: until that is answered, all stays as it is. `own`, `theirs`: where both stand, themselves first. */
  begin(to: Uint8Array, own: readonly Buffer[], theirs: readonly Buffer[]): void {
    const { secret, random, epoch } = this.#ports;
    this.#begun = beginSession(secret, random.bytes(32), epoch, to);
    const { message1 } = this.#begun;
    const places = [coordinates(own), coordinates(theirs)];
    this.#ports.send(framed(1, Buffer.concat([Buffer.from([0]), ...places, u16(message1.length), message1])));
  }

  hello(): void {
    this.#say(SAYS, HELLO);
  }

  report(): void {
    const report = this.#open?.received.report(this.#now());
    if (report) this.#say(REPORT, Buffer.concat([Buffer.alloc(2), report]));
  }

  receive(bytes: Buffer): void {
    if (bytes[0] === 2) this.#onAnswer(bytes);
    else if (bytes[0] === 0 && bytes.length >= 12) this.#onSealed(bytes);
  }

  forget(): void {
    this.#begun = undefined;
    this.#open = undefined;
  }

  #onAnswer(bytes: Buffer): void {
    let at = 5;
    for (let nth = 0; nth < 2; nth += 1) at += coordinateBytes(bytes, at);
    const finished = this.#begun?.finish(bytes.subarray(at + 2));
    if (!finished) return;
    const { message3, send, receive } = finished;
    this.#begun = undefined;
    this.#open = { send, receive, since: this.#now(), received: new Received(), counter: 0n };
    this.#ports.send(framed(3, Buffer.concat([Buffer.from([0]), u16(message3.length), message3])));
    this.hello();
  }

  #onSealed(bytes: Buffer): void {
    if (!this.#open) return;
    let at = 12;
    // Where both ends stand may come along, unsealed.
    if (bytes[1]! & 1) for (let nth = 0; nth < 2; nth += 1) at += coordinateBytes(bytes, at);
    const counter = bytes.readBigUInt64LE(4);
    const inner = this.#open.receive.open(counter, bytes.subarray(at), bytes.subarray(0, 12));
    if (!inner || inner.length < 6) return;
    this.#heard += 1;
    this.#open.received.count(counter, inner.readUInt32LE(0), bytes.length, this.#now());
  }

  #say(type: number, body: Buffer): void {
    const open = this.#open;
    if (!open) return;
    const inner = Buffer.concat([u32(this.#now() - open.since), Buffer.from([type, 0]), body]);
    const head = Buffer.concat([Buffer.from([0, 0]), u16(inner.length), u64(open.counter)]);
    const sealed = open.send.seal(open.counter, inner, head);
    open.counter += 1n;
    this.#ports.send(Buffer.concat([head, sealed]));
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }
}
