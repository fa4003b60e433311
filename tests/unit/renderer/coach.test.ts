// When the menus of a router are shown, and of which one.
import { expect, it } from 'vitest';
import { coachFor } from '../../../src-renderer/parts/inbound/card.tsx';
import { INBOUND_STATES, type InboundState, inboundShown } from '../../support/inbound-states.ts';

const NOW = 1_800_000_000_000;
const FRITZ = { name: 'FRITZ!Box 7590', local: '192.168.178.20', port: 9484, first: false };
const LEADS: Partial<Record<InboundState, object>> = {
  // Forwarded by hand, it lets others in without being asked.
  off: { ...FRITZ, name: null },
  'not-reached': FRITZ,
  refused: FRITZ,
  tunnel: FRITZ,
  // The second router stands at this address, as the first one sees it.
  'double-nat': { name: null, address: null, local: '192.168.0.7', port: 9484, first: true },
};

it.each(INBOUND_STATES)('%s: leads through the router that can help, or through none', async (state) => {
  const { view } = await inboundShown(state, NOW);
  const expected = LEADS[state];
  if (expected) expect(coachFor(view)).toMatchObject(expected);
  else expect(coachFor(view)).toBeUndefined();
});
