// What a mint is asked for an operation: to do it, and afterwards what became of it. The order of the questions counts: what is not
// done when it is asked for may be done a moment later.

import { pointOf } from './blinding/cashu.ts';
import type { Found, FoundInputs, Last, Signed } from './machine.ts';
import type { Answer } from './mint/answer.ts';
import { ok } from './mint/answer.ts';
import type { BlindedMessage, MintClient, WireProof } from './mint/client.ts';
import type { InputState, Signature } from './mint/wire.ts';
import type { AskPlan } from './operation.ts';

export type Findings = Found;
export type Asked = { readonly is: 'signed'; readonly signed: Signed } | Last;

/** Asks for it. Only a good answer says what became of it; after any other one it has to be found out. */
export async function askMint(
  client: MintClient,
  plan: AskPlan,
  inputs: readonly WireProof[],
  messages: readonly BlindedMessage[],
): Promise<Asked> {
  switch (plan.kind) {
    case 'pay': {
      const answer = await client.pay(plan.quote, inputs.map(wire), messages);
      if (answer.is !== 'ok') return answer;
      // What is left of the reserve comes back with the answer, or is asked for: none is not always none.
      const change = answer.value.change ?? [];
      if (answer.value.state !== 'PAID' || (change.length === 0 && messages.length > 0)) return { is: 'none' };
      return { is: 'signed', signed: padded(change, messages.length) };
    }
    case 'deposit': {
      if (messages.length === 0) return { is: 'none' };
      return signed(await client.issue(plan.quote, messages));
    }
    case 'receive':
    case 'send':
    case 'swap':
      return signed(await client.swap(inputs.map(wire), messages));
  }
}

export async function findOut(
  client: MintClient,
  plan: AskPlan,
  inputs: readonly WireProof[],
  messages: readonly BlindedMessage[],
): Promise<Found> {
  const restore = (): Promise<Answer<Signed>> =>
    messages.length === 0 ? Promise.resolve(ok([])) : client.restore(messages);
  switch (plan.kind) {
    case 'pay': {
      const quote = await client.payment(plan.quote);
      const paid = quote.is === 'ok' && quote.value.state === 'PAID';
      const change = paid ? (quote.value.change ?? []) : [];
      return {
        is: 'pay',
        quote,
        inputs: paid ? ok([]) : await stateOf(client, inputs),
        change: change.length > 0 ? ok(padded(change, messages.length)) : paid ? await restore() : ok([]),
      };
    }
    case 'deposit': {
      const quote = await client.deposit(plan.quote);
      const asks = quote.is === 'ok' && quote.value.state !== 'UNPAID';
      return { is: 'deposit', quote, outputs: asks ? await restore() : ok([]) };
    }
    case 'receive':
    case 'send':
    case 'swap':
      return foundSwap(client, inputs, messages, restore);
  }
}

async function foundSwap(
  client: MintClient,
  inputs: readonly WireProof[],
  messages: readonly BlindedMessage[],
  restore: () => Promise<Answer<Signed>>,
): Promise<FoundInputs> {
  const before = await stateOf(client, inputs);
  const outputs = await restore();
  const unspent = before.is === 'ok' && before.value.every((state) => state === 'UNSPENT');
  const signed = outputs.is === 'ok' ? outputs.value : [];
  const isSigned = signed.some((signature) => signature !== null);
  const otherwise = isSigned && signed.some((signature, n) => signature?.amount !== messages[n]?.amount);
  const again = unspent && isSigned ? { again: await stateOf(client, inputs) } : {};
  return { is: 'swap', inputs: before, outputs, otherwise, ...again };
}

function stateOf(client: MintClient, inputs: readonly WireProof[]): Promise<Answer<readonly InputState[]>> {
  return client.check(inputs.map(({ secret }) => pointOf(secret)));
}

function signed(answer: Answer<readonly Signature[]>): Asked {
  return answer.is === 'ok' ? { is: 'signed', signed: answer.value } : answer;
}

/** Change is signed on the first outputs, as many as it takes (NUT-08). */
function padded(signatures: readonly Signature[], length: number): Signed {
  return Array.from({ length }, (_, n) => signatures[n] ?? null);
}

function wire({ amount, id, secret, C, witness }: WireProof): WireProof {
  return { amount, id, secret, C, ...(witness !== undefined && { witness }) };
}
