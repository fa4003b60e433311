// Single settings, read as they are and written one at a time.
import { useStore } from 'zustand/react';
import type { SettingPath, SettingValue, SettingView } from '../src-preload/contract/settings/index.ts';
import { BridgeError } from './bridge/failure.ts';
import { engine } from './bridge/index.ts';
import { reportFailure } from './stores/alerts.ts';
import { settingsStore } from './stores/settings.ts';

export function settingOf<P extends SettingPath>(
  settings: readonly SettingView[] | undefined,
  path: P,
): SettingValue<P> | undefined {
  // The engine validates what it keeps by the same contract.
  return settings?.find((setting) => setting.path === path)?.value as SettingValue<P> | undefined;
}

/** The value of a setting; undefined until the engine has sent it. */
export function useSetting<P extends SettingPath>(path: P): SettingValue<P> | undefined {
  return useStore(settingsStore, ({ live }) => settingOf(live?.value, path));
}

/** Answers whether it was taken. Never rejects: what goes wrong is shown. */
export async function saveSetting<P extends SettingPath>(path: P, value: SettingValue<P>): Promise<boolean> {
  try {
    await engine().ask('settings.set', { path, value });
    return true;
  } catch (error) {
    reportFailure(error);
    return false;
  }
}

/** Others change settings too, now and then; so often in a row is something else. */
const MOST_TRIES = 5;

/**
 * Makes a value out of the one in force, and tries again where it has become another meanwhile: no change is lost, not
 * even that of the same list by the command line at the same moment. Answers whether it was taken; never rejects. A change
 * that answers undefined has nothing to do.
 */
export async function changeSetting<P extends SettingPath>(
  path: P,
  change: (value: SettingValue<P>) => SettingValue<P> | undefined,
): Promise<boolean> {
  try {
    for (let tries = 1; ; tries += 1) {
      const was = settingOf(settingsStore.getState().live?.value, path);
      if (was === undefined) return false;
      const value = change(was);
      if (value === undefined) return true;
      try {
        await engine().ask('settings.set', { path, value, was });
        // So that a change right after this one is made from what is in force now.
        settingsStore.getState().accept(await engine().ask('settings.get', undefined));
        return true;
      } catch (error) {
        const changed = error instanceof BridgeError && error.code === 'settings.changed-meanwhile';
        if (!changed || tries === MOST_TRIES) throw error;
        settingsStore.getState().accept(await engine().ask('settings.get', undefined));
      }
    }
  } catch (error) {
    reportFailure(error);
    return false;
  }
}
