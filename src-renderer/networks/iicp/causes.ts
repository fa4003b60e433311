// What keeps tasks away although the directory lists this computer: what it thinks of it.

import { REPUTATION, reputationText } from '../../../src-preload/contract/networks/iicp.ts';
import type { Cause } from '../../causes.ts';
import type { ViewOf } from '../pages.ts';
import type { Iicp } from './contract.ts';

export function causes({ id, title, detail: { reputation } }: ViewOf<Iicp>): readonly Cause[] {
  if (reputation === null || reputation >= REPUTATION.good) return [];
  const values = { network: title, value: reputationText(reputation) };
  return reputation < REPUTATION.shown
    ? [{ id: `hidden:${id}`, weight: 'blocks', why: 'networks.iicp.why.hidden', values, fix: 'toNetwork' }]
    : [{ id: `low-reputation:${id}`, weight: 'slows', why: 'networks.iicp.why.low-reputation', values, fix: 'toWork' }];
}
