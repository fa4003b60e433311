import type { ReachabilityView } from '../../../src-preload/contract/reachability.ts';
import type { Key } from '../../i18n/keys.ts';
import { standingOf } from '../../standing.ts';

const tiers: Record<0 | 1 | 2 | 3 | 4, Key> = {
  0: 'reach.tier.direct',
  1: 'reach.tier.mapped',
  2: 'reach.tier.punched',
  3: 'reach.tier.relay',
  4: 'reach.tier.none',
};

/** One sentence: whether others get through, and how. */
export function sentenceFor(view: ReachabilityView, t: (key: Key) => string): string {
  switch (standingOf(view)) {
    case 'unwanted':
      return t('reach.notWanted');
    case 'looking':
      return t('reach.looking');
    case 'unproven':
      return t('reach.unproven');
    case 'unreached':
      return t('reach.tier.none');
    case 'reached':
      return t(view.method === 'external_tunnel' ? 'reach.tier.tunnel' : tiers[view.tier ?? 4]);
  }
}
