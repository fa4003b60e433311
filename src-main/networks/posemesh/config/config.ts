// What the user has set, in the shapes in which the parts of posemesh ask for it.

import type { z } from 'zod';
import type { posemeshSettings } from '../../../../src-preload/contract/networks/posemesh-settings.ts';
import type { Resources } from '../../../work/resources.ts';
import { NOTHING } from '../../../work/resources.ts';
import type { RegistrationMode } from '../dds/registration.ts';
import type { LeasedJobOptions } from '../jobs/leased-job.ts';
import type { PosemeshPath } from './variables.ts';
import { normaliseVersion } from './version.ts';

export interface PosemeshSettings {
  get<P extends PosemeshPath>(path: P): z.infer<(typeof posemeshSettings)[P]['schema']>;
}

const MIB = 1024 * 1024;

export interface Config {
  readonly ddsBaseUrl: string;
  readonly dmsBaseUrl: string;
  readonly mode: RegistrationMode;
  readonly nodeUrl: string;
  readonly regSecret: string;
  readonly timeoutMs: number;
  /** A semantic version, and whether it is another than what was set. */
  readonly version: string;
  readonly versionChanged: boolean;
  readonly intervalMs: number;
  readonly maxRetry: number;
  readonly gate: 'secret' | 'either';
  readonly strict: boolean;
  readonly tokens: { readonly safetyRatio: number; readonly maxRetries: number; readonly jitterMs: number };
  readonly pollMs: readonly [number, number];
  readonly filterByCapability: boolean;
  readonly atOnce: number;
  readonly http: { readonly host: string; readonly port: number };
  readonly noop: { readonly on: boolean; readonly sleepMs: number };
  readonly resources: Resources;
  readonly job: LeasedJobOptions;
}

/** `clientId`: what this node calls itself where its user has set nothing. */
export function configIn(
  settings: PosemeshSettings,
  own: { readonly version: string; readonly clientId: string },
): Config {
  const get = <P extends PosemeshPath>(path: P) => settings.get(path);
  const nodeUrl = get('networks.posemesh.nodeUrl');
  const chosen = get('networks.posemesh.registrationMode');
  const mode = chosen === 'auto' ? (nodeUrl === '' ? 'wallet' : 'callback') : chosen;
  const gate = get('networks.posemesh.siweGate');
  const { version, changed } = normaliseVersion(get('networks.posemesh.nodeVersion'), own.version);
  const wire = get('networks.posemesh.dmsWire');
  const diskMiB = get('networks.posemesh.jobDiskMiB');
  return {
    ddsBaseUrl: get('networks.posemesh.ddsBaseUrl'),
    dmsBaseUrl: get('networks.posemesh.dmsBaseUrl'),
    mode,
    nodeUrl,
    regSecret: get('networks.posemesh.regSecret'),
    timeoutMs: get('networks.posemesh.requestTimeoutSecs') * 1000,
    version,
    versionChanged: changed,
    intervalMs: get('networks.posemesh.registerIntervalSecs') * 1000,
    maxRetry: get('networks.posemesh.registerMaxRetry'),
    gate: gate === 'auto' ? (mode === 'callback' ? 'secret' : 'either') : gate,
    strict: get('networks.posemesh.siweStrict'),
    tokens: {
      safetyRatio: get('networks.posemesh.tokenSafetyRatio'),
      maxRetries: get('networks.posemesh.tokenReauthMaxRetries'),
      jitterMs: get('networks.posemesh.tokenReauthJitterMs'),
    },
    pollMs: [get('networks.posemesh.pollBackoffMsMin'), get('networks.posemesh.pollBackoffMsMax')],
    filterByCapability: get('networks.posemesh.leaseFilter') === 'capability',
    atOnce: get('networks.posemesh.maxConcurrency'),
    http: { host: get('networks.posemesh.httpHost'), port: get('networks.posemesh.httpPort') },
    noop: {
      on: get('networks.posemesh.noop'),
      sleepMs: get('networks.posemesh.noopSleepSecs') * 1000,
    },
    resources: {
      ...NOTHING,
      cpuMillicores: get('networks.posemesh.jobCpuMillicores'),
      memoryMiB: get('networks.posemesh.jobMemoryMiB'),
      diskMiB,
      gpuMiB: get('networks.posemesh.jobGpuMiB'),
    },
    job: {
      wire,
      heartbeat: {
        minRatio: get('networks.posemesh.heartbeatMinRatio'),
        maxRatio: get('networks.posemesh.heartbeatMaxRatio'),
        retry: get('networks.posemesh.heartbeatRetry'),
        gatherMs: wire === 'legacy' ? get('networks.posemesh.heartbeatJitterMs') : 0,
      },
      receiptRetries: get('networks.posemesh.receiptRetries'),
      clientId: get('networks.posemesh.clientId') || own.clientId,
      downloadStyle: get('networks.posemesh.downloadStyle'),
      foreign: get('networks.posemesh.allowForeignCids'),
      partsFrom: get('networks.posemesh.multipartMinBytes'),
      diskBytes: diskMiB * MIB,
    },
  };
}
