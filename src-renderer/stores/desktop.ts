import type { DesktopView } from '../../src-preload/contract/desktop.ts';
import { createLiveStore } from './live.ts';

/** Null where this is not the desktop app. */
export const desktopStore = createLiveStore<DesktopView | null>();
