// The composition root: plain constructor calls in order, the only place that knows everybody. It knows nothing of Electron.

import { join } from 'node:path';
import { endOf } from '../../src-preload/contract/left.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import type { NodeView } from '../../src-preload/contract/node.ts';
import { Availability } from '../availability/availability.ts';
import { DataUse } from '../availability/data-use.ts';
import { IdleHistory } from '../availability/idle-history.ts';
import { Release } from '../availability/release.ts';
import { noSensors } from '../availability/sensors/sensor.ts';
import { systemSensors } from '../availability/sensors/system.ts';
import { Backends, type BackendsDeps } from '../backends/pool.ts';
import { systemClock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { HearthError } from '../base/errors.ts';
import { systemRandom } from '../base/random.ts';
import { InboundMemory } from '../inbound/memory.ts';
import { LogFile } from '../logs/log-file.ts';
import type { Departure } from '../networks/network.ts';
import { createNetworks, identitiesIn } from '../networks/registry.ts';
import { Claims } from '../payments/claims.ts';
import { Earnings } from '../payments/earnings.ts';
import { Ledger } from '../payments/ledger.ts';
import { SettledQuarters } from '../payments/settled.ts';
import { NO_INBOUND } from '../reachability/picture.ts';
import { Capacity } from '../work/capacity.ts';
import { DoneTasks } from '../work/done.ts';
import { Refusals } from '../work/refusals.ts';
import { WorkStore } from '../work/store.ts';
import { Uptime } from '../work/uptime.ts';
import { Work } from '../work/work.ts';
import { openAccounting } from './accounting.ts';
import { Audit } from './audit.ts';
import { DailyCopy } from './daily-copy.ts';
import { diagnose } from './diagnostics.ts';
import { DiskWatch } from './disk-watch.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { createHandlers } from './handlers.ts';
import { InboundTry } from './inbound-try.ts';
import { lending, thisMachine } from './lent.ts';
import { openMachine } from './machine.ts';
import { MemoryPressure } from './memory-pressure.ts';
import { NetworkRestarts } from './network-restarts.ts';
import { NetworkViews } from './network-views.ts';
import { backupsOf } from './node-folder.ts';
import { openState } from './open-state.ts';
import { Practice } from './practice.ts';
import { remember } from './prior-run.ts';
import { openReachability } from './reach.ts';
import { Rehearsal } from './rehearsal.ts';
import { removeFiles, removeLock, whatThereIs } from './removal.ts';
import { type SliceName, Slices } from './slices.ts';
import { stateOf } from './state.ts';
import { Supervisor } from './supervisor.ts';
import { VERSION } from './version.ts';

const DRAIN_MS = 30_000;
const DRAIN_GRACE_MS = 2000;
const METERED_MS = 5000;
const BEAT_MS = 30_000;
const MINUTE_MS = 60_000;

/** Opens the data folder and puts the node together. Rejects with storage.* and secrets.* errors; then nothing is left open. */
export async function compose(options: EngineOptions): Promise<Engine> {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const state = await openState({ clock, random }, options);
  const { logger, settings, secrets, database } = state;
  const { committer, read } = database;
  const events = new Emitter<{ changed: SliceName; fatal: Error; ended: undefined }>();
  const touch = (...names: SliceName[]) => slices.touch(...names);

  const ledger = new Ledger(read);
  const workStore = new WorkStore(read);
  const states = new SettledQuarters({ clock, read });
  const earnings = new Earnings({
    clock,
    ledger,
    states,
    changed: () => touch('earnings'),
  });
  const dataUse = new DataUse({ clock, logger: logger.child('availability'), committer, read });
  const blind = options.rehearsing !== undefined || process.env.HEARTH_SENSORS === 'none';
  const ownSensors = blind ? noSensors : systemSensors({ clock, ...process, root: '/' });
  const sensors = { ...ownSensors, ...options.sensors };
  const availability = new Availability({
    clock,
    logger: logger.child('availability'),
    settings,
    sensors,
    use: dataUse,
  });
  const idleHistory = new IdleHistory({
    clock,
    logger: logger.child('availability'),
    settings,
    sensor: sensors.idle,
    committer,
    read,
    changed: () => touch('availability'),
  });
  const capacity = new Capacity({
    clock,
    ...lending({ settings, answer: () => availability.answer(), machine: thisMachine(options.dataDir) }),
    longestOffer: () => availability.longestOffer(),
  });
  const refusals = new Refusals({ clock, logger: logger.child('work'), committer, read });
  const work = new Work({
    clock,
    logger: logger.child('work'),
    committer,
    store: workStore,
    ledger,
    refusals,
    capacity,
    handBack: () => settings.get('capacity.pausedJobs') === 'hand-back',
  });
  const uptime = new Uptime({
    clock,
    logger: logger.child('work'),
    committer,
    read,
    open: () => availability.answer().accepting,
    busy: () => work.running > 0,
  });
  const backendDeps: BackendsDeps = {
    clock,
    random,
    logger: logger.child('backends'),
    settings: {
      inference: () => settings.get('backends.inference'),
      models: () => settings.get('backends.models'),
      refused: () => settings.get('safety.refused'),
      keyFor: (url) => settings.backendKey(url),
      onChange: (listener) => settings.onChange((path) => /^(backends|safety)\./.test(path) && listener()),
    },
    spentSince: (backendId, start) => workStore.tokensAt(backendId, start),
    awake: () => availability.answer().accepting,
  };
  const autoDetect = options.autoDetect && !options.practice;
  const backends = options.rehearsing ?? new Backends(backendDeps, { autoDetect });
  const release = new Release({
    clock,
    hold: () => availability.hold(),
    work,
    models: backends,
    vram: sensors.vram,
  });
  const backups = backupsOf({ clock, random }, state, options);
  await backups.start();
  const rehearsal = new Rehearsal({ ...backendDeps, compose }, { autoDetect });
  const audit = new Audit(
    { clock, random, rehearsal },
    { dataDir: options.dataDir, besides: options.known === undefined ? [] : [options.known] },
  );
  // A rehearsal's directory is on this computer, and so is its node.
  const local = options.practice || options.rehearsing !== undefined;
  const accounting = openAccounting({ clock, read, settings, work, uptime, backends, states, dataUse, local });
  const machine = openMachine(
    { clock, logger, committer, read, settings, accounting, slots: capacity, uptime, sensors, availability, backends },
    options.dataDir,
  );
  const supervisor = new Supervisor({
    clock,
    random,
    logger: logger.child('supervisor'),
    changed: () => touch('node'),
  });
  // Neither a rehearsal nor practice has an outside.
  const reachability =
    local || process.env.HEARTH_REACHABILITY === 'none'
      ? undefined
      : openReachability({
          clock,
          random,
          logger,
          committer,
          read,
          settings,
          tag: () => identitiesIn(secrets)[0]?.nodeId.slice(0, 8) ?? '',
        });
  // A folder that is named is for the node itself; two could not write one file.
  const logDir = (!local && process.env.IICP_LOG_DIR) || join(options.dataDir, 'logs');
  const networks = createNetworks({
    clock,
    random,
    logger,
    committer,
    read,
    settings,
    availability,
    dataUse,
    slots: capacity,
    work,
    workStore,
    claims: new Claims({ read, ledger }),
    settled: () => touch('earnings'),
    models: backends,
    inboundAddresses: reachability,
    inboundMemory: new InboundMemory(),
    vault: { get: (name) => secrets.get(name), put: (values) => secrets.putAll(values) },
    fault: (name, error) => supervisor.fault(name, error),
    lineFile: (name, lost) => new LogFile({ clock }, { dir: logDir, name, lost, size: '10M', generations: 3 }),
    traced: !options.rehearsing,
    version: VERSION,
    beatMs: options.beatMs ?? BEAT_MS,
    practice: local,
  });

  if (options.practice) {
    supervisor.add({
      service: new Practice({ clock, random, logger: logger.child('practice'), settings }),
      vital: true,
    });
  }
  supervisor.add({ service: dataUse, vital: false });
  supervisor.add({ service: availability, vital: false });
  supervisor.add({ service: uptime, vital: false });
  supervisor.add({ service: refusals, vital: false });
  supervisor.add({ service: idleHistory, vital: false });
  if (!options.rehearsing) supervisor.add({ service: machine.retention, vital: false });
  if (!local) {
    const copies = new DailyCopy(
      { clock, logger: logger.child('storage'), quiet: () => work.tasks === 0 && backups.view().busy === null },
      { dataDir: options.dataDir, file: read.name },
    );
    supervisor.add({ service: copies, vital: false });
  }
  if (!options.rehearsing) supervisor.add({ service: backends, vital: false });
  if (reachability) supervisor.add({ service: reachability, vital: false });
  for (const network of networks) {
    supervisor.add({ service: network, vital: false, wanted: () => settings.get(`networks.${network.id}.enabled`) });
  }

  const inboundTry = new InboundTry({ clock, networks });
  supervisor.add({ service: inboundTry, vital: false });

  const networkViews = new NetworkViews({
    clock,
    networks,
    enabled: (id) => settings.get(`networks.${id}.enabled`),
    working: (id) => work.runningFor(id),
  });
  const startedAt = clock.now();
  let started = false;
  const slices = new Slices(
    { clock },
    random.id(),
    {
      node: nodeView,
      availability: () => ({ ...availability.view(), room: memoryPressure.room, learned: idleHistory.view() }),
      backends: () => backends.views(),
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

  let saidAgain: (() => void) | undefined;

  function nodeView(): NodeView {
    const services = supervisor.health();
    const answer = availability.answer();
    const now = clock.now();
    const endsAt = answer.accepting || work.tasks === 0 ? null : endOf(work.view(), now);
    // What is said of the time left is true for a minute.
    if (endsAt !== null) {
      saidAgain ??= clock.after(MINUTE_MS, () => {
        saidAgain = undefined;
        touch('node');
      });
    }
    return {
      ...stateOf(
        {
          started,
          availability: answer,
          now,
          working: work.tasks,
          endsAt,
          networks: networkViews.take(),
          troubles: [...(disk.trouble ? [disk.trouble] : []), ...services.flatMap(({ reason }) => reason ?? [])],
          models: backends.offered().length,
        },
        options.practice,
      ),
      version: VERSION,
      mode: options.mode,
      practice: options.practice,
      name: settings.get('node.name'),
      sharing: settings.get('node.sharing'),
      pausedUntil: answer.accepting ? null : answer.until,
      working: work.tasks,
      endsAt,
      slots: answer.slots,
      startedAt,
      dataFolder: options.dataDir,
      keyHolder: secrets.holder,
      services,
    };
  }

  const restarts = new NetworkRestarts({
    networks,
    supervisor,
    wanted: (id) => settings.get(`networks.${id}.enabled`),
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
    clock,
    logger,
    settings,
    availability,
    work,
    release,
    changed: () => touch('availability'),
  });
  const offs = [
    work.on('changed', () => touch('work', 'node')),
    work.on('changed', () => {
      uptime.look();
      memoryPressure.look();
    }),
    work.on('earned', () => touch('earnings', 'backup')),
    backups.onChange(() => touch('backup')),
    rehearsal.onChange(() => touch('rehearsal')),
    backends.onChange(() => touch('backends', 'node')),
    settings.onChange((path) => {
      touch('settings', 'node');
      // Practice sets its own before the network starts; anybody else comes too late for that start.
      restarts.changed(path, { expected: options.practice });
    }),
    availability.on('answer', () => {
      touch('availability', 'node');
      memoryPressure.look();
    }),
    availability.on('answer', () => {
      uptime.look();
      work.accepting(availability.answer().accepting);
    }),
    availability.on('view', () => touch('availability')),
    ...(options.desktop ? [options.desktop.onChange(() => touch('desktop'))] : []),
    ...networks.map((network) => network.onChange(() => touch('networks', 'node'))),
    ...(reachability ? [reachability.onChange(() => touch('reachability'))] : []),
  ];

  const handlers = createHandlers({
    clock,
    slices,
    settings,
    availability,
    release,
    idleHistory,
    accounting,
    machine,
    work,
    networks,
    restarts,
    done: new DoneTasks(read),
    backends,
    rehearsal,
    reachability: reachability ?? NOBODY_OUTSIDE,
    tryInbound: (on) => inboundTry.turn(on),
    desktop: options.desktop,
    backups,
    renew: options.renew,
    diagnose: (asked) =>
      diagnose(
        {
          clock,
          secrets,
          ask: (name, input) => handlers[name](input),
          dataDir: options.dataDir,
          sqliteVersion: () => String(read.prepare('SELECT sqlite_version()').pluck().get()),
        },
        asked,
      ),
    audit,
    removal: { list: () => whatThereIs(options), run: remove },
    moveKey: async (to, ask) => {
      await secrets.changeHolder(to, to === 'passphrase' ? ask : undefined);
      touch('node');
    },
  }) as unknown as Record<RequestName, (input: unknown) => unknown>;
  let stopping: Promise<void> | undefined;
  let removed = false;

  /** So that this folder, once it is gone, is missed. */
  function rememberFolder(): void {
    if (options.known === undefined || !backups.view().needed) return;
    try {
      remember(options.known, options.dataDir);
    } catch (error) {
      logger.warn('the list of data folders could not be written', { error });
    }
  }

  /** The last that this engine does, and the last that is left to do: whoever owns it is told to end. */
  async function remove({ keepKeys }: { readonly keepKeys: boolean }) {
    if (stopping) throw gone();
    // The desktop app sees to it while the node leaves. A disk that takes nothing more is no reason to stay.
    await settings.set('desktop.openAtLogin', false).catch(() => undefined);
    // It is in the database, which may stay for the identity and the earnings in it.
    await idleHistory
      .forget()
      .catch((error: unknown) => logger.warn('what was learned could not be removed', { error }));
    let left = whatThereIs(options);
    stopping = shutDown(options.drainMs ?? DRAIN_MS, 'leave', () => {
      left = removeFiles(options, { keepKeys, remains: [] });
    });
    await stopping;
    removeLock(options.dataDir);
    removed = true;
    setImmediate(() => events.emit('ended', undefined));
    return left;
  }

  function drain(): void {
    availability.drain();
    touch('node');
  }

  async function shutDown(drainMs: number, departure: Departure, locked?: () => void): Promise<void> {
    await Promise.all([rehearsal.stop(), backups.stop(), audit.stop()]);
    drain();
    await work.conclude('quit', drainMs, DRAIN_GRACE_MS);
    await restarts.settled();
    await Promise.all(networks.map((network) => network.leave(departure)));
    disk.rest();
    await supervisor.stop();
    rememberFolder();
    for (const off of offs) off();
    saidAgain?.();
    disk.stop();
    slices.flush();
    await state.close(locked);
  }

  return {
    logger,
    dataDir: options.dataDir,
    handle: async (name, input) => {
      if (removed) throw gone();
      return handlers[name](input);
    },
    onChange: (listener) => events.on('changed', listener),
    onEnded: (listener) => events.on('ended', () => listener()),
    onFatal: (listener) => events.on('fatal', listener),
    take: (name) => slices.take(name),
    look: (...rules) => availability.look(...rules),
    suspend(on) {
      availability.suspend(on);
      for (const network of networks) network.tellNow();
      if (!on) void reachability?.woke();
    },
    unlocked: () => void reachability?.woke(),
    trial: (until) => availability.trial(until),
    metered: async () => {
      const reading = await sensors.metered.read(AbortSignal.timeout(METERED_MS));
      return reading.ok ? reading.value.metered : undefined;
    },
    drain,
    async start() {
      restarts.starting();
      await work.recover();
      await supervisor.start();
      started = true;
      restarts.started();
      rememberFolder();
      touch('node', 'availability', 'networks', 'backends', 'work', 'earnings', 'settings', 'backup');
      logger.info('started', { version: VERSION, mode: options.mode, practice: options.practice });
    },
    stop({ drainMs = options.drainMs ?? DRAIN_MS, departure = 'restart' } = {}) {
      stopping ??= shutDown(drainMs, departure);
      return stopping;
    },
  };
}

const NOBODY_OUTSIDE = {
  test: () => Promise.resolve(),
  routerTitle: () => Promise.resolve(null),
  log: () => [],
  report: () => 'Nobody outside is asked.\n',
};

function gone(): HearthError {
  return new HearthError({
    code: 'engine.gone',
    category: 'cancelled',
    message: 'This node is stopping or was removed from this computer.',
  });
}
