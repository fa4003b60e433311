// IICP's line in the registry: what is known of it before it is there, and how it is made of what the node gives it and of the
// environment variables of the official nodes.

import type { SettingPath } from '../../../src-preload/contract/settings/index.ts';
import type { NetworkHost } from '../host.ts';
import type { NetworkFactory } from '../network.ts';
import { eventMigrations } from './directory/events.ts';
import { metricsMigrations } from './directory/metrics.ts';
import { Identity } from './identity/identity.ts';
import { portMigrations } from './inbound/port.ts';
import { IicpNetwork } from './index.ts';
import type { IicpOptions } from './options.ts';
import { ticketRulesIn } from './relay/tickets.ts';
import { originLimitIn, tunnelsIn } from './settings.ts';

/** The protocol's own. */
const BEAT_MS = 30_000;

const restartsFor: readonly SettingPath[] = [
  'networks.iicp.enabled',
  'networks.iicp.directoryUrl',
  'networks.iicp.redirectHosts',
  'networks.iicp.bind',
  'networks.iicp.port',
  'networks.iicp.maxBodyMiB',
  'networks.iicp.cors',
];

export const iicpFactory: NetworkFactory = {
  manifest: {
    id: 'iicp',
    migrations: [...metricsMigrations, ...portMigrations, ...eventMigrations],
    restartsFor,
    known: (held) => Identity.known(held),
  },
  create: (host) => new IicpNetwork(host, optionsIn(process.env, host)),
};

function optionsIn(env: NodeJS.ProcessEnv, { version, beatMs, local }: NetworkHost): IicpOptions {
  return {
    version,
    beatMs: beatMs ?? BEAT_MS,
    native: env.IICP_DISABLE_NATIVE_TRANSPORT !== '1',
    perOrigin: originLimitIn(env.IICP_TASK_RATE_LIMIT),
    relayTickets: ticketRulesIn(env),
    tunnels: tunnelsIn(env),
    // A folder that is named is for the node itself; two could not write one file.
    logDir: local ? undefined : env.IICP_LOG_DIR || undefined,
    localEndpoint: local ? (port) => `http://127.0.0.1:${port}` : undefined,
  };
}
