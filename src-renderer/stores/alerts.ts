// What went wrong and has to be shown: the newest failure of each kind, a few at most.
import { createStore } from 'zustand/vanilla';
import type { Reason } from '../../src-preload/contract/define.ts';
import { toBridgeError } from '../bridge/failure.ts';

export type Alert = Reason;

const MOST = 3;

export const alertsStore = createStore<{ readonly alerts: readonly Alert[] }>()(() => ({ alerts: [] }));

/** Shows a failure. One that is already shown is not announced again. */
export function reportFailure(thrown: unknown): void {
  const error = toBridgeError(thrown);
  // A lost connection has a place of its own on the page.
  if (error.code === 'bridge.lost') return;
  if (error.category === 'broken') console.error(error, error.cause);
  const { reason } = error;
  alertsStore.setState(({ alerts }) =>
    alerts.some(({ code }) => code === reason.code) ? {} : { alerts: [...alerts, reason].slice(-MOST) },
  );
}

export function dismissAlert(code: string): void {
  alertsStore.setState(({ alerts }) => ({ alerts: alerts.filter((alert) => alert.code !== code) }));
}
