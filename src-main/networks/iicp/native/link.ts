// One connection that speaks native framing, whichever side opened it: frames in, frames out, and the bounds that a stranger is
// held to on the way. What the frames mean is not known here.

import type { Socket } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import { OriginWindow } from '../../../inbound/callers.ts';
import type { Room } from '../../../inbound/room.ts';
import { NATIVE } from './bounds.ts';
import { type Frame, FrameReader, FrameType, NotFramed } from './frame.ts';

export interface LinkDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the peer at the other end, for what is being read. */
  readonly room: Room;
  /** Called for each frame in turn. What it throws of NotFramed ends the connection. */
  readonly frame: (frame: Frame) => void;
  /** Whether large frames are taken yet; where it is left out they always are. */
  readonly mayWork?: () => boolean;
  /** Called with the bytes that were not sent at once, gives what to call when they are, or will never be. */
  readonly unsent?: (bytes: number) => () => void;
  /** Called once, when the connection is gone. */
  readonly closed: () => void;
}

/** Sizes in bytes, times in milliseconds. */
export interface LinkLimits {
  /** The type that brings work to this side; any other is a few KiB at most, and few of them are taken. */
  readonly work: number;
  /** A frame of that type, with its header. */
  readonly frameBytes: number;
  /** From a frame's first byte to its last. */
  readonly frameMs: number;
  /** Without a frame, while nothing is held open. */
  readonly idleMs: number;
  /** How long the other side may take for what was sent. */
  readonly sendMs: number;
}

export class Link {
  readonly #deps: LinkDeps;
  readonly #socket: Socket;
  readonly #limits: LinkLimits;
  readonly #reader: FrameReader;
  #turn: NodeJS.Immediate | undefined;
  readonly #controls: OriginWindow;
  /** Frames that were not taken yet. */
  #unsent = 0;
  #charged = 0;
  /** What keeps the connection from being idle. */
  #open = 0;
  #cancelIdle: (() => void) | undefined;
  #cancelFrame: (() => void) | undefined;
  #cancelSend: (() => void) | undefined;

  constructor(deps: LinkDeps, socket: Socket, limits: LinkLimits) {
    this.#deps = deps;
    this.#socket = socket;
    this.#limits = limits;
    const mayWork = deps.mayWork ?? (() => true);
    this.#reader = new FrameReader((type) => (type === limits.work && mayWork() ? limits.frameBytes : mostOf(type)));
    this.#controls = new OriginWindow(deps.clock, { perOrigin: NATIVE.controls, origins: 1 });
    socket.on('error', ignore);
    socket.once('close', () => this.#closed());
    socket.once('end', () => this.close());
    socket.on('drain', () => this.#drained());
  }

  /** Reads from now on; `head` is what was read of it already. */
  start(head?: Buffer): void {
    this.#rest();
    if (head) this.#read(head);
    if (!this.alive) return;
    this.#socket.on('data', (bytes: Buffer) => this.#read(bytes));
    if (!this.#reader.waiting) this.#socket.resume();
  }

  get alive(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  send(frame: Buffer): void {
    if (!this.alive) return;
    let release: (() => void) | undefined;
    const taken = this.#socket.write(frame, () => release?.());
    if (this.#socket.writableLength > 0) {
      const accounted = this.#deps.unsent?.(frame.length);
      this.#unsent += 1;
      release = () => {
        this.#unsent -= 1;
        accounted?.();
      };
    }
    if (taken) return;
    this.#cancelSend ??= this.#deps.clock.after(this.#limits.sendMs, () => this.close());
  }

  /** Keeps the connection open until the returned function is called, once. */
  hold(): () => void {
    this.#open += 1;
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    return () => {
      this.#open -= 1;
      this.#rest();
    };
  }

  /** A frame has come that asks for no work, or for none that there is. Throws NotFramed where these were too many. */
  countIdle(): void {
    if (!this.#controls.admits('')) throw new NotFramed('too many of them');
  }

  /** Silently, at once. */
  close(): void {
    this.#socket.destroy();
  }

  /** What was sent still arrives. */
  end(): void {
    this.#socket.destroySoon();
  }

  #read(bytes: Buffer): void {
    if (!this.#deps.room.take(bytes.length)) return void this.close();
    this.#charged += bytes.length;
    this.#guarded(() => {
      this.#reader.feed(bytes);
      this.#work();
    });
  }

  /** Some of the frames that wait: others have their turn in between, and who reads no answers brings nothing more. */
  #work(): void {
    for (let left = NATIVE.perTurn; left > 0 && this.alive && !this.#full; left -= 1) {
      const frame = this.#reader.next();
      if (!frame) break;
      this.#cancelFrame?.();
      this.#cancelFrame = undefined;
      this.#rest();
      // A caller that keeps it has to find room for it.
      this.#charge();
      if (!this.alive) return;
      if (frame.type !== this.#limits.work) this.countIdle();
      this.#deps.frame(frame);
    }
    if (this.#reader.underway && this.alive) {
      this.#cancelFrame ??= this.#deps.clock.after(this.#limits.frameMs, () => this.close());
    }
    if (!this.#reader.waiting && !this.#full) return void this.#socket.resume();
    this.#socket.pause();
    if (!this.#full) this.#turn ??= setImmediate(() => this.#again());
  }

  #again(): void {
    this.#turn = undefined;
    this.#guarded(() => this.#work());
  }

  /** What can't be read ends the connection; afterwards the room has back what is no longer held. */
  #guarded(work: () => void): void {
    try {
      if (this.alive) work();
    } catch (error) {
      if (!(error instanceof NotFramed)) this.#deps.logger.error('a frame failed in an unforeseen way', { error });
      this.close();
    } finally {
      this.#charge();
    }
  }

  get #full(): boolean {
    return this.#socket.writableLength > NATIVE.unsent || this.#unsent > NATIVE.unsentFrames;
  }

  /** For what is held now. */
  #charge(): void {
    const { room } = this.#deps;
    const bytes = this.#socket.destroyed ? 0 : this.#reader.held;
    const more = bytes - this.#charged;
    if (more <= 0) room.give(-more);
    else if (!room.take(more)) return void this.close();
    this.#charged = bytes;
  }

  #rest(): void {
    this.#cancelIdle?.();
    this.#cancelIdle =
      this.#open > 0 || this.#socket.destroyed
        ? undefined
        : this.#deps.clock.after(this.#limits.idleMs, () => this.close());
  }

  #drained(): void {
    this.#cancelSend?.();
    this.#cancelSend = undefined;
    this.#guarded(() => this.#work());
  }

  #closed(): void {
    for (const cancel of [this.#cancelIdle, this.#cancelFrame, this.#cancelSend]) cancel?.();
    clearImmediate(this.#turn);
    this.#charge();
    // Nothing that still ends may arm it again.
    this.#open += 1;
    this.#deps.closed();
  }
}

function mostOf(type: number): number {
  return type === FrameType.relayBind ? NATIVE.bindFrame : NATIVE.controlFrame;
}

const ignore = () => {};
