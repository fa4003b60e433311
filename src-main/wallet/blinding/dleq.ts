// Whether a mint has proven that a signature is by the key it has published (NUT-12). The same as cashu-ts finds, in a third of the
// time: nothing that is checked here is a secret of ours, so that points are multiplied without hiding how long it takes.

import { hash_e, hashToCurve, pointFromHex } from '@cashu/cashu-ts';
import { secp256k1 } from '@noble/curves/secp256k1.js';

const { Point } = secp256k1;
type CurvePoint = InstanceType<typeof Point>;

/** Scalars in hex. `r`: what a proof was blinded with, where it came as a token. */
export interface Dleq {
  readonly e: string;
  readonly s: string;
  readonly r?: string | undefined;
}

/** Of a signature on a blinded message. All points compressed, in hex. False for what is no point or scalar. */
export function holdsForSignature(dleq: Dleq, B_: string, C_: string, key: string): boolean {
  return orFalse(() => holds(dleq, pointFromHex(B_), pointFromHex(C_), pointFromHex(key)));
}

/** Of a proof in a token: the blinded message and its signature are made again first. */
export function holdsForProof(dleq: Dleq, secret: string, C: string, key: string): boolean {
  return orFalse(() => {
    if (dleq.r === undefined) return false;
    const r = scalar(dleq.r);
    const A = pointFromHex(key);
    const B_ = hashToCurve(new TextEncoder().encode(secret)).add(Point.BASE.multiplyUnsafe(r));
    return holds(dleq, B_, pointFromHex(C).add(A.multiplyUnsafe(r)), A);
  });
}

function holds({ e, s }: Dleq, B_: CurvePoint, C_: CurvePoint, A: CurvePoint): boolean {
  const [challenge, response] = [scalar(e), scalar(s)];
  const R1 = Point.BASE.multiplyUnsafe(response).subtract(A.multiplyUnsafe(challenge));
  const R2 = B_.multiplyUnsafe(response).subtract(C_.multiplyUnsafe(challenge));
  return Buffer.from(hash_e([R1, R2, A, C_])).toString('hex') === e;
}

/** Throws for what is none: nought, the order of the curve and above, or another length. */
function scalar(hex: string): bigint {
  const value = Point.Fn.fromBytes(Uint8Array.from(Buffer.from(hex, 'hex')));
  if (hex.length !== 64 || value === 0n) throw new RangeError('no scalar');
  return value;
}

function orFalse(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
