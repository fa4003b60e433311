// What a program says in SOCKS5 (RFC 1928) before it is connected: pure. Without passwords, for it listens on loopback; CONNECT alone.

import { addressText } from '../../../reachability/address-bytes.ts';
import { FORWARDS } from './bounds.ts';

const VERSION = 5;
const NO_PASSWORD = 0;
const NONE_OF_THESE = 0xff;
const CONNECT = 1;
const AddressType = { ipv4: 1, name: 3, ipv6: 4 } as const;

export const SocksReply = {
  connected: 0,
  failed: 1,
  notAllowed: 2,
  unreachable: 4,
  refused: 5,
  unsupported: 7,
  addressUnsupported: 8,
} as const;

export type SocksSays =
  /** To be answered with that, and listened to further. */
  | { readonly kind: 'answer'; readonly bytes: Buffer }
  | { readonly kind: 'wants'; readonly host: string; readonly port: number; readonly rest: Buffer }
  /** To be answered with that, and cut off. */
  | { readonly kind: 'over'; readonly bytes: Buffer };

/** Where the answer says that it is connected from, programs do not look. */
export function socksReply(code: number): Buffer {
  return Buffer.from([VERSION, code, 0, AddressType.ipv4, 0, 0, 0, 0, 0, 0]);
}

export class SocksGreeting {
  #held = Buffer.alloc(0);
  #isGreeted = false;

  /** Undefined: there is more to come. */
  take(bytes: Buffer): SocksSays | undefined {
    if (this.#held.length + bytes.length > FORWARDS.greetingBytes && !this.#isGreeted) return over(Buffer.alloc(0));
    this.#held = Buffer.concat([this.#held, bytes]);
    return this.#isGreeted ? this.#request() : this.#greeting();
  }

  /** What came together with the greeting. */
  again(): SocksSays | undefined {
    return this.take(Buffer.alloc(0));
  }

  #greeting(): SocksSays | undefined {
    const held = this.#held;
    if (held.length > 0 && held[0] !== VERSION) return over(Buffer.alloc(0));
    if (held.length < 2 || held.length < 2 + held[1]!) return undefined;
    const methods = held.subarray(2, 2 + held[1]!);
    if (!methods.includes(NO_PASSWORD)) return over(Buffer.of(VERSION, NONE_OF_THESE));
    this.#held = held.subarray(2 + methods.length);
    this.#isGreeted = true;
    return { kind: 'answer', bytes: Buffer.of(VERSION, NO_PASSWORD) };
  }

  #request(): SocksSays | undefined {
    const held = this.#held;
    if (held.length < 5) return undefined;
    if (held[0] !== VERSION) return over(Buffer.alloc(0));
    if (held[1] !== CONNECT) return over(socksReply(SocksReply.unsupported));
    const start = held[3] === AddressType.name ? 5 : 4;
    const length = held[3] === AddressType.name ? held[4]! : held[3] === AddressType.ipv6 ? 16 : undefined;
    if (length === undefined) return over(socksReply(SocksReply.addressUnsupported));
    if (held.length < start + length + 2) return undefined;
    const address = held.subarray(start, start + length);
    return {
      kind: 'wants',
      host: held[3] === AddressType.ipv6 ? addressText(address) : address.toString('latin1'),
      port: held.readUInt16BE(start + length),
      rest: held.subarray(start + length + 2),
    };
  }
}

const over = (bytes: Buffer): SocksSays => ({ kind: 'over', bytes });
