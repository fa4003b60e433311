// A network device of this computer whose other end is this process, whatever the system calls it.

export interface TunEvents {
  /** One that the system sends into it. The bytes are the receiver's. */
  packet(packet: Buffer): void;
  /** It is not there any more: somebody has removed it, or reading it failed. Called once, and never after `close`. */
  gone(error: Error): void;
}

export interface TunDevice {
  readonly name: string;
  /** Hands a packet to the system. What it does not take at once is lost, as on any network. */
  write(packet: Buffer): void;
  close(): Promise<void>;
}

export interface TunWish {
  readonly name: string;
  /** In its canonical form. */
  readonly address: string;
}

/**
 * Rejects with one of `errors` where this user may not have one, or this system has none that Hearth can use. Those of macOS (utun) and
 * Windows (Wintun) were written by their documents and never tried.
 */
export type OpenTun = (wish: TunWish, events: TunEvents) => Promise<TunDevice>;
