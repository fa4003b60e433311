// What every route of the practice directory works with.

import type { Clock } from '../../../base/clock.ts';
import type { Random } from '../../../base/random.ts';
import type { HttpClient } from '../../http-client.ts';
import type { Signer } from '../signing.ts';
import type { Nodes } from './nodes.ts';

/** As the protocol has it, or as one of the two official directories does it with receipts and books. */
export type Dialect = 'usual' | 'php' | 'rust';

export interface DirectoryRules {
  /** Endpoints on loopback and private networks may register, be dialled and probed. */
  readonly allowPrivateEndpoints: boolean;
  /** Dial `{endpoint}/iicp/health` before accepting a node that declares no topology. */
  readonly dialBack: boolean;
  /** Refuse every refresh without token of a node that has a CX key or an operator. */
  readonly strictOwnership: boolean;
  /** Sent to nodes in every heartbeat reply, milliseconds. */
  readonly nextHeartbeatMs: number;
  /** Registrations a minute from one address. */
  readonly registrationsPerMinute: number;
  /** Which share of what a receipt asks for is awarded, 0 to 1, as the directory sees it now. */
  readonly trustWeight: () => number;
  readonly dialect: Dialect;
}

export interface Api {
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpClient;
  readonly nodes: Nodes;
  readonly rules: DirectoryRules;
  /** Absent: the directory signs nothing and says 503. */
  readonly signer: Signer | undefined;
  /** `iss` of signed tokens. */
  readonly issuer: () => string;
}
