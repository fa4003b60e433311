// A wallet that somebody has used for a while, for the pages to be looked at with: two practice mints with fees, money that came in and
// went out, a token that was given away, a payment that hangs, and a rate.
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { connectSocket } from '../../src-main/faces/socket.ts';
import { Lightning } from '../../src-main/practice/mint/lightning.ts';
import { startMint } from '../../src-main/practice/mint/mint.ts';
import { until } from '../support/wait.ts';

export interface UsedWallet {
  stop(): Promise<void>;
}

/** In the node whose data folder this is. */
export async function walletUsed(data: string): Promise<UsedWallet> {
  const own = { clock: systemClock, random: systemRandom };
  const lightning = new Lightning(own);
  const mints = await Promise.all([100, 0].map((feePpk) => startMint(own, { feePpk, height: 24, lightning })));
  const [{ url: first }, { url: second }] = mints as [(typeof mints)[number], (typeof mints)[number]];
  const node = await until('the node', () => connectSocket(data).catch(() => undefined));
  const ended = async (id: number) =>
    until('the end of a movement', async () => (await node.request('wallet.retry', { id })).state === 'done');
  await node.request('settings.set', { path: 'setup.done', value: true });
  await node.request('settings.set', { path: 'power.tariff', value: { currency: 'EUR', perKwh: 0.32 } });
  await node.request('settings.set', { path: 'power.worth', value: [{ unit: 'sat', from: null, worth: 0.0009 }] });
  await node.request('wallet.make', {});
  for (const url of [first, second]) await node.request('wallet.trust', { url, anyway: false });
  for (const [amount, mint] of [
    [48_211, first],
    [12_500, second],
  ] as const) {
    const { id, to } = await node.request('wallet.deposit', { amount, mint, unit: 'sat' });
    lightning.settle(to ?? '');
    await ended(id);
  }
  await node.request('wallet.token', { amount: 2100, mint: first, unit: 'sat' });
  const pay = async (sat: number) => {
    const to = lightning.invoice(sat * 1000, 'Firewood').text;
    const offer = await node.request('wallet.offer', { to, mint: first, unit: 'sat' });
    return node.request('wallet.pay', { offer: offer.id });
  };
  await pay(7000);
  lightning.script.push('pending');
  await pay(350);
  node.close();
  return { stop: async () => void (await Promise.all(mints.map((mint) => mint.stop()))) };
}
