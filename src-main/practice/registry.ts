// The networks that can be practised with, one line each. Their servers are loaded when they are started.

import type { LoadPractice } from './practice.ts';

export const practiceNetworks = {
  iicp: async () => (await import('./iicp/index.ts')).practiseIicp,
  posemesh: async () => (await import('./posemesh/index.ts')).practisePosemesh,
} as const satisfies Readonly<Record<string, LoadPractice>>;
