// A practice customer as a process of its own:
//   node src-main/practice/paygress/main.ts --relay ws://127.0.0.1:7001 [--relay …] --mint http://127.0.0.1:3338
// Prints its key as a line of JSON once it is connected, and obeys lines of JSON on stdin, each answered with one line:
//   {"fill": 100}                                                    sats, by an invoice that the mint pays itself
//   {"offers": true}                                                 providers, the cheapest first
//   {"spawn": {"provider", "sats", "by"?: "nip17", "wanted"?: {…}}}   the answer, with the refund already claimed where there is one
//   {"topup": {"provider", "pod", "sats", "by"?}}                    the same
//   {"status": {"provider", "pod", "by"?}}
// Exit code 2: the arguments make no sense, or nobody answers there.

import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { systemClock as clock } from '../../base/clock.ts';
import { systemRandom as random } from '../../base/random.ts';
import { type Paid, PaygressCustomer } from './customer.ts';
import type { Way } from './post.ts';
import type { Wanted } from './words.ts';

interface Asked {
  readonly fill?: number;
  readonly offers?: boolean;
  readonly spawn?: { readonly provider: string; readonly sats: number; readonly by?: Way; readonly wanted?: Wanted };
  readonly topup?: { readonly provider: string; readonly pod: string; readonly sats: number; readonly by?: Way };
  readonly status?: { readonly provider: string; readonly pod: string; readonly by?: Way };
}

const print = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

async function obey(customer: PaygressCustomer, line: string): Promise<unknown> {
  let asked: Asked;
  try {
    asked = JSON.parse(line) as Asked;
  } catch {
    return { error: 'not JSON' };
  }
  const settled = async (paid: Paid) => {
    const { answer } = paid;
    const refunded = answer.is === 'error' && answer.refund !== undefined ? await customer.claim(paid) : 0;
    return { answer, refunded, sats: customer.purse.sats };
  };
  try {
    const { fill, offers, spawn, topup, status } = asked;
    if (fill !== undefined) await customer.purse.fill(fill);
    if (fill !== undefined) return { sats: customer.purse.sats };
    if (offers) return { offers: await customer.providers() };
    if (spawn) return await settled(await customer.spawn(spawn.provider, spawn.sats, spawn.wanted, spawn.by));
    if (topup) return await settled(await customer.topUp(topup.provider, topup.pod, topup.sats, topup.by));
    if (status) return { answer: await customer.status(status.provider, status.pod, status.by) };
    return { error: 'say {fill}, {offers}, {spawn}, {topup} or {status}' };
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'failed' };
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { relay: { type: 'string', multiple: true }, mint: { type: 'string' } } });
  const { relay: relays, mint } = values;
  if (!relays || mint === undefined) throw new Error('say --relay and --mint');
  const customer = await PaygressCustomer.open({ clock, random }, { relays, mint });
  const end = () => {
    customer.close();
    process.exit(0);
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  let last: Promise<void> = Promise.resolve();
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    last = last.then(async () => print(await obey(customer, line)));
  });
  lines.on('close', () => void last.then(end));
  print({ key: customer.key });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'failed'}\n`);
  process.exit(2);
});
