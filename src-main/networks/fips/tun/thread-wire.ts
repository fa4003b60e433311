// What the thread that reads a TUN device and its owner say to each other.

export interface TunThreadData {
  /** Of /dev/net/tun, opened without blocking. The owner closes it. */
  readonly fd: number;
  readonly name: string;
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

export type TunThreadSays =
  /** The device is this process's. `wake`: a descriptor that ends the wait for packets when eight bytes are written to it. */
  | { readonly kind: 'attached'; readonly wake: number }
  | { readonly kind: 'refused'; readonly errno: number }
  | { readonly kind: 'gone'; readonly errno: number }
  /** Packets, one after another, and how long each is. */
  | { readonly kind: 'packets'; readonly bytes: Uint8Array; readonly lengths: readonly number[] };
