// What takes time for its curve: making outputs, making proofs of signatures, checking signatures. Each as a job, so that a thread can
// do it; `run` does it here.

import type { BlindedMessage } from '../mint/client.ts';
import type { Signature } from '../mint/wire.ts';
import { type Dleq, holdsForProof } from './dleq.ts';
import { type Keys, type OutputPlan, Outputs, type OwnProof } from './outputs.ts';

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
  | { readonly kind: 'claims'; readonly claims: readonly SignedBy[]; readonly keysets: ReadonlyMap<string, Keys> };

export interface BlindingAnswers {
  readonly outputs: readonly BlindedMessage[];
  /** null: a signature is wrong. */
  readonly proofs: readonly OwnProof[] | null;
  /** Whether all of them are true. */
  readonly claims: boolean;
}

export type AnswerOf<J extends BlindingJob> = BlindingAnswers[J['kind']];

/** Steps of the curve that it takes, about as long as one another. */
export function costOf(job: BlindingJob): number {
  switch (job.kind) {
    case 'outputs':
      return job.plan.amounts.length;
    case 'proofs':
      return 3 * job.signatures.filter((signature) => signature !== null).length;
    case 'claims':
      return 3 * job.claims.length;
  }
}

export function run<J extends BlindingJob>(job: J): AnswerOf<J>;
export function run(job: BlindingJob): BlindingAnswers[BlindingJob['kind']] {
  switch (job.kind) {
    case 'outputs':
      return new Outputs(job.seed, job.plan).messages;
    case 'proofs': {
      const outputs = new Outputs(job.seed, job.plan);
      const proofs = outputs.proofs(job.signatures, job.keys);
      return proofs ?? (job.each ? outputs.eachOf(job.signatures, job.keys) : null);
    }
    case 'claims':
      return job.claims.every(({ id, amount, secret, C, dleq }) => {
        const key = job.keysets.get(id)?.[amount];
        return key !== undefined && holdsForProof(dleq, secret, C, key);
      });
  }
}
