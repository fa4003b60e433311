// Which change of which part makes which slices new, and what else has to look then.

import type { Availability } from '../availability/availability.ts';
import type { Backends } from '../backends/pool.ts';
import type { Backups } from '../backup/backups.ts';
import type { Network } from '../networks/network.ts';
import type { Ledger } from '../payments/ledger.ts';
import type { Reachability } from '../reachability/reachability.ts';
import type { Settings } from '../settings/settings.ts';
import type { Uptime } from '../work/uptime.ts';
import type { Work } from '../work/work.ts';
import type { BoxesPart } from './boxes/part.ts';
import type { DesktopSide } from './desktop-side.ts';
import type { MemoryPressure } from './memory-pressure.ts';
import type { NetworkRestarts } from './network-restarts.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { RunnersPart } from './runners.ts';
import type { SliceName } from './slices.ts';

export interface AnnounceDeps {
  readonly touch: (...names: SliceName[]) => void;
  readonly ledger: Pick<Ledger, 'on'>;
  readonly work: Pick<Work, 'on' | 'accepting'>;
  readonly uptime: Pick<Uptime, 'look'>;
  readonly memoryPressure: Pick<MemoryPressure, 'look'>;
  readonly backups: Pick<Backups, 'onChange'>;
  readonly runners: Pick<RunnersPart, 'onChange'>;
  readonly boxes: Pick<BoxesPart, 'onChange' | 'look' | 'probe' | 'lookAtImages' | 'lookAtCards'>;
  readonly rehearsal: Pick<Rehearsal, 'onChange'>;
  readonly backends: Pick<Backends, 'onChange'>;
  readonly settings: Pick<Settings, 'onChange'>;
  readonly availability: Pick<Availability, 'on' | 'answer'>;
  readonly networks: readonly Pick<Network, 'onChange'>[];
  readonly restarts: Pick<NetworkRestarts, 'changed'>;
  readonly desktop: Pick<DesktopSide, 'onChange'> | undefined;
  readonly reachability: Pick<Reachability, 'onChange'> | undefined;
}

/** `practice` sets its own settings before the networks start; any other change comes too late for that start. Returns its off. */
export function announceChanges(deps: AnnounceDeps, { practice }: { readonly practice: boolean }): () => void {
  const { touch, work, uptime, memoryPressure, availability } = deps;
  const offs = [
    // What a network says of itself counts its work, and what it lacks at the model servers.
    work.on('changed', () => touch('work', 'node', 'networks')),
    work.on('changed', () => {
      uptime.look();
      memoryPressure.look();
    }),
    deps.ledger.on('booked', () => touch('earnings', 'backup')),
    deps.backups.onChange(() => touch('backup')),
    deps.runners.onChange(() => touch('runners')),
    deps.boxes.onChange(() => touch('boxes')),
    deps.rehearsal.onChange(() => touch('rehearsal')),
    deps.backends.onChange(() => touch('backends', 'node', 'networks')),
    deps.settings.onChange((path) => {
      touch('settings', 'node', 'networks');
      uptime.look();
      if (path.endsWith('.enabled') || path === 'backends.boxEngine') deps.boxes.look();
      if (path === 'backends.encryptedVolumes' || path === 'backends.sizedVolumes') deps.boxes.probe();
      if (CARDS.has(path)) deps.boxes.lookAtCards({ others: path === 'backends.boxGraphics' });
      // An engine that does not answer is looked for as ever, and asked then.
      if (BOX_OFFER.has(path)) void deps.boxes.lookAtImages().catch(() => undefined);
      deps.restarts.changed(path, { expected: practice });
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
    ...deps.networks.map((network) =>
      network.onChange(() => {
        touch('networks', 'node');
        uptime.look();
      }),
    ),
    deps.desktop?.onChange(() => touch('desktop')),
    deps.reachability?.onChange(() => touch('reachability')),
  ];
  return () => {
    for (const off of offs) off?.();
  };
}

const CARDS: ReadonlySet<string> = new Set(['backends.boxGraphics', 'backends.boxEngine', 'capacity.gpuMiB']);

const BOX_OFFER: ReadonlySet<string> = new Set([
  'backends.boxImages',
  'backends.boxInternet',
  'backends.machines',
  'backends.machinesWithoutKvm',
]);
