// Paygress on this computer: a relay, a mint and a customer that keeps coming. Provider and engine are the real ones: where there is no
// engine, or no template was pulled, nobody gets a machine, and the node says why.

import { type PracticeMint, startMint } from '../mint/mint.ts';
import { type PracticeRelay, startRelay } from '../nostr/relay.ts';
import type { PracticeDeps, PracticeRun, StartPractice } from '../practice.ts';
import { type Guest, type GuestOptions, startGuest } from './guest.ts';
import { MACHINE } from './machine.ts';
import { rehearse } from './rehearsal.ts';

export interface PracticeMarket {
  readonly relay: PracticeRelay;
  readonly mint: PracticeMint;
  readonly guest: Guest;
  /** May be called twice. */
  stop(): Promise<void>;
}

/** Everything on 127.0.0.1 and free ports. */
export async function startPracticeMarket(
  deps: PracticeDeps,
  options: Omit<GuestOptions, 'relays' | 'mint'> = {},
): Promise<PracticeMarket> {
  const relay = await startRelay(deps);
  let mint: PracticeMint;
  try {
    mint = await startMint(deps, { name: MINT, paysItself: true });
  } catch (error) {
    await relay.stop();
    throw error;
  }
  const guest = startGuest(deps, { ...options, relays: [relay.url], mint: mint.url });
  return {
    relay,
    mint,
    guest,
    async stop() {
      await guest.stop();
      await mint.stop();
      await relay.stop();
    },
  };
}

/** By it the wallet knows those of earlier practice. */
const MINT = 'Practice mint';

async function practise(deps: PracticeDeps): Promise<PracticeRun> {
  const { relay, mint, stop } = await startPracticeMarket(deps);
  deps.logger.info('practice paygress started', { relay: relay.url, mint: mint.url });
  return {
    settings: { 'networks.paygress.relays': [relay.url], 'networks.paygress.address': '127.0.0.1' },
    suggested: { 'networks.paygress.specs': [MACHINE] },
    mint: { url: mint.url, name: MINT },
    stop,
  };
}

export const practisePaygress: StartPractice = Object.assign(practise, { rehearse });
