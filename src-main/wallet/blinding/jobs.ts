// What takes time for its curve: making outputs, making proofs of signatures, finding the secrets of proofs, checking signatures. Each
// as a job, so that a thread can do it.

import type { BlindedMessage, WireProof } from '../mint/client.ts';
import type { Signature } from '../mint/wire.ts';
import type { Keys, OutputPlan, OwnProof } from './cashu.ts';
import type { Dleq } from './dleq.ts';

/** A proof of a token that says which key has signed it. */
export interface SignedBy {
  readonly id: string;
  readonly amount: number;
  readonly secret: string;
  readonly C: string;
  readonly dleq: Dleq;
}

export type BlindingJob =
  | { readonly kind: 'outputs'; readonly seed: Uint8Array; readonly plan: OutputPlan }
  | {
      readonly kind: 'proofs';
      readonly seed: Uint8Array;
      readonly plan: OutputPlan;
      readonly signatures: readonly (Signature | null)[];
      readonly keys: Keys;
      /** Also those beside one that is wrong. */
      readonly each: boolean;
    }
  | { readonly kind: 'inputs'; readonly seed: Uint8Array; readonly proofs: readonly OwnProof[] }
  | { readonly kind: 'claims'; readonly claims: readonly SignedBy[]; readonly keysets: ReadonlyMap<string, Keys> };

export interface BlindingAnswers {
  readonly outputs: readonly BlindedMessage[];
  /** null: a signature is wrong. */
  readonly proofs: readonly OwnProof[] | null;
  readonly inputs: readonly WireProof[];
  /** Whether all of them are true. */
  readonly claims: boolean;
}

export type AnswerOf<J extends BlindingJob> = BlindingAnswers[J['kind']];

/** How many of something it is, each of which takes about a millisecond. The same for outputs and for the proofs that are made of them. */
export function costOf(job: BlindingJob): number {
  switch (job.kind) {
    case 'outputs':
    case 'proofs':
      return job.plan.amounts.length;
    case 'inputs':
      return job.proofs.length;
    case 'claims':
      return job.claims.length;
  }
}
