import { noSensors } from '../../src-main/availability/sensors/sensor.ts';
import { compose } from '../../src-main/engine/compose.ts';

/** A whole node without a display, which looks at nothing of this computer: tests run on laptops too, on battery and on the train. */
export const composed = (dataDir: string, more: Partial<Parameters<typeof compose>[0]> = {}) =>
  compose({
    dataDir,
    mode: 'headless',
    practice: false,
    logLevel: 'debug',
    autoDetect: false,
    sensors: noSensors,
    drainMs: 100,
    ...more,
  });
