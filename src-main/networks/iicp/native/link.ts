// One connection that speaks native framing, whichever side opened it: frames in, frames out, and the bounds that a stranger is
// held to on the way. What the frames mean is not known here.

import type { Socket } from 'node:net';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import type { Room } from '../body.ts';
import { type Frame, FrameReader, NotFramed } from './frame.ts';

export interface LinkDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Shared by all that is being read; undefined where the size of a frame bounds enough. */
  readonly room?: Room | undefined;
  /** Called for each frame in turn. What it throws of NotFramed ends the connection. */
  readonly frame: (frame: Frame) => void;
  /** Told of bytes that were not sent at once, gives what to call when they are, or will never be. */
  readonly unsent?: (bytes: number) => () => void;
  /** Called once, when the connection is gone. */
  readonly closed: () => void;
}

/** Sizes in bytes, times in milliseconds. */
export interface LinkLimits {
  /** A frame with its header. */
  readonly frameBytes: number;
  /** From a frame's first byte to its last. */
  readonly frameMs: number;
  /** Without a frame, while nothing is held open. */
  readonly idleMs: number;
  /** Sent and not yet taken; above it nothing more is read. */
  readonly unsentBytes: number;
  /** How long the other side may take for what was sent. */
  readonly sendMs: number;
}

export const LINK_LIMITS: LinkLimits = {
  frameBytes: 16 * 1024 * 1024,
  frameMs: 30_000,
  idleMs: 120_000,
  unsentBytes: 1024 * 1024,
  sendMs: 120_000,
};

export class Link {
  readonly #deps: LinkDeps;
  readonly #socket: Socket;
  readonly #limits: LinkLimits;
  readonly #reader: FrameReader;
  #charged = 0;
  /** What keeps the connection from being idle. */
  #open = 0;
  #cancelIdle: (() => void) | undefined;
  #cancelFrame: (() => void) | undefined;
  #cancelSend: (() => void) | undefined;

  constructor(deps: LinkDeps, socket: Socket, limits: LinkLimits = LINK_LIMITS) {
    this.#deps = deps;
    this.#socket = socket;
    this.#limits = limits;
    this.#reader = new FrameReader(limits.frameBytes);
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
    this.#socket.resume();
  }

  get alive(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  send(frame: Buffer): void {
    if (!this.alive) return;
    let release: (() => void) | undefined;
    const taken = this.#socket.write(frame, () => release?.());
    if (this.#socket.writableLength > 0) release = this.#deps.unsent?.(frame.length);
    if (taken) return;
    this.#cancelSend ??= this.#deps.clock.after(this.#limits.sendMs, () => this.close());
    if (this.#socket.writableLength > this.#limits.unsentBytes) this.#socket.pause();
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

  /** Silently, at once. */
  close(): void {
    this.#socket.destroy();
  }

  /** What was sent still arrives. */
  end(): void {
    this.#socket.destroySoon();
  }

  #read(bytes: Buffer): void {
    const { room } = this.#deps;
    if (room && !room.take(bytes.length)) return void this.close();
    this.#charged += bytes.length;
    try {
      const frames = this.#reader.push(bytes);
      if (frames.length > 0) {
        this.#cancelFrame?.();
        this.#cancelFrame = undefined;
        this.#rest();
      }
      for (const frame of frames) {
        if (!this.alive) return;
        this.#deps.frame(frame);
      }
    } catch (error) {
      if (!(error instanceof NotFramed)) this.#deps.logger.error('a frame failed in an unforeseen way', { error });
      return void this.close();
    } finally {
      this.#charge(this.#socket.destroyed ? 0 : this.#reader.held);
    }
    if (this.#reader.held > 0) this.#cancelFrame ??= this.#deps.clock.after(this.#limits.frameMs, () => this.close());
  }

  #charge(bytes: number): void {
    this.#deps.room?.give(this.#charged - bytes);
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
    this.#socket.resume();
  }

  #closed(): void {
    for (const cancel of [this.#cancelIdle, this.#cancelFrame, this.#cancelSend]) cancel?.();
    this.#charge(0);
    // Nothing that still ends may arm it again.
    this.#open += 1;
    this.#deps.closed();
  }
}

const ignore = () => {};
