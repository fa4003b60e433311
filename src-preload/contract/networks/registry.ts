// The networks that there are, one line each.

import { iicpContract } from './iicp.ts';

export const networkContracts = { iicp: iicpContract } as const;
