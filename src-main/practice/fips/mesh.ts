// Two little nodes of FIPS on this computer: one is the neighbour of whoever dials it, the other is reached through that one and writes
// now and then. Both speak by code of their own, and pass nothing on for anybody else.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { schnorr } from '@noble/curves/secp256k1.js';
import { bech32 } from '@scure/base';
import type { PracticeDeps } from '../practice.ts';
import { PracticeLink } from './link.ts';
import { publicOf, sha256 } from './noise.ts';
import { PracticeSession } from './session.ts';
import { coordinates, filterAnnounce, LINK, readTree, type Step, signedOf, treeAnnounce, u16 } from './wire.ts';

const TICK_MS = 1000;
const BEAT_TICKS = 10;
const WORD_TICKS = 5;
/** A session is begun anew before its other end thinks it too old. */
const SESSION_TICKS = 90;
const MTU = 1280;

export interface PracticeNode {
  readonly npub: string;
  /** 32 hex digits. */
  readonly addr: string;
}

export interface PracticeFips {
  /** `127.0.0.1:port`, UDP. */
  readonly at: string;
  readonly neighbour: PracticeNode;
  /** Behind it. */
  readonly beyond: PracticeNode;
  /** What the one beyond was sent in its session, reports among it. */
  readonly heard: number;
  /** May be called twice. */
  stop(): Promise<void>;
}

class Own implements PracticeNode {
  readonly secret: Uint8Array;
  readonly bytes: Buffer;
  readonly npub: string;

  constructor(secret: Uint8Array) {
    this.secret = secret;
    const x = publicOf(secret).subarray(1);
    this.npub = bech32.encode('npub', bech32.toWords(x));
    this.bytes = addrOf(x);
  }

  get addr(): string {
    return this.bytes.toString('hex');
  }

  sign(bytes: Uint8Array): Uint8Array {
    return schnorr.sign(sha256(bytes), this.secret);
  }
}

const addrOf = (x: Uint8Array) => sha256(x).subarray(0, 16);
const addrsOf = (steps: readonly Step[]) => steps.map(({ addr }) => addr);

/** On 127.0.0.1, at a free port. */
export async function startPracticeFips({ clock, random }: Omit<PracticeDeps, 'logger'>): Promise<PracticeFips> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const mesh = new PracticeMesh({ clock, random }, socket);
  mesh.start();
  const { neighbour, beyond } = mesh;
  let stopped: Promise<void> | undefined;
  return {
    at: `127.0.0.1:${socket.address().port}`,
    neighbour,
    beyond,
    get heard() {
      return mesh.session.heard;
    },
    stop() {
      stopped ??= mesh.stop();
      return stopped;
    },
  };
}

class PracticeMesh {
  readonly neighbour: Own;
  readonly beyond: Own;
  readonly session: PracticeSession;
  readonly #clock: PracticeDeps['clock'];
  readonly #socket: ReturnType<typeof createSocket>;
  readonly #link: PracticeLink;
  /** Where the neighbour's neighbour stands, itself first; empty: it has not said. */
  #theirs: readonly Step[] = [];
  #announced = 0n;
  #filters = 0;
  #ticks = 0;
  #cancelTick = () => {};

