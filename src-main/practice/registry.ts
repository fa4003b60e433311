// The networks that can be practised with, one line each.

import { practiseIicp } from './iicp/index.ts';
import { practisePosemesh } from './posemesh/index.ts';
import type { StartPractice } from './practice.ts';

export const practiceNetworks = { iicp: practiseIicp, posemesh: practisePosemesh } as const satisfies Readonly<
  Record<string, StartPractice>
>;
