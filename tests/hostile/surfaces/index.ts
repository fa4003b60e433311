// All surfaces; the test of each is a file beside the runner.
import type { Attack } from '../attack.ts';
import { backups } from './backups.ts';
import { boxPorts } from './box-ports.ts';
import { calendars } from './calendars.ts';
import { consolePages } from './console.ts';
import { dialBack } from './dial-back.ts';
import { exports } from './exports.ts';
import { gossip } from './gossip.ts';
import { localSocket } from './local-socket.ts';
import { mesh } from './mesh.ts';
import { meshDiscovery } from './mesh-discovery.ts';
import { native } from './native.ts';
import { nostrRelay } from './nostr-relay.ts';
import { paygressHttp } from './paygress-http.ts';
import { paygressLetters } from './paygress-letters.ts';
import { posemeshCallback } from './posemesh-callback.ts';
import { posemeshDds } from './posemesh-dds.ts';
import { posemeshDms } from './posemesh-dms.ts';
import { posemeshDomain } from './posemesh-domain.ts';
import { relay } from './relay.ts';
import { router } from './router.ts';
import { runners } from './runners.ts';
import { tasks } from './tasks.ts';
import { updates } from './updates.ts';

export const surfaces: readonly { readonly name: string; readonly attacks: readonly Omit<Attack<never>, 'run'>[] }[] = [
  tasks,
  native,
  relay,
  gossip,
  dialBack,
  consolePages,
  localSocket,
  router,
  backups,
  calendars,
  updates,
  exports,
  runners,
  nostrRelay,
  meshDiscovery,
  mesh,
  paygressHttp,
  paygressLetters,
  posemeshCallback,
  posemeshDds,
  posemeshDms,
  posemeshDomain,
  boxPorts,
];
