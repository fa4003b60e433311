import { useEffect } from 'react';
import { engine } from '../../bridge/index.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { reachabilityStore } from '../../stores/reachability.ts';

/** Well within the time after which the engine takes us for gone. */
const STILL_HERE_MS = 60_000;

async function ask(on: boolean): Promise<void> {
  reachabilityStore.getState().accept(await engine().ask('reachability.try', { on }));
}

/** Whether others can reach this computer is tried for as long as this is wanted, with nothing behind the port yet. */
export function useReachTry(wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return;
    let timer: ReturnType<typeof setInterval> | undefined;
    const here = () =>
      void ask(true).catch((error: unknown) => {
        clearInterval(timer);
        reportFailure(error);
      });
    here();
    timer = setInterval(here, STILL_HERE_MS);
    return () => {
      clearInterval(timer);
      void ask(false).catch(reportFailure);
    };
  }, [wanted]);
}
