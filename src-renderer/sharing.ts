// The big switch: one at a time, wherever it is pressed.
import { createStore } from 'zustand/vanilla';
import { engine } from './bridge/index.ts';
import { reportFailure } from './stores/alerts.ts';
import { nodeStore } from './stores/node.ts';

/** Busy: asked and not yet answered. */
export const sharingStore = createStore<{ readonly busy: boolean }>()(() => ({ busy: false }));

/** Never rejects: what goes wrong is shown. */
export async function share(on: boolean): Promise<void> {
  if (sharingStore.getState().busy) return;
  sharingStore.setState({ busy: true });
  try {
    nodeStore.getState().accept(await engine().ask(on ? 'node.resume' : 'node.pause', undefined));
  } catch (error) {
    reportFailure(error);
  } finally {
    sharingStore.setState({ busy: false });
  }
}
