// Rehearsals of leased jobs that were asked for in these pages, whichever of them is looked at meanwhile.
import { createStore } from 'zustand/vanilla';
import type { JobRehearsal, NetworkId } from '../../src-preload/contract/networks/index.ts';
import { engine } from '../bridge/index.ts';
import { reportFailure } from '../stores/alerts.ts';

interface Rehearsed {
  /** The one that runs. */
  readonly running: NetworkId | undefined;
  /** What the last one of each came to. */
  readonly last: Readonly<Partial<Record<NetworkId, JobRehearsal>>>;
}

export const rehearsedStore = createStore<Rehearsed>()(() => ({ running: undefined, last: {} }));

/** One at a time. Never rejects: what goes wrong is shown. */
export async function rehearseJob(id: NetworkId): Promise<void> {
  if (rehearsedStore.getState().running !== undefined) return;
  rehearsedStore.setState({ running: id });
  try {
    const done = await engine().ask('networks.rehearse', { id });
    rehearsedStore.setState(({ last }) => ({ last: { ...last, [id]: done } }));
  } catch (error) {
    reportFailure(error);
  } finally {
    rehearsedStore.setState({ running: undefined });
  }
}
