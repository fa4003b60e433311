// What the thread is sent and what it answers.

import type { Transport } from '../mapping.ts';

export interface ThreadTask {
  readonly router: string;
  readonly local: string;
  /** The only places it may search at instead of the usual group; for tests. */
  readonly searchAt?: { readonly address: string; readonly port: number } | undefined;
  readonly job: ThreadJob;
}

export type ThreadJob =
  | { readonly kind: 'address' }
  | {
      readonly kind: 'map' | 'unmap';
      readonly transport: Transport;
      readonly external: number;
      readonly internal: { readonly host: string; readonly port: number };
      readonly description: string;
      readonly lifetimeS: number;
    };

/** The address outside, empty when there is none to be had; or whether it was done. */
export type ThreadAnswer = string | boolean;
