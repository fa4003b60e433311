import { createStore } from 'zustand/vanilla';
import type { Connection } from '../bridge/connection.ts';

export const connectionStore = createStore<{ readonly connection: Connection }>()(() => ({
  connection: { state: 'connecting' },
}));