  constructor({ clock, random }: Omit<PracticeDeps, 'logger'>, socket: ReturnType<typeof createSocket>) {
    this.#clock = clock;
    this.#socket = socket;
    this.neighbour = new Own(random.bytes(32));
    this.beyond = new Own(random.bytes(32));
    const common = { clock, random, epoch: random.bytes(8) };
    this.#link = new PracticeLink({
      ...common,
      socket,
      secret: this.neighbour.secret,
      came: () => this.#came(),
      went: () => this.session.forget(),
      message: (type, body) => this.#onMessage(type, body),
    });
    this.session = new PracticeSession({
      ...common,
      secret: this.beyond.secret,
      send: (payload) => this.#passOn(payload),
    });
  }

  start(): void {
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (frame, remote) => {
      try {
        this.#link.datagram(frame, remote);
      } catch (error) {
        // Cut short somewhere.
        if (!(error instanceof RangeError)) throw error;
      }
    });
    this.#tickLater();
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    await new Promise<void>((resolve) => this.#link.send(Buffer.from([LINK.disconnect, 0]), resolve));
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #tickLater(): void {
    this.#cancelTick = this.#clock.after(TICK_MS, () => {
      this.#tickLater();
      this.#ticks += 1;
      this.#link.tick();
      if (this.#ticks % BEAT_TICKS === 0) this.#link.send(Buffer.from([LINK.heartbeat]));
      if (!this.session.isOpen || this.#ticks % SESSION_TICKS === 0) this.#begin();
      this.session.report();
      if (this.#ticks % WORD_TICKS === 0) this.session.hello();
    });
  }

  #came(): void {
    this.#theirs = [];
    this.session.forget();
    this.#link.send(Buffer.from([LINK.heartbeat]));
    this.#announce();
    this.#filters += 1;
    this.#link.send(filterAnnounce(this.#filters, [this.neighbour.bytes, this.beyond.bytes]));
  }

  #begin(): void {
    const { key } = this.#link;
    if (!key || this.#theirs.length === 0) return;
    const own = [this.beyond.bytes, this.neighbour.bytes, ...addrsOf(this.#above())];
    this.session.begin(key.subarray(1), own, addrsOf(this.#theirs));
  }

  /** From the one beyond to whoever has the link. */
  #passOn(payload: Buffer): void {
    const { key } = this.#link;
    if (!key) return;
    const ends = [this.beyond.bytes, addrOf(key.subarray(1))];
    this.#link.send(Buffer.concat([Buffer.from([LINK.datagram, 64]), u16(MTU), ...ends, payload]));
  }

  #onMessage(type: number, body: Buffer): void {
    if (type === LINK.tree) {
      const before = addrsOf(this.#above());
      this.#theirs = readTree(body) ?? this.#theirs;
      if (!Buffer.concat(before).equals(Buffer.concat(addrsOf(this.#above())))) this.#announce();
    } else if (type === LINK.lookup && body.length >= 45) this.#onLookup(body);
    else if (type === LINK.datagram && body.length > 35 && body.subarray(19, 35).equals(this.beyond.bytes)) {
      this.session.receive(body.subarray(35));
    }
  }

  /** Those above the neighbour in the tree: it is below whoever knows of a smaller root than itself, and else at the top. */
  #above(): readonly Step[] {
    const own = this.neighbour.bytes;
    const root = this.#theirs.at(-1)?.addr;
    const isBelow = root && Buffer.compare(root, own) < 0 && !this.#theirs.some(({ addr }) => addr.equals(own));
    return isBelow ? this.#theirs : [];
  }

  #announce(): void {
    this.#announced += 1n;
    const at = BigInt(Math.floor(this.#clock.now() / 1000));
    const own: Step = { addr: this.neighbour.bytes, sequence: this.#announced, at };
    const steps = [own, ...this.#above()];
    this.#link.send(treeAnnounce(steps, this.neighbour.sign(signedOf(own, steps[1]?.addr ?? own.addr))));
  }

  /** Whoever asks for one of the two is told by it where it is. */
  #onLookup(body: Buffer): void {
    const target = body.subarray(8, 24);
    const own = [this.neighbour, this.beyond].find(({ bytes }) => bytes.equals(target));
    if (!own) return;
    const through = own === this.beyond ? [this.neighbour.bytes] : [];
    const place = coordinates([own.bytes, ...through, ...addrsOf(this.#above())]);
    const proof = own.sign(Buffer.concat([body.subarray(0, 8), target, place]));
    this.#link.send(Buffer.concat([Buffer.from([LINK.found]), body.subarray(0, 24), u16(MTU), place, proof]));
  }
}
