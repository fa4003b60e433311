import type { BackendView } from '../../src-preload/contract/backends.ts';
import { createLiveStore } from './live.ts';

export const backendsStore = createLiveStore<BackendView[]>();
