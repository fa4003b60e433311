// How far this computer is with boxes for strangers, and what it says while none can be made. Pure.

import { reasonFor } from '../../../src-i18n/reason.ts';
import type { Reason } from '../../../src-preload/contract/define.ts';
import type { Probe } from '../../backends/workloads/backend.ts';

/**
 * Off: nobody wants any. Looking: an engine is looked for. None: none answers. Probing: whether a box would hold is being tried. Refused:
 * it would not. Changing: another engine was chosen, and boxes go on at this one. Open: boxes can be made.
 */
export type Stage =
  | { readonly at: 'off' | 'looking' | 'probing' | 'open' }
  | { readonly at: 'none' | 'refused' | 'changing'; readonly why: Reason };

/** Why no box can be made now; null: one can. */
export function missingAt(stage: Stage): Reason | null {
  switch (stage.at) {
    case 'open':
      return null;
    case 'off':
      return OFF;
    case 'looking':
    case 'probing':
      return PROBING;
    case 'none':
    case 'refused':
    case 'changing':
      return stage.why;
  }
}

export function afterProbe({ offered, checks }: Pick<Probe, 'offered' | 'checks'>): Stage {
  if (offered) return { at: 'open' };
  const failed = checks.filter(({ held }) => !held).map(({ id }) => id);
  return { at: 'refused', why: reasonFor('boxes.does-not-hold', { checks: failed.join(', ') }) };
}

/** `count`: boxes that have to end first at `engine`. */
export const changing = (engine: string, count: number): Stage => ({
  at: 'changing',
  why: reasonFor('boxes.changing', { engine, count }),
});

const OFF: Reason = {
  code: 'boxes.off',
  message: 'No network that sells boxes is joined, so no engine was looked for.',
  action: 'Join such a network, or try on the page Capacity whether a box would hold here.',
};

const PROBING: Reason = {
  code: 'boxes.probing',
  message: 'Hearth is trying whether a box would hold on this computer.',
};
