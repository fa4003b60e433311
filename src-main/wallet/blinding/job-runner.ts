// Does the jobs of jobs.ts. Imported when the first is there: the curve's library holds 13 MB.

import { isDeepStrictEqual } from 'node:util';
import { type OutputPlan, spendable } from './cashu.ts';
import { holdsForProof } from './dleq.ts';
import type { AnswerOf, BlindingAnswers, BlindingJob } from './jobs.ts';
import { Outputs } from './outputs.ts';

/** One after another. Of the outputs that were made last, proofs are made without making them again. */
export class JobRunner {
  #last: { readonly seed: Uint8Array; readonly plan: OutputPlan; readonly outputs: Outputs } | undefined;

  run<J extends BlindingJob>(job: J): AnswerOf<J>;
  run(job: BlindingJob): BlindingAnswers[BlindingJob['kind']] {
    switch (job.kind) {
      case 'outputs':
        return this.#outputs(job).messages;
      case 'proofs': {
        const outputs = this.#outputs(job);
        const proofs = outputs.proofs(job.signatures, job.keys);
        return proofs ?? (job.each ? outputs.eachOf(job.signatures, job.keys) : null);
      }
      case 'inputs':
        return job.proofs.map((proof) => spendable(job.seed, proof));
      case 'claims':
        return job.claims.every(({ id, amount, secret, C, dleq }) => {
          const key = job.keysets.get(id)?.[amount];
          return key !== undefined && holdsForProof(dleq, secret, C, key);
        });
    }
  }

  #outputs({ seed, plan }: { readonly seed: Uint8Array; readonly plan: OutputPlan }): Outputs {
    const last = this.#last;
    if (last && isDeepStrictEqual([last.seed, last.plan], [seed, plan])) return last.outputs;
    const outputs = new Outputs(seed, plan);
    this.#last = { seed, plan, outputs };
    return outputs;
  }
}
