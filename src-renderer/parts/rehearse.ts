// A rehearsal that was asked for in these pages, whichever of them is looked at meanwhile.
import { createStore } from 'zustand/vanilla';
import { engine } from '../bridge/index.ts';
import { reportFailure } from '../stores/alerts.ts';
import { rehearsalStore } from '../stores/rehearsal.ts';

export const rehearseStore = createStore<{ readonly asking: boolean }>()(() => ({ asking: false }));

/** One at a time. Never rejects: what goes wrong is shown. */
export async function rehearse(): Promise<void> {
  if (rehearseStore.getState().asking) return;
  rehearseStore.setState({ asking: true });
  try {
    await engine().ask('rehearsal.run', {});
    rehearsalStore.getState().accept(await engine().ask('rehearsal.get', undefined));
  } catch (error) {
    reportFailure(error);
  } finally {
    rehearseStore.setState({ asking: false });
  }
}
