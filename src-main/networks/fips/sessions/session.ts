// What this node has with one other across the mesh: keys of now, of a moment ago and of a moment from now, handshakes under way, and
// messages that wait for them.

import type { NodeAddr } from '../identity/names.ts';
import { Meter, SESSION_CADENCE } from '../links/meter.ts';
import { DRAIN_MS, HANDSHAKE_MS, MOST_RESENDS, RESEND_MS } from '../links/times.ts';
import type { XkInitiator, XkResponder } from '../noise/xk.ts';
import type { Coordinates } from '../wire/coordinates.ts';
import type { SealedPacket, SessionMessage } from '../wire/session-packet.ts';
import type { SessionKeys } from './session-keys.ts';
import { LOCATED_PACKETS } from './times.ts';

/** A message of a handshake that goes again until it is answered. */
export class Resending {
  readonly began: number;
  #sent = 1;
  #next: number;

  constructor(now: number) {
    this.began = now;
    this.#next = now + RESEND_MS;
  }

  isOver(now: number): boolean {
    return now - this.began >= HANDSHAKE_MS;
  }

  /** Whether it is to go again now; that counts as sent. */
  isDue(now: number): boolean {
    if (now < this.#next || this.#sent > MOST_RESENDS) return false;
    this.#next = now + RESEND_MS * 2 ** this.#sent;
    this.#sent += 1;
    return true;
  }
}

export interface Outgoing {
  readonly handshake: XkInitiator;
  readonly resending: Resending;
  tries: number;
}

export interface Incoming {
  readonly handshake: XkResponder;
  readonly message1: Buffer;
  readonly coordinates: Coordinates;
  readonly resending: Resending;
  tries: number;
}

/** The last message of a handshake, for as long as the other end may not have it. */
interface Finished {
  readonly message2: Buffer;
  readonly message3: Buffer;
}

/** How a sealed packet came. */
export interface Arrival {
  readonly packet: SealedPacket;
  readonly pathMtu: number;
  readonly congestion: boolean;
  readonly bytes: number;
}

export class Session {
  readonly addr: NodeAddr;
  readonly meter = new Meter(SESSION_CADENCE);
  outgoing: Outgoing | undefined;
  incoming: Incoming | undefined;
  finished: Finished | undefined;
  /** Messages of this node that wait for keys, or for a way. */
  readonly queue: SessionMessage[] = [];
  /** Packets that have overtaken the end of the handshake. */
  readonly early: Arrival[] = [];
  usedAt: number;
  /** When the other end last asked for new keys. */
  askedAt = Number.NEGATIVE_INFINITY;
  warmedAt = Number.NEGATIVE_INFINITY;
  located = 0;
  unopened = 0;
  /** Of the way there, as far as it is known; and of the way here, as it was and as the other end knows it. */
  pathMtu = 0xffff;
  readonly inbound = { mtu: 0xffff, reported: 0xffff, reportedAt: Number.NEGATIVE_INFINITY };
  #current: SessionKeys | undefined;
  #pending: { readonly keys: SessionKeys; readonly from: number } | undefined;
  #draining: { readonly keys: SessionKeys; readonly until: number } | undefined;

  constructor(addr: NodeAddr, now: number) {
    this.addr = addr;
    this.usedAt = now;
  }

  get current(): SessionKeys | undefined {
    return this.#current;
  }

  /** Whether new keys are under way. */
  get isRenewing(): boolean {
    return this.outgoing !== undefined || this.incoming !== undefined || this.#pending !== undefined;
  }

  /** The bit that new keys are to have. With another startup epoch the other end begins anew, without one. */
  nextKeyEpoch(epoch: Buffer): boolean {
    return this.#current?.epoch.equals(epoch) === true && !this.#current.keyEpoch;
  }

  /** In use from that moment on, or from the first packet that is sealed with them. */
  adopt(keys: SessionKeys, from: number, now: number): void {
    if (this.#current?.epoch.equals(keys.epoch)) this.#pending = { keys, from };
    else {
      this.#current = undefined;
      this.#use(keys, now);
    }
  }

  /** Undefined: no keys open it, or it came before. */
  open(packet: SealedPacket, now: number) {
    const opened = this.#current?.open(packet);
    if (opened) return { ...opened, isCurrent: true };
    const next = this.#pending?.keys.open(packet);
    if (next) {
      this.#use(this.#pending!.keys, now);
      return { ...next, isCurrent: true };
    }
    const late = this.#draining?.keys.open(packet);
    return late && { ...late, isCurrent: false };
  }

  /** True: new keys are in use from now on, by the clock alone. */
  tick(now: number): boolean {
    const isTime = this.#pending !== undefined && now >= this.#pending.from;
    if (isTime) this.#use(this.#pending!.keys, now);
    if (this.#draining && now >= this.#draining.until) this.#draining = undefined;
    return isTime;
  }

  #use(keys: SessionKeys, now: number): void {
    if (this.#current) this.#draining = { keys: this.#current, until: now + DRAIN_MS };
    this.#current = keys;
    this.#pending = undefined;
    this.meter.rekeyed();
    this.unopened = 0;
    this.located = LOCATED_PACKETS;
  }
}
