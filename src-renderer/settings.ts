// Single settings, read as they are and written one at a time.
import { useStore } from 'zustand/react';
import type { SettingPath, SettingValue, SettingView } from '../src-preload/contract/settings/index.ts';
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

/** The value of a setting; undefined until the engine has told. */
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
