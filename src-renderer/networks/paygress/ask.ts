// Questions that only paygress answers, with the answers as its contract has them.
import type { z } from 'zod';
import { engine } from '../../bridge/index.ts';
import type { Paygress } from './contract.ts';

type Requests = Paygress['requests'];
type Answer<N extends keyof Requests> = z.output<Requests[N]['output']>;

/** Rejects like any question to the engine, which holds input and answer against the contract. */
export async function askPaygress<N extends keyof Requests>(
  name: N,
  input: z.input<Requests[N]['input']>,
): Promise<Answer<N>> {
  return (await engine().ask('networks.ask', { id: 'paygress', name, input: input as never })) as Answer<N>;
}
