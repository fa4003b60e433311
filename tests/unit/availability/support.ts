// Settings in memory, held to the contract, and sensors whose readings a test sets.

import {
  NO_ANSWER,
  NOT_HERE,
  noSensors,
  type Reading,
  reads,
  type Sensor,
  type Sensors,
} from '../../../src-main/availability/sensors/sensor.ts';
import { Emitter } from '../../../src-main/base/emitter.ts';
import { type SettingPath, type SettingValue, settings } from '../../../src-preload/contract/settings/index.ts';

export function memorySettings(given: Partial<{ [P in SettingPath]: SettingValue<P> }> = {}) {
  const values = new Map<string, unknown>(Object.entries(given));
  const events = new Emitter<{ changed: SettingPath }>();
  /** While set, a change is refused, as by a full disk. */
  let trouble: Error | undefined;
  return {
    get: <P extends SettingPath>(path: P): SettingValue<P> =>
      structuredClone(values.has(path) ? values.get(path) : settings[path].initial) as SettingValue<P>,
    async set<P extends SettingPath>(path: P, value: SettingValue<P>): Promise<void> {
      const parsed = settings[path].schema.parse(value);
      await Promise.resolve();
      if (trouble) throw trouble;
      values.set(path, parsed);
      events.emit('changed', path);
    },
    onChange: (listener: (path: SettingPath) => void) => events.on('changed', listener),
    fail(error: Error | undefined) {
      trouble = error;
    },
  };
}

export interface SetSensor<T> extends Sensor<T> {
  /** What the next readings are. */
  now: Reading<T>;
  /** How often it was read. */
  count: number;
  /** While set, a reading waits for it or for its signal. */
  hold: Promise<void> | undefined;
}

export function setSensor<T>(everyMs: number, value: T): SetSensor<T> {
  return {
    everyMs,
    now: reads(value),
    count: 0,
    hold: undefined,
    async read(signal) {
      this.count += 1;
      if (!this.hold) return this.now;
      const late = new Promise<'late'>((resolve) => signal.addEventListener('abort', () => resolve('late')));
      return (await Promise.race([this.hold, late])) === 'late' ? NO_ANSWER : this.now;
    },
  };
}

export { NO_ANSWER, NOT_HERE, noSensors, type Reading, reads, type Sensors };
