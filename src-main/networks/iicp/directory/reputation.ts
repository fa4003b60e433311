// What the directory's opinion of this node means for it. Each task done well adds 0.01, at most 0.1 a heartbeat, each failed one takes
// 0.05; a node rated below 0.1 is not listed, and without tasks nothing is added.

import type { Reason } from '../../../../src-preload/contract/define.ts';
import { REPUTATION, reputationText } from '../../../../src-preload/contract/networks/iicp.ts';

/** Why no task comes; undefined where that is not the reason, or is not known. */
export function hiddenBy(reputation: number | null): Reason | undefined {
  if (reputation === null || reputation >= REPUTATION.shown) return undefined;
  const [rating, least] = [reputationText(reputation), REPUTATION.shown];
  return {
    code: 'iicp.hidden',
    values: { rating, least },
    message: `The directory rates this node ${rating}. It shows no client a node below ${least}, so no task comes.`,
    action:
      'See on the Work page what failed and mend that. Without tasks the rating can’t rise, so then begin anew: hearth new-identity',
  };
}

/** The same where it is shown, and others before it. */
export function lowBy(reputation: number | null): Reason | undefined {
  if (reputation === null || reputation >= REPUTATION.good || reputation < REPUTATION.shown) return undefined;
  const rating = reputationText(reputation);
  return {
    code: 'iicp.low-reputation',
    values: { rating },
    message: `Clients that look for this kind of work find this node, but the directory rates it ${rating}, so others are asked first.`,
    action:
      'Each task done well adds 0.01 and each failed one takes 0.05: see on the Work page what failed, and mend that before it is hidden.',
  };
}
