// The networks that can be practised with, one line each. Their servers are loaded when they are started.

import type { LoadPractice, StartPractice } from './practice.ts';

const whenJoined = (load: () => Promise<StartPractice>): LoadPractice => Object.assign(load, { whenJoined: true });

export const practiceNetworks = {
  iicp: async () => (await import('./iicp/index.ts')).practiseIicp,
  posemesh: async () => (await import('./posemesh/index.ts')).practisePosemesh,
  // Its customers get containers of the engine of this computer.
  paygress: whenJoined(async () => (await import('./paygress/index.ts')).practisePaygress),
  // It earns nothing, so that nobody is made to look at it.
  fips: whenJoined(async () => (await import('./fips/index.ts')).practiseFips),
} as const satisfies Readonly<Record<string, LoadPractice>>;
