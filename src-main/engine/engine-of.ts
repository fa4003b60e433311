// An engine as its owner has it, over the parts that were put together.

import type { RequestName } from '../../src-preload/contract/names.ts';
import type { Availability } from '../availability/availability.ts';
import type { Sensors } from '../availability/sensors/sensor.ts';
import type { Emitter } from '../base/emitter.ts';
import { NetworkCannot } from '../networks/errors.ts';
import type { Network } from '../networks/network.ts';
import type { Reachability } from '../reachability/reachability.ts';
import type { Ending } from './ending.ts';
import type { Engine, EngineOptions } from './engine.ts';
import type { JobRehearsals } from './job-rehearsal.ts';
import type { NetworkRestarts } from './network-restarts.ts';
import type { NodeViews } from './node-view.ts';
import { type RecoverDeps, recoverWork } from './recover.ts';
import type { SliceName, Slices } from './slices.ts';
import type { Supervisor } from './supervisor.ts';
import { VERSION } from './version.ts';

export type EngineEvents = {
  readonly changed: SliceName;
  readonly fatal: Error;
  readonly ended: undefined;
};

export interface EngineParts extends RecoverDeps {
  readonly events: Pick<Emitter<EngineEvents>, 'on'>;
  readonly handlers: Readonly<Record<RequestName, (input: unknown) => unknown>>;
  readonly availability: Pick<Availability, 'look' | 'suspend' | 'trial'>;
  readonly sensors: Pick<Sensors, 'metered'>;
  readonly networks: readonly Network[];
  readonly reachability: Pick<Reachability, 'woke'> | undefined;
  readonly restarts: Pick<NetworkRestarts, 'starting' | 'started'>;
  readonly supervisor: Pick<Supervisor, 'start'>;
  readonly nodeViews: Pick<NodeViews, 'started'>;
  readonly jobRehearsals: Pick<JobRehearsals, 'sweep'>;
  readonly slices: Pick<Slices, 'take' | 'touch'>;
  readonly ending: Pick<Ending, 'assertThere' | 'rememberFolder' | 'drain' | 'stop'>;
}

const METERED_MS = 5000;

export function engineOf(parts: EngineParts, { dataDir, mode, practice }: EngineOptions): Engine {
  const { logger, events, handlers, availability, sensors, networks, reachability, slices, ending } = parts;
  return {
    logger,
    dataDir,
    handle: async (name, input) => {
      ending.assertThere();
      return handlers[name](input);
    },
    async visit(id, node) {
      ending.assertThere();
      const link = await networks.find((network) => network.id === id)?.visit?.(node);
      if (link === undefined) throw new NetworkCannot(id, 'console');
      return link;
    },
    onChange: (listener) => events.on('changed', listener),
    onEnded: (listener) => events.on('ended', () => listener()),
    onFatal: (listener) => events.on('fatal', listener),
    take: (name) => slices.take(name),
    look: (...rules) => availability.look(...rules),
    suspend(on) {
      availability.suspend(on);
      for (const network of networks) network.tellNow?.();
      if (!on) void reachability?.woke();
    },
    unlocked: () => void reachability?.woke(),
    trial: (until) => availability.trial(until),
    metered: async () => {
      const reading = await sensors.metered.read(AbortSignal.timeout(METERED_MS));
      return reading.ok ? reading.value.metered : undefined;
    },
    drain: () => ending.drain(),
    async start() {
      const { restarts, supervisor, nodeViews, jobRehearsals } = parts;
      restarts.starting();
      await recoverWork(parts);
      await supervisor.start();
      nodeViews.started();
      restarts.started();
      ending.rememberFolder();
      void jobRehearsals.sweep();
      slices.touch('node', 'availability', 'networks', 'backends', 'work', 'earnings', 'settings', 'backup');
      logger.info('started', { version: VERSION, mode, practice });
    },
    stop: ({ drainMs, departure = 'restart' } = {}) => ending.stop(departure, drainMs),
  };
}
