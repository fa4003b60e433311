// What boxes may have of an engine elsewhere: what that engine says it has, as far as its owner gives it to them. Pure. This computer lends
// nothing to them, so none of its limits is asked.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { BoxEngineChoice } from '../../../src-preload/contract/settings/boxes.ts';
import type { EngineCapacity } from '../../backends/workloads/backend.ts';
import type { Known } from './keeper.ts';

const GIB = 1024;

/** Null: the engine is on this computer. What an engine does not say of its disk is as much as its owner says. */
export function lentOf({ opened, capacity }: Known, choice: BoxEngineChoice): EngineCapacity | null {
  if (!opened.engine.elsewhere) return null;
  const { cores = Infinity, memoryGiB = Infinity, diskGiB = Infinity } = choice;
  const diskMiB = Math.min(capacity.diskMiB ?? Infinity, diskGiB * GIB);
  return {
    cpuMillicores: Math.min(capacity.cpuMillicores, cores * 1000),
    memoryMiB: Math.min(capacity.memoryMiB, memoryGiB * GIB),
    diskMiB: diskMiB === Infinity ? null : diskMiB,
  };
}

/** What boxes may have of its graphics cards, MiB: no engine says what it has of them. */
export const cardsOf = (choice: BoxEngineChoice): number => ('gpuGiB' in choice ? (choice.gpuGiB ?? 0) * GIB : 0);

/** Whether boxes may have any of the cards of the engine that is chosen; `lentMiB`: what is lent of those of this computer. */
export function lendsCards(choice: BoxEngineChoice, lentMiB: number): boolean {
  const isElsewhere = choice.engine === 'kubernetes' || choice.at !== undefined;
  return isElsewhere ? cardsOf(choice) > 0 : lentMiB > 0;
}

/** Why boxes that would be held have no room all the same; null: they may have some. */
export function missingOf(known: Known | undefined, choice: BoxEngineChoice): Reason | null {
  const lent = known && lentOf(known, choice);
  return lent?.diskMiB === null && known?.probe && known.probe.disk !== 'memory' ? NO_DISK : null;
}

const NO_DISK: Reason = {
  code: 'boxes.disk-not-said',
  message: 'The engine does not say how much disk it has, so no box can be sold that keeps anything on it.',
  action: 'Say how much of it boxes may have: “Disk at most” under Capacity, or diskGiB in backends.boxEngine.',
};
