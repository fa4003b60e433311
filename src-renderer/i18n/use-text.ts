// What a component takes to speak: words by key, and figures as the language writes them.
import { useSyncExternalStore } from 'react';
import { speechStore } from './index.ts';
import type { Speech } from './speech.ts';

export type { Speech };

const speech = () => speechStore.getState().speech;

export function useText(): Speech {
  return useSyncExternalStore(speechStore.subscribe, speech, speech);
}
