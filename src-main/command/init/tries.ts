// What `hearth init` can try before anything is joined: whether others get in, and the whole path of a task.

import type { ReachabilityView } from '../../../src-preload/contract/reachability.ts';
import type { RehearsalView } from '../../../src-preload/contract/rehearsal.ts';
import { reachLines } from '../reach.ts';
import { cardLines, REHEARSAL_WAIT_MS } from '../rehearse.ts';
import type { Step } from './steps.ts';

/** As long as a router and those who probe for us may take together. */
const REACH_MS = 60_000;
const LOOK_MS = 500;

/** Opens the inbound address with nothing behind it, until it is known whether it works or the time is over. */
export async function tryReach({ clock, node, say }: Step): Promise<ReachabilityView> {
  await node.start();
  const until = clock.monotonic() + REACH_MS;
  let { value: view } = await node.request('reachability.try', { on: true });
  try {
    while (view.wanted && !isSettled(view) && clock.monotonic() < until) {
      await clock.sleep(LOOK_MS);
      view = (await node.request('reachability.get', undefined)).value;
    }
  } finally {
    await node.request('reachability.try', { on: false });
  }
  for (const text of reachLines(view, [])) say(text);
  return view;
}

function isSettled({ chain }: ReachabilityView): boolean {
  return chain.every(({ state }) => state !== 'waiting');
}

export async function tryTask({ node, say }: Step): Promise<RehearsalView> {
  say('Rehearsing with your own model server. Where a model has to be loaded first, this takes a while.');
  const card = await node.request('rehearsal.run', {}, { timeoutMs: REHEARSAL_WAIT_MS });
  for (const text of cardLines(card)) say(text);
  return card;
}
