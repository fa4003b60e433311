// The composition root: plain constructor calls in order, the only place that knows everybody. It knows nothing of Electron.

import { join } from 'node:path';
import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import { Release } from '../availability/release.ts';
import { Backends, type BackendsDeps } from '../backends/pool.ts';
import { systemClock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { systemRandom } from '../base/random.ts';
import { InboundMemory } from '../inbound/memory.ts';
import { NoPages } from '../networks/errors.ts';
import { allFactories } from '../networks/manifests.ts';
import type { Network } from '../networks/network.ts';
import { Claims } from '../payments/claims.ts';
import { Earnings } from '../payments/earnings.ts';
import { Ledger } from '../payments/ledger.ts';
import { LedgerSums } from '../payments/sums.ts';
import { SumsCheck } from '../payments/sums-check.ts';
import { NO_INBOUND } from '../reachability/picture.ts';
import { vaultOf } from '../secrets/vault.ts';
import { satHeld } from '../wallet/held.ts';
import { DoneTasks } from '../work/done.ts';
import { openAccounting } from './accounting.ts';
import { announceChanges } from './announce.ts';
import { Audit } from './audit.ts';
import { BoxesPart } from './boxes/part.ts';
import { DailyCopy } from './daily-copy.ts';
import { DiskWatch } from './disk-watch.ts';
import { Ending } from './ending.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { type EngineEvents, engineOf } from './engine-of.ts';
import { createHandlers } from './handlers.ts';
import { InboundTry } from './inbound-try.ts';
import { JobRehearsals } from './job-rehearsal.ts';
import { openMachine } from './machine.ts';
import { MemoryPressure } from './memory-pressure.ts';
import { createNetworks } from './network-hosts.ts';
import { NetworkRestarts } from './network-restarts.ts';
import { NetworkViews } from './network-views.ts';
import { backupsOf } from './node-folder.ts';
import { NodeViews } from './node-view.ts';
import { openState } from './open-state.ts';
import { backendSettings, boxSettings, rehearsalSettings, walletSettings } from './part-settings.ts';
import { Practice } from './practice.ts';
import { NOBODY_OUTSIDE, openReachability } from './reach.ts';
import { Rehearsal } from './rehearsal.ts';
import { RunnersPart } from './runners.ts';
import { openSensing } from './sensing.ts';
import { superviseAll } from './services.ts';
import { type SliceName, Slices } from './slices.ts';
import { Supervisor } from './supervisor.ts';
import { VERSION } from './version.ts';
import { WalletPart } from './wallet.ts';
import { openWorking } from './working.ts';

/** Opens the data folder and puts the node together. Rejects with storage.* and secrets.* errors; then nothing is left open. */
export async function compose(options: EngineOptions): Promise<Engine> {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const state = await openState({ clock, random }, options);
  const { logger, settings, secrets, database } = state;
  const { committer, read } = database;
  const own = { clock, random, logger, committer, read, settings };
  const events = new Emitter<EngineEvents>();
  const touch = (...names: SliceName[]) => slices.touch(...names);

  const joined = (id: NetworkId) => settings.get(`networks.${id}.enabled`);

  const ledger = new Ledger(read);
  const sums = new LedgerSums(read);
  const earnings = new Earnings({ clock, sums });
  const { sensors, dataUse, availability, idleHistory } = openSensing(
    { ...own, learned: () => touch('availability') },
    { blind: options.rehearsing !== undefined, sensors: options.sensors },
  );
  const { workStore, capacity, lends, refusals, work, uptime } = openWorking(
    { ...own, availability, ledger, elsewhere: () => boxes.elsewhere(), networks: () => networkViews.standing() },
    options,
  );
  const backendDeps: BackendsDeps = {
    ...own,
    logger: logger.child('backends'),
    settings: backendSettings(settings),
    spentSince: (backendId, start) => workStore.tokensAt(backendId, start),
    awake: () => availability.answer().accepting,
  };
  const autoDetect = options.autoDetect && !options.practice;
  const backends = options.rehearsing ?? new Backends(backendDeps, { autoDetect });
  const release = new Release({ clock, hold: () => availability.hold(), work, models: backends, vram: sensors.vram });
  const backups = backupsOf({ clock, random }, state, options);
  await backups.start();
  const runners = new RunnersPart({ ...own, logger: logger.child('runners') }, options);
  const rehearsal = new Rehearsal({ ...backendDeps, compose }, { autoDetect });
  const jobRehearsals = new JobRehearsals({
    ...backendDeps,
    ...rehearsalSettings(settings),
    folder: join(options.dataDir, 'rehearsals'),
    open: options.open,
    compose,
  });
  // A rehearsal's directory is on this computer, and so is its node.
  const local = options.practice || options.rehearsing !== undefined;
  const accounting = openAccounting({ ...own, work, uptime, backends, sums, dataUse, local });
  const machine = openMachine(
    { ...own, accounting, slots: capacity, lends, uptime, sensors, availability, backends },
    options.dataDir,
  );
  const supervisor = new Supervisor({ ...own, logger: logger.child('supervisor'), changed: () => touch('node') });
  // Neither a rehearsal nor practice has an outside.
  const reachability = local || process.env.HEARTH_REACHABILITY === 'none' ? undefined : openReachability(own);
  const wallet = new WalletPart(
    {
      ...own,
      logger: logger.child('wallet'),
      ledger,
      vault: vaultOf(secrets, 'wallet'),
      ...walletSettings(settings, local),
    },
    () => touch('earnings'),
  );
  const boxes = new BoxesPart(
    {
      ...own,
      logger: logger.child('boxes'),
      capacity,
      work,
      ...boxSettings(settings),
      countData: (moved) => dataUse.count(moved),
      joined,
      networks: () => networks,
    },
    options,
  );
  const networks: readonly Network[] = createNetworks(
    {
      ...own,
      availability,
      dataUse,
      slots: capacity,
      work,
      workStore,
      claims: new Claims({ read, ledger }),
      ledger,
      wallet,
      boxes,
      settled: () => touch('earnings'),
      models: backends,
      inboundAddresses: reachability,
      inboundMemory: new InboundMemory(),
      secrets,
      fault: (name, error) => supervisor.fault(name, error),
      traced: !options.rehearsing,
      version: VERSION,
      beatMs: options.beatMs,
      pages: options.pages ?? (() => Promise.reject(new NoPages())),
      local,
    },
    { dataDir: options.dataDir },
  );

  const audit = new Audit(
    { clock, random, rehearsal, walletSecrets: async () => (wallet.exists ? (await wallet.get()).traces() : []) },
    { dataDir: options.dataDir, besides: options.known === undefined ? [] : [options.known] },
  );
  const inboundTry = new InboundTry({ clock, networks });
  const practice = options.practice ? new Practice({ ...own, wallet, logger: logger.child('practice') }) : undefined;
  superviseAll(
    supervisor,
    {
      practice,
      dataUse,
      availability,
      uptime,
      refusals,
      idleHistory,
      retention: options.rehearsing ? undefined : machine.retention,
      sumsCheck: options.rehearsing ? undefined : new SumsCheck({ ...own, logger: logger.child('payments') }),
      copies: local
        ? undefined
        : new DailyCopy(
            { clock, logger: logger.child('storage'), quiet: () => work.tasks === 0 && backups.view().busy === null },
            { dataDir: options.dataDir, file: read.name },
          ),
      backends: options.rehearsing ? undefined : backends,
      runners: options.rehearsing ? undefined : runners,
      boxes,
      reachability,
      wallet,
      networks,
      inboundTry,
    },
    joined,
  );

  const networkViews = new NetworkViews({ clock, networks, enabled: joined, working: (id) => work.runningFor(id) });
  const slices = new Slices(
    { clock },
    random.id(),
    {
      node: () => nodeViews.take(),
      availability: () => ({ ...availability.view(), room: memoryPressure.room, learned: idleHistory.view() }),
      backends: () => backends.views(),
      runners: () => runners.view(),
      boxes: () => boxes.view(),
      rehearsal: () => rehearsal.view(),
      work: () => work.view(),
      earnings: () => earnings.view(),
      networks: () => networkViews.take(),
      reachability: () => reachability?.view() ?? NO_INBOUND,
      settings: () => settings.view(),
      desktop: () => options.desktop?.view() ?? null,
      backup: () => backups.view(),
    },
    (name) => events.emit('changed', name),
  );

  const restarts = new NetworkRestarts({
    ...own,
    networks,
    supervisor,
    restartsFor: (id) => allFactories.find(({ manifest }) => manifest.id === id)!.manifest.restartsFor,
    wanted: joined,
    prepare: practice && ((id) => practice.follow(id)),
    failed: (error) => events.emit('fatal', error),
  });
  const disk = new DiskWatch({
    clock,
    committer,
    probe: () => workStore.probe(),
    changed: (trouble) => {
      availability.block(trouble !== null);
      touch('node');
    },
    fatal: (error) => events.emit('fatal', error),
  });
  const memoryPressure = new MemoryPressure({
    ...own,
    availability,
    work,
    release,
    changed: () => touch('availability'),
  });
  const parts = {
    ...own,
    state,
    secrets,
    availability,
    idleHistory,
    ledger,
    work,
    uptime,
    memoryPressure,
    release,
    backends,
    backups,
    runners,
    boxes,
    rehearsal,
    jobRehearsals,
    audit,
    accounting,
    machine,
    networks,
    restarts,
    disk,
    supervisor,
    slices,
    desktop: options.desktop,
    wallet,
  };
  const nodeViews = new NodeViews({ ...parts, networkViews, changed: () => touch('node') }, options);
  const deafen = announceChanges({ ...parts, touch, reachability }, options);
  const ending = new Ending(
    {
      ...parts,
      deafen: () => {
        deafen();
        nodeViews.stop();
      },
      removeBoxes: () => boxes.removeAll(),
      walletSat: () => satHeld(read),
      ended: () => events.emit('ended', undefined),
    },
    options,
  );

  const handlers = createHandlers({
    ...parts,
    ending,
    done: new DoneTasks(read),
    reachability: reachability ?? NOBODY_OUTSIDE,
    tryInbound: (on) => inboundTry.turn(on),
    renew: options.renew,
    dataDir: options.dataDir,
  });
  return engineOf({ ...parts, events, handlers, sensors, reachability, nodeViews, ending }, options);
}
