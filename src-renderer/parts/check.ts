// Whether the networks see this computer as they should, asked for in these pages; what `hearth doctor` prints.
import { createStore } from 'zustand/vanilla';
import type { NetworkCheck } from '../../src-preload/contract/networks/index.ts';
import { engine } from '../bridge/index.ts';
import { reportFailure } from '../stores/alerts.ts';
import { networksStore } from '../stores/networks.ts';

export const checkStore = createStore<{ readonly busy: boolean; readonly checks: readonly NetworkCheck[] }>()(() => ({
  busy: false,
  checks: [],
}));

/** All networks, together; it may take twenty seconds. One at a time. Never rejects: what goes wrong is shown. */
export async function checkNetworks(): Promise<void> {
  if (checkStore.getState().busy) return;
  checkStore.setState({ busy: true });
  try {
    const networks = networksStore.getState().live?.value ?? [];
    const checks = await Promise.all(networks.map(({ id }) => engine().ask('networks.check', { id })));
    checkStore.setState({ checks });
  } catch (error) {
    reportFailure(error);
  } finally {
    checkStore.setState({ busy: false });
  }
}
