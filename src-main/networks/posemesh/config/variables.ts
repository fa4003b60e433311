// The environment variables of official nodes, as a table: what each is called, what it may hold, and which setting of ours it is. In the
// order in which official nodes look at them, so that the first fault here is the one that they stop at.

import type { posemeshSettings } from '../../../../src-preload/contract/networks/posemesh-settings.ts';

export type PosemeshPath = keyof typeof posemeshSettings;

export type VariableKind =
  | { readonly is: 'url' }
  | { readonly is: 'text' }
  /** Decimal digits, with a plus or, where `least` is below zero, a minus in front. */
  | { readonly is: 'integer'; readonly least: number; readonly most?: number }
  | { readonly is: 'float' }
  | { readonly is: 'bool' }
  | { readonly is: 'choice'; readonly of: readonly string[] };

export interface Variable {
  readonly name: string;
  readonly kind: VariableKind;
  /** Undefined: Hearth has no use for it, and says so. */
  readonly path: PosemeshPath | undefined;
  /** Official nodes don't start without it; `siwe`: for they could not log in. */
  readonly required?: 'plain' | 'siwe';
  /** Never repeated in a sentence. */
  readonly secret?: boolean;
  /** Set without a value is the same as not set. */
  readonly emptyIsUnset?: boolean;
}

const url = { is: 'url' } as const;
const text = { is: 'text' } as const;
const bool = { is: 'bool' } as const;
const float = { is: 'float' } as const;
const whole = { is: 'integer', least: 0 } as const;
const most = (value: number) => ({ is: 'integer', least: 0, most: value }) as const;
const choice = (...of: readonly string[]) => ({ is: 'choice', of }) as const;
const U32 = 2 ** 32 - 1;

const at = <P extends string>(name: P) => `networks.posemesh.${name}` as const;

export const VARIABLES: readonly Variable[] = [
  { name: 'DMS_BASE_URL', kind: url, path: at('dmsBaseUrl'), required: 'plain' },
  { name: 'REQUEST_TIMEOUT_SECS', kind: whole, path: at('requestTimeoutSecs'), required: 'plain' },
  { name: 'DDS_BASE_URL', kind: url, path: at('ddsBaseUrl'), required: 'siwe' },
  { name: 'NODE_URL', kind: url, path: at('nodeUrl'), required: 'siwe' },
  { name: 'REG_SECRET', kind: text, path: at('regSecret'), required: 'siwe', secret: true },
  { name: 'SECP256K1_PRIVHEX', kind: text, path: at('privateKey'), required: 'siwe', secret: true },
  { name: 'NODE_VERSION', kind: text, path: at('nodeVersion'), emptyIsUnset: true },
  { name: 'HEARTBEAT_JITTER_MS', kind: whole, path: at('heartbeatJitterMs') },
  { name: 'POLL_BACKOFF_MS_MIN', kind: whole, path: at('pollBackoffMsMin') },
  { name: 'POLL_BACKOFF_MS_MAX', kind: whole, path: at('pollBackoffMsMax') },
  { name: 'TOKEN_SAFETY_RATIO', kind: float, path: at('tokenSafetyRatio') },
  { name: 'TOKEN_REAUTH_MAX_RETRIES', kind: most(U32), path: at('tokenReauthMaxRetries') },
  { name: 'TOKEN_REAUTH_JITTER_MS', kind: whole, path: at('tokenReauthJitterMs') },
  { name: 'REGISTER_INTERVAL_SECS', kind: whole, path: at('registerIntervalSecs'), emptyIsUnset: true },
  {
    name: 'REGISTER_MAX_RETRY',
    kind: { is: 'integer', least: -1 },
    path: at('registerMaxRetry'),
    emptyIsUnset: true,
  },
  { name: 'MAX_CONCURRENCY', kind: most(U32), path: at('maxConcurrency') },
  // Whatever it says, official nodes take what they don't know for json.
  { name: 'LOG_FORMAT', kind: text, path: undefined },
  { name: 'ENABLE_NOOP', kind: bool, path: at('noop') },
  { name: 'NOOP_SLEEP_SECS', kind: whole, path: at('noopSleepSecs') },
  { name: 'POSEMESH_MULTIPART_MIN_BYTES', kind: text, path: at('multipartMinBytes') },
  { name: 'CLIENT_ID', kind: text, path: at('clientId') },
  { name: 'RUST_LOG', kind: text, path: undefined },
  { name: 'LOG_LEVEL', kind: text, path: undefined },
  { name: 'DDS_REGISTRATION_MODE', kind: choice('callback', 'wallet'), path: at('registrationMode') },
  { name: 'DMS_WIRE', kind: choice('current', 'legacy'), path: at('dmsWire') },
  { name: 'DMS_LEASE_FILTER', kind: choice('none', 'capability'), path: at('leaseFilter') },
  { name: 'SIWE_GATE', kind: choice('secret', 'either'), path: at('siweGate') },
  { name: 'SIWE_STRICT', kind: choice('0', '1'), path: at('siweStrict') },
  { name: 'HEARTBEAT_MIN_RATIO', kind: float, path: at('heartbeatMinRatio') },
  { name: 'HEARTBEAT_MAX_RATIO', kind: float, path: at('heartbeatMaxRatio') },
  { name: 'HEARTBEAT_RETRY', kind: choice('0', '1'), path: at('heartbeatRetry') },
  { name: 'RECEIPT_RETRIES', kind: whole, path: at('receiptRetries') },
  { name: 'DOWNLOAD_STYLE', kind: choice('auto', 'uri', 'ids'), path: at('downloadStyle') },
  { name: 'ALLOW_FOREIGN_CIDS', kind: choice('0', '1'), path: at('allowForeignCids') },
  { name: 'HTTP_HOST', kind: text, path: at('httpHost') },
  { name: 'HTTP_PORT', kind: most(65_535), path: at('httpPort') },
];
