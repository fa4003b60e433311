// The parts of one run of the node, put together: plain constructor calls. Nothing is opened here.

import type { AvailabilityAnswer } from '../../availability/availability.ts';
import { toReason } from '../../base/errors.ts';
import type { Pace } from '../../work/pace.ts';
import type { NetworkHost } from '../host.ts';
import { Endpoint } from './descriptor/endpoint.ts';
import { Profile } from './descriptor/profile.ts';
import { DirectoryClient } from './directory/directory.ts';
import { DirectoryProber } from './directory/directory-prober.ts';
import type { EventLog } from './directory/events.ts';
import { Membership } from './directory/membership.ts';
import { Metrics } from './directory/metrics.ts';
import type { Identity } from './identity/identity.ts';
import type { Operator } from './identity/operator.ts';
import { placeOf } from './identity/place.ts';
import { Access } from './inbound/access.ts';
import { InboundListener } from './inbound/inbound-listener.ts';
import { Mesh } from './mesh/index.ts';
import { mayBeCalled } from './mesh/peer-record.ts';
import { Journal } from './observe/journal.ts';
import type { PrometheusMetrics } from './observe/prometheus.ts';
import type { Watch } from './observe/watch.ts';
import type { IicpOptions } from './options.ts';
import { DialBack } from './reach/dial-back.ts';
import type { PendingNonces } from './reach/pending-nonces.ts';
import { probers } from './reach/probers.ts';
import { Receipts } from './receipts/index.ts';
import { RELAY_PORT } from './relay/elect.ts';
import { RelaySide } from './relay/index.ts';
import { mostBytesIn, pricingIn, relayingIn } from './settings.ts';
import { Admission } from './tasks/admission.ts';
import type { Cooperation } from './tasks/cooperation.ts';
import { CxKeys } from './tasks/cx.ts';
import type { Seen } from './tasks/marks.ts';
import { Offload } from './tasks/offload.ts';

export interface AssembleDeps extends NetworkHost {
  readonly identity: Identity;
  readonly persistent: PersistentState;
  readonly operator: () => Operator | undefined;
  /** This node takes no more tasks, for it is about to go. */
  readonly leaving: () => boolean;
  readonly watch: Watch;
  /** Something that others are shown is different. */
  readonly look: () => void;
  /** Something is different of what the user is shown. */
  readonly changed: () => void;
}

/** What outlives a run, so that a new start forgets nothing. */
export interface PersistentState {
  readonly history: EventLog;
  readonly seen: Seen;
  /** Counts over restarts of the network, as scrapers expect. */
  readonly prometheus: PrometheusMetrics;
  readonly cooperation: Cooperation;
  readonly pendingNonces: PendingNonces;
  readonly pace: Pace;
}

export type Parts = ReturnType<typeof assemble>;

