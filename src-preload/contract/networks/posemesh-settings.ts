// What can be set of posemesh. Each setting that an official node reads from an environment variable stands beside its name; the table in
// `src-main/networks/posemesh/config/variables.ts` says which is which.

import { z } from 'zod';
import { setting, withoutUser } from '../settings/define.ts';

const HttpUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http or https address' })
  .max(2048)
  .refine(withoutUser, 'an address must not hold a user name or a password');
const Ratio = z.number().min(0).max(1);
const Milliseconds = z.number().int().min(0).max(3_600_000);

/** SEC 2, 2.4.1. */
const ORDER = 0xffffffff_ffffffff_ffffffff_fffffffe_baaedce6_af48a03b_bfd25e8c_d0364141n;

/** Empty counts as one, and so does what is no hex, of which something else is said. */
function isKey(text: string): boolean {
  const digits = text.replace(/^0x/, '');
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) return true;
  const value = BigInt(`0x${digits}`);
  return value > 0n && value < ORDER;
}

export const posemeshSettings = {
  'networks.posemesh.enabled': setting(
    z.boolean(),
    false,
    'Join posemesh: lease jobs from a manager and do them with runners on this computer.',
  ),
  'networks.posemesh.ddsBaseUrl': setting(
    HttpUrl,
    'https://dds.auki.network',
    'The discovery service, where this node registers and logs in (DDS_BASE_URL).',
  ),
  'networks.posemesh.dmsBaseUrl': setting(
    HttpUrl,
    'https://dms.auki.network/v1',
    'The manager that leases jobs (DMS_BASE_URL).',
  ),
  'networks.posemesh.regSecret': setting(
    z.string().trim().max(4096),
    '',
    'The registration secret of this node, from the console of the network (REG_SECRET).',
    { secret: true },
  ),
  'networks.posemesh.privateKey': setting(
    z
      .string()
      .regex(/^$|^(0x)?[0-9a-fA-F]{64}$/, '32 bytes in hex, 64 digits')
      .refine(isKey, 'a key of the curve secp256k1: above zero and below its order'),
    '',
    'A wallet key of your own, as 64 hex digits (SECP256K1_PRIVHEX). Empty: the one that Hearth has made.',
    { secret: true },
  ),
  'networks.posemesh.registrationMode': setting(
    z.enum(['auto', 'callback', 'wallet']),
    'auto',
    'How this node registers: callback needs a public address and is called back there, wallet needs none; auto: callback where a public address is set (DDS_REGISTRATION_MODE).',
  ),
  'networks.posemesh.nodeUrl': setting(
    z.union([z.literal(''), HttpUrl]),
    '',
    'The public address at which the discovery service calls this node back. Empty: in the mode callback it is found out (NODE_URL).',
  ),
  'networks.posemesh.httpHost': setting(
    z.union([z.ipv4(), z.ipv6(), z.literal('localhost')]),
    '127.0.0.1',
    'The local address on which the discovery service is listened for; :: is all of them (HTTP_HOST).',
  ),
  'networks.posemesh.httpPort': setting(
    z.number().int().min(0).max(65_535),
    8080,
    'The port on which the discovery service is listened for; 0 takes a free one (HTTP_PORT).',
  ),
  'networks.posemesh.nodeVersion': setting(
    z.string().trim().max(64),
    '',
    'The version that this node registers with. Empty: that of Hearth (NODE_VERSION).',
  ),
  'networks.posemesh.clientId': setting(
    z
      .string()
      .trim()
      .max(200)
      .regex(/^[\x21-\x7e]*$/, 'printable characters without spaces'),
    '',
    'How this node calls itself at domain servers. Empty: a random name (CLIENT_ID).',
  ),
  'networks.posemesh.dmsWire': setting(
    z.enum(['current', 'legacy']),
    'current',
    'The form in which heartbeats and results are reported; legacy for managers of 2025 (DMS_WIRE).',
  ),
  'networks.posemesh.requestTimeoutSecs': setting(
    z.number().int().min(1).max(3600),
    60,
    'How long an answer of the discovery service or the manager may take, in seconds (REQUEST_TIMEOUT_SECS).',
  ),
  'networks.posemesh.registerIntervalSecs': setting(
    z.number().int().min(1).max(86_400),
    120,
    'How often this node registers anew when nothing was heard of the discovery service, in seconds (REGISTER_INTERVAL_SECS).',
  ),
  'networks.posemesh.registerMaxRetry': setting(
    z.number().int().min(-1).max(1_000_000),
    -1,
    'After so many failed registrations it pauses for one interval; -1: never (REGISTER_MAX_RETRY).',
  ),
  'networks.posemesh.siweGate': setting(
    z.enum(['auto', 'secret', 'either']),
    'auto',
    'When this node logs in: secret once it was called back, either once it is registered; auto by the mode of registration (SIWE_GATE).',
  ),
  'networks.posemesh.siweStrict': setting(
    z.boolean(),
    false,
    'Sign only log-ins that name the discovery service itself and the present minute (SIWE_STRICT).',
  ),
  'networks.posemesh.tokenSafetyRatio': setting(
    Ratio,
    0.75,
    'After which part of its life a log-in is renewed (TOKEN_SAFETY_RATIO).',
  ),
  'networks.posemesh.tokenReauthMaxRetries': setting(
    z.number().int().min(0).max(100),
    3,
    'How often a failed log-in is tried again at once (TOKEN_REAUTH_MAX_RETRIES).',
  ),
  'networks.posemesh.tokenReauthJitterMs': setting(
    Milliseconds,
    500,
    'The longest random wait between such tries, in milliseconds (TOKEN_REAUTH_JITTER_MS).',
  ),
  'networks.posemesh.pollBackoffMsMin': setting(
    Milliseconds,
    1000,
    'The shortest wait before the manager is asked for work again, in milliseconds (POLL_BACKOFF_MS_MIN).',
  ),
  'networks.posemesh.pollBackoffMsMax': setting(
    Milliseconds,
    30_000,
    'The longest such wait, in milliseconds (POLL_BACKOFF_MS_MAX).',
  ),
  'networks.posemesh.leaseFilter': setting(
    z.enum(['none', 'capability']),
    'none',
    'Whether a request for work names a capability; none leaves that to the manager (DMS_LEASE_FILTER).',
  ),
  'networks.posemesh.maxConcurrency': setting(
    z.number().int().min(1).max(16),
    1,
    'Jobs at once. Managers are known to lease one at a time to a node (MAX_CONCURRENCY).',
  ),
  'networks.posemesh.heartbeatMinRatio': setting(
    Ratio,
    0.25,
    'The earliest heartbeat, as a part of what is left of the lease (HEARTBEAT_MIN_RATIO).',
  ),
  'networks.posemesh.heartbeatMaxRatio': setting(
    Ratio,
    0.35,
    'The latest heartbeat, as a part of what is left of the lease (HEARTBEAT_MAX_RATIO).',
  ),
  'networks.posemesh.heartbeatJitterMs': setting(
    Milliseconds,
    250,
    'How long progress is gathered before it is reported in the form legacy, in milliseconds (HEARTBEAT_JITTER_MS).',
  ),
  'networks.posemesh.heartbeatRetry': setting(
    z.boolean(),
    false,
    'Try a failed heartbeat again while a quarter of the lease is left, instead of giving the job up (HEARTBEAT_RETRY).',
  ),
  'networks.posemesh.receiptRetries': setting(
    z.number().int().min(0).max(10),
    0,
    'How often a result that could not be reported is reported again while the lease lasts (RECEIPT_RETRIES).',
  ),
  'networks.posemesh.multipartMinBytes': setting(
    z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
    8 * 1024 * 1024,
    'Results of this size and above are uploaded in parts, in bytes (POSEMESH_MULTIPART_MIN_BYTES).',
  ),
  'networks.posemesh.downloadStyle': setting(
    z.enum(['auto', 'uri', 'ids']),
    'auto',
    'How inputs are asked for: uri by their address as it is, ids by their numbers; auto tries both (DOWNLOAD_STYLE).',
  ),
  'networks.posemesh.allowForeignCids': setting(
    z.boolean(),
    false,
    'Load inputs from other servers than that of the job too, without its token (ALLOW_FOREIGN_CIDS).',
  ),
  'networks.posemesh.noop': setting(
    z.boolean(),
    false,
    'Offer the practice runner, which takes reconstruction jobs and gives back empty results (ENABLE_NOOP).',
  ),
  'networks.posemesh.noopSleepSecs': setting(
    z.number().int().min(0).max(86_400),
    5,
    'How long the practice runner pretends to work, in seconds (NOOP_SLEEP_SECS).',
  ),
  'networks.posemesh.jobCpuMillicores': setting(
    z.number().int().min(0).max(1_000_000),
    1000,
    'Processor time that a job holds, in thousandths of a core.',
  ),
  'networks.posemesh.jobMemoryMiB': setting(
    z.number().int().min(0).max(10_000_000),
    512,
    'Memory that a job holds, in MiB.',
  ),
  'networks.posemesh.jobDiskMiB': setting(
    z.number().int().min(1).max(100_000_000),
    4096,
    'Disk that the files of a job may take, in MiB; a job that needs more fails.',
  ),
  'networks.posemesh.jobGpuMiB': setting(
    z.number().int().min(0).max(10_000_000),
    0,
    'Memory of the graphics card that a job holds, in MiB.',
  ),
};
