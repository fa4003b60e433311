import type { SettingView } from '../../src-preload/contract/settings/index.ts';
import { createLiveStore } from './live.ts';

export const settingsStore = createLiveStore<SettingView[]>();
