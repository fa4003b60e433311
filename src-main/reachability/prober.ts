// A party outside that can say whether an address of ours is reached. A network brings one: its directory, a peer, another Hearth.

/** What a prober found out; `unknown`: this one can't say, now or ever. */
export type ProbeResult =
  | {
      readonly kind: 'reached';
      /** Our own nonce came in here: more than a stranger's word. */
      readonly nonce?: true;
      /** Who found it out, where a prober asks several. */
      readonly by?: string;
    }
  | {
      readonly kind: 'not-reached';
      readonly why: string;
      readonly by?: string;
      /** A computer answered there, and nothing came in here: it was not this computer. */
      readonly elsewhere?: true;
    }
  | { readonly kind: 'unknown' };

export interface OutsideTarget {
  /** A public name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** 32 hex digits, new for each try; a prober that can carry it proves that it was us who answered. */
  readonly nonce: string;
}

export interface OutsideProber {
  /** Shown to the user, e.g. the host of a directory. */
  readonly name: string;
  /** Tries it from outside. Rejects only with the signal's reason; whatever else goes wrong is `unknown`. */
  reach(target: OutsideTarget, signal: AbortSignal): Promise<ProbeResult>;
  /** Whether it answers at all; left out where that can't be told. Never rejects. */
  readonly answers?: (signal: AbortSignal) => Promise<boolean>;
}
