// Whether a mint has proven that a signature is by the key it has published (NUT-12). The same as cashu-ts finds, in a tenth of the
// time: nothing that is checked here is a secret of ours.

import { createHash } from 'node:crypto';
import { hashToCurve } from '@cashu/cashu-ts';
import { isScalar, minus, negated, plus, plusBase, times, uncompressed } from '../../keys/points.ts';

/** Scalars in hex. `r`: what a proof was blinded with, where it came as a token. */
export interface Dleq {
  readonly e: string;
  readonly s: string;
  readonly r?: string | undefined;
}

/** Of a signature on a blinded message. All points compressed, in hex. False for what is no point or scalar. */
export function holdsForSignature(dleq: Dleq, B_: string, C_: string, key: string): boolean {
  return orFalse(() => holds(dleq, bytesOf(B_), bytesOf(C_), bytesOf(key)));
}

/** Of a proof in a token: the blinded message and its signature are made again first. */
export function holdsForProof(dleq: Dleq, secret: string, C: string, key: string): boolean {
  return orFalse(() => {
    if (dleq.r === undefined) return false;
    const r = scalar(dleq.r);
    const A = bytesOf(key);
    const B_ = plusBase(hashToCurve(new TextEncoder().encode(secret)).toBytes(true), r);
    return holds(dleq, B_, plus(bytesOf(C), times(A, r)), A);
  });
}

function holds({ e, s }: Dleq, B_: Uint8Array, C_: Uint8Array, A: Uint8Array): boolean {
  const [challenge, response] = [scalar(e), scalar(s)];
  const R1 = plusBase(negated(times(A, challenge)), response);
  const R2 = minus(times(B_, response), times(C_, challenge));
  const hash = createHash('sha256');
  for (const point of [R1, R2, A, C_]) hash.update(Buffer.from(uncompressed(point)).toString('hex'));
  return hash.digest('hex') === e;
}

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Throws for what is none: nought, the order of the curve and above, or another length. */
function scalar(hex: string): Uint8Array {
  const value = bytesOf(hex);
  if (hex.length !== 64 || !isScalar(value)) throw new RangeError('no scalar');
  return value;
}

function orFalse(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
