// What says whether to share now, put together: the system's sensors, what data was moved, when no one is at the computer.

import type { Database } from 'better-sqlite3';
import { Availability } from '../availability/availability.ts';
import { DataUse } from '../availability/data-use.ts';
import { IdleHistory } from '../availability/idle-history.ts';
import { noSensors, type Sensors } from '../availability/sensors/sensor.ts';
import { systemSensors } from '../availability/sensors/system.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Settings } from '../settings/settings.ts';
import type { Committer } from '../storage/write.ts';

export interface SensingDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly committer: Committer;
  readonly read: Database;
  readonly settings: Settings;
  /** What was learned of idle time is not as it was. */
  readonly learned: () => void;
}

export interface Sensing {
  readonly sensors: Sensors;
  readonly dataUse: DataUse;
  readonly availability: Availability;
  readonly idleHistory: IdleHistory;
}

/** `blind`: nothing of the system is read but by the sensors that are handed in. */
export function openSensing(
  deps: SensingDeps,
  options: { readonly blind: boolean; readonly sensors?: Partial<Sensors> | undefined },
): Sensing {
  const { clock, committer, read, settings, learned } = deps;
  const logger = deps.logger.child('availability');
  const blind = options.blind || process.env.HEARTH_SENSORS === 'none';
  const sensors = {
    ...(blind ? noSensors : systemSensors({ clock, ...process, root: '/' })),
    ...options.sensors,
  };
  const dataUse = new DataUse({ clock, logger, committer, read });
  const availability = new Availability({ clock, logger, settings, sensors, use: dataUse });
  const idleHistory = new IdleHistory({
    clock,
    logger,
    settings,
    sensor: sensors.idle,
    committer,
    read,
    changed: learned,
  });
  return { sensors, dataUse, availability, idleHistory };
}
