// Punching a hole: both ends send to where the other may be, until something of the other comes through, which says where it really is.
// A machine: it has no socket and no timer.

import { hash } from 'node:crypto';
import type { Endpoint } from '../../../reachability/mapping.ts';
import { decodeFrame } from '../wire/frame.ts';
import { LOCAL_FIRST_MS, PUNCH_DELAY_MS, PUNCH_INTERVAL_MS, PUNCH_MS } from './times.ts';

const PROBE = 0x4e50_5443;
const ACK = 0x4e50_5441;
const PACKET_BYTES = 24;

export interface PunchPacket {
  readonly kind: 'probe' | 'ack';
  readonly sequence: number;
  /** Of the id of the session, 16 bytes. */
  readonly session: Buffer;
}

export function sessionHash(sessionId: string): Buffer {
  return hash('sha256', sessionId, 'buffer').subarray(0, 16);
}

export function encodePunch({ kind, sequence, session }: PunchPacket): Buffer {
  const bytes = Buffer.alloc(PACKET_BYTES);
  bytes.writeUInt32BE(kind === 'probe' ? PROBE : ACK, 0);
  bytes.writeUInt32BE(sequence, 4);
  session.copy(bytes, 8);
  return bytes;
}

export function decodePunch(bytes: Buffer): PunchPacket | undefined {
  if (bytes.length !== PACKET_BYTES) return undefined;
  const magic = bytes.readUInt32BE(0);
  if (magic !== PROBE && magic !== ACK) return undefined;
  return { kind: magic === PROBE ? 'probe' : 'ack', sequence: bytes.readUInt32BE(4), session: bytes.subarray(8) };
}

/** What a probe of this session is answered with; undefined: it is none. */
export function ackTo(bytes: Buffer, session: Buffer): Buffer | undefined {
  const packet = decodePunch(bytes);
  if (packet?.kind !== 'probe' || !packet.session.equals(session)) return undefined;
  return encodePunch({ kind: 'ack', sequence: packet.sequence, session });
}

export interface PunchPlan {
  readonly sessionId: string;
  readonly targets: readonly Endpoint[];
  /** How many of them, from the first, are in a network of our own, and go ahead. */
  readonly local: number;
}

export interface Through {
  readonly remote: Endpoint;
  /** A frame that came in place of an answer; it is not lost. */
  readonly frame: Buffer | undefined;
}

export class Punch {
  readonly session: Buffer;
  readonly #plan: PunchPlan;
  readonly #startAt: number;
  readonly #endAt: number;
  #next: number;
  #sequence = 0;

  /** `now` here and below: monotonic milliseconds. */
  constructor(plan: PunchPlan, now: number) {
    this.session = sessionHash(plan.sessionId);
    this.#plan = plan;
    this.#startAt = now + PUNCH_DELAY_MS;
    this.#endAt = this.#startAt + PUNCH_MS;
    this.#next = this.#startAt;
  }

  /** When to turn it again; undefined: its time is over. */
  dueAt(now: number): number | undefined {
    return now >= this.#endAt ? undefined : Math.min(this.#next, this.#endAt);
  }

  /** What is to be sent now. */
  turn(now: number): readonly { readonly to: Endpoint; readonly bytes: Buffer }[] {
    if (now < this.#next || now >= this.#endAt) return [];
    this.#next = Math.max(this.#next + PUNCH_INTERVAL_MS, now);
    const { targets, local } = this.#plan;
    const localOnly = local > 0 && local < targets.length && now - this.#startAt < LOCAL_FIRST_MS;
    const bytes = encodePunch({ kind: 'probe', sequence: this.#sequence, session: this.session });
    this.#sequence += 1;
    return (localOnly ? targets.slice(0, local) : targets).map((to) => ({ to, bytes }));
  }

  /** Something has come: what is to be sent back, and whether the way is open. */
  receive(
    bytes: Buffer,
    from: Endpoint,
  ): { readonly reply: Buffer | undefined; readonly through: Through } | undefined {
    const packet = decodePunch(bytes);
    if (packet?.session.equals(this.session)) {
      return { reply: ackTo(bytes, this.session), through: { remote: from, frame: undefined } };
    }
    // The other end has had a probe of ours and goes on, while its answer was lost. Whose frame it is, the handshake tells.
    const isExpected = this.#plan.targets.some(({ address }) => address === from.address);
    if (!isExpected || decodeFrame(bytes)?.kind !== 'message1') return undefined;
    return { reply: undefined, through: { remote: from, frame: bytes } };
  }
}