export function assemble(deps: AssembleDeps, options: IicpOptions) {
  const { clock, settings, availability, models, dataUse, work, identity, persistent } = deps;
  const { nodeId } = identity;
  const directoryUrl = settings.get('networks.iicp.directoryUrl');
  const place = placeOf(directoryUrl);
  const operatorHmacKey = () => settings.get('networks.iicp.operatorHmacKey');

  const directory = new DirectoryClient(directoryUrl, settings.get('networks.iicp.redirectHosts'));
  const endpoint: Endpoint = new Endpoint({
    settings,
    port: () => listener.address?.port,
    inbound: () => listener.inbound,
    workersInbound: () => listener.workersInbound,
    relay: () => relay,
    local: options.localEndpoint,
  });
  const local = endpoint.inLocalNetwork;
  const profile = new Profile(
    {
      ...deps,
      endpoint,
      pinhole: () => listener.inbound?.pinhole() ?? null,
      accepted: () => membership.accepted,
    },
    { version: options.version, native: options.native ?? false },
  );
  const access = new Access({
    ...deps,
    required: () => settings.get('networks.iicp.requireToken'),
    nodeId,
    nodeToken: () => identity.token,
    directory,
  });
  const offload = new Offload(deps, new CxKeys(identity.keys(clock.now())));
  const receipts: Receipts = new Receipts(
    {
      ...deps,
      directory,
      operatorHmacKey,
      enabled: () => settings.get('networks.iicp.credits'),
      renew: () => membership.renew(),
      changed: deps.settled,
    },
    place,
  );
  const admission = new Admission({
    ...deps,
    offload,
    seen: persistent.seen,
    pace: persistent.pace,
    access,
    cooperation: persistent.cooperation,
    accepting: () => (deps.leaving() ? LEAVING : publicly(availability.answer())),
    policy: () => ({
      nodeId,
      maxTokens: settings.get('capacity.maxTokens'),
      idempotency: settings.get('networks.iicp.idempotency'),
    }),
    pricing: () => pricingIn(settings),
    decided: (...made) => persistent.prometheus.decided(...made),
    claims: receipts,
  });
  const mesh: Mesh = new Mesh(
    {
      ...deps,
      directory,
      self: () => ({
        nodeId,
        endpoint: endpoint.missing ? '' : endpoint.url,
        relayCapable: endpoint.relayPort !== undefined,
        relayPort: endpoint.relayPort ?? RELAY_PORT,
        relayLoad: relay.load,
      }),
      operatorKey: operatorHmacKey,
    },
    { local },
  );
  const relay: RelaySide = new RelaySide(
    {
      ...deps,
      nodeId,
      directory,
      token: () => identity.token,
      settings: () => relayingIn(settings),
      homeless: () => endpoint.needsRelay,
      mayDial: (address) => mayBeCalled(address, local),
      peers: () => mesh.peers(),
      httpPort: () => endpoint.httpPort,
      offer: () => ({
        intent: settings.get('networks.iicp.defaultIntent'),
        models: models.offered().map(({ id }) => id),
      }),
      handle: (body, stop, partial) => admission.handle(body, stop, undefined, undefined, partial),
      offload,
      connected: (socket) => dataUse.watch(socket),
      arrived: (remote) => listener.workersInbound?.arrived(remote),
      changed: () => {
        listener.acceptWorkers(relay.acceptPort);
        membership.wake();
        deps.changed();
      },
    },
    { most: mostBytesIn(settings), local, tickets: options.relayTickets },
  );
  const dialBack = new DialBack(
    { clock, on: () => settings.get('reachability.witnessForOthers'), pendingNonces: persistent.pendingNonces },
    { local },
  );
  const listener: InboundListener = new InboundListener(
    {
      ...deps,
      nodeId,
      admission,
      refused: (reason) => work.refuse(reason),
      routes: [mesh.route, ...relay.routes, ...dialBack.routes],
      health: () => profile.health(),
      metrics: () =>
        settings.get('networks.iicp.metrics') ? persistent.prometheus.text({ peers: mesh.peers().length }) : undefined,
      native: options.native ? { nodeId: () => nodeId, discover: (intent) => profile.discover(intent) } : undefined,
      connected: (socket) => dataUse.watch(socket),
      prober: probers(
        {
          ...deps,
          directory,
          peers: () => mesh.peers().map((peer) => peer.endpoint),
          pendingNonces: persistent.pendingNonces,
          silent: (why) => persistent.history.note('unreachable', { reason: toReason(why) }),
        },
        { local },
      ),
      connectingProber: new DirectoryProber(directory, directoryUrl),
      changed: deps.look,
    },
    { outside: options.localEndpoint === undefined, perOrigin: options.perOrigin, tunnels: options.tunnels },
  );
  const journal = new Journal(
    { clock, lineFile: (name, lost) => deps.lineFile({ name, lost, dir: options.logDir }) },
    nodeId,
  );
  const membership: Membership = new Membership(
    {
      ...deps,
      directory,
      metrics: new Metrics({ ...deps, outcomes: deps.workStore }),
      descriptor: () => profile.descriptor(),
      operatorHmacKey,
      pulse: () => profile.pulse(),
      journal,
      beatFailed: (status, code) => persistent.prometheus.heartbeatFailed(status, code),
      note: (kind, facts) => persistent.history.note(kind, facts),
    },
    { beatMs: options.beatMs },
  );
  return {
    place,
    directory,
    endpoint,
    access,
    offload,
    receipts,
    admission,
    mesh,
    relay,
    listener,
    journal,
    membership,
  };
}

const OPEN = { accepting: true, bound: null };
const LEAVING = { accepting: false, bound: 'leaving' };

/** Strangers learn that this node takes no work, and not that its user plays a game or has come home. */
function publicly({ accepting, bound }: AvailabilityAnswer): { accepting: boolean; bound: string | null } {
  return accepting ? OPEN : { accepting, bound: bound === 'draining' || bound === 'storage' ? bound : 'paused' };
}
