// What the thread that reads a TUN device and its owner say to each other.

export interface TunThreadData {
  /** Whose device it is, see `sources`. */
  readonly system: 'linux' | 'macos' | 'windows';
  readonly name: string;
  /** Linux: of /dev/net/tun, opened without blocking. The owner closes it. */
  readonly fd?: number;
  /** Windows: the path of wintun.dll. */
  readonly library?: string;
  /** Words that both see, by the places below. */
  readonly shared: Int32Array;
}

export const Shared = {
  /** Not 0: the thread is to end. */
  stop: 0,
  /** Batches that the owner has not taken yet. */
  ahead: 1,
  words: 2,
} as const;

/** The device is this process's, and by what its owner writes into it and ends the thread's wait. */
export type Attached =
  /** `wake`: a descriptor to which eight bytes are written. The owner closes both. */
  | { readonly kind: 'descriptors'; readonly name: string; readonly fd: number; readonly wake: number }
  /** Addresses in this process, which the thread gives back. */
  | { readonly kind: 'wintun'; readonly name: string; readonly session: bigint; readonly wake: bigint };

export type TunThreadSays =
  | { readonly kind: 'attached'; readonly end: Attached }
  /** By an error number of the system. */
  | { readonly kind: 'refused'; readonly errno: number }
  | { readonly kind: 'gone'; readonly errno: number }
  /** Packets, one after another, and how long each is. */
  | { readonly kind: 'packets'; readonly bytes: Uint8Array; readonly lengths: readonly number[] };

/** What a system has for it. The thread alone calls it. */
export interface TunSource {
  readonly end: Attached;
  /** Stands still until there is a packet, or the owner has woken it. An error number: the device is gone. */
  wait(): number | undefined;
  /** Puts a packet at the beginning of the buffer, which has room for the largest. Its length; 0: there is none now. */
  read(into: Buffer): { readonly length: number } | { readonly errno: number };
  close(): void;
}

/** The system has refused it. */
export class SourceRefused extends Error {
  readonly errno: number;

  constructor(errno: number) {
    super(`error ${errno}`);
    this.errno = errno;
  }
}
