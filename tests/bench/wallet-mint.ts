// A practice mint in a process of its own, so that its time is not ours. Says its address, and makes tokens of so many proofs as asked
// for, one a line.
import { createInterface } from 'node:readline/promises';
import {
  Amount,
  createBlindSignature,
  createDLEQProof,
  getEncodedToken,
  OutputData,
  type Proof,
  pointFromHex,
} from '@cashu/cashu-ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { startMint } from '../../src-main/practice/mint/mint.ts';

const mint = await startMint({ clock: systemClock, random: systemRandom }, { height: 16, feePpk: 100 });
const { pair } = mint.vault.keysets[0]!;
const id = pair.keysetId;
const keys = mint.vault.publicKeys(mint.vault.keysets[0]!) as Record<string, string>;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
process.stdout.write(`${mint.url}\n`);
let counter = 0;

function proof(amount: number): Proof {
  counter += 1;
  const data = OutputData.createSingleDeterministicData(amount, systemRandom.bytes(64), counter, id);
  const B_ = pointFromHex(data.blindedMessage.B_);
  const key = pair.privKeys[String(amount)]!;
  const { e, s } = createDLEQProof(B_, key);
  const C_ = createBlindSignature(B_, key, id).C_.toHex(true);
  return data.toProof({ id, amount: Amount.from(amount), C_, dleq: { e: hex(e), s: hex(s) } }, { id, keys });
}

for await (const line of createInterface({ input: process.stdin })) {
  const proofs = Array.from({ length: Number(line) }, (_, n) => proof(2 ** (n % 8)));
  process.stdout.write(`${getEncodedToken({ mint: mint.url, unit: 'sat', proofs }, { removeDleq: false })}\n`);
}
await mint.stop();
