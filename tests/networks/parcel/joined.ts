import { noSensors } from '../../../src-main/availability/sensors/sensor.ts';
import { compose } from '../../../src-main/engine/compose.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { until } from '../../support/wait.ts';
import { startManager } from './manager.ts';

/** A whole node, with Parcel joined at a manager of its own. */
export async function joined(onTestFinished: (done: () => Promise<void>) => void) {
  const manager = await startManager();
  onTestFinished(() => manager.stop());
  const dataDir = temporaryFolder();
  const engine = await compose({
    dataDir,
    mode: 'headless',
    practice: false,
    logLevel: 'debug',
    autoDetect: false,
    sensors: noSensors,
    drainMs: 100,
  });
  onTestFinished(() => engine.stop());
  const set = async (path: string, value: unknown) => void (await engine.handle('settings.set', { path, value }));
  await set('networks.parcel.managerUrl', manager.url);
  await set('networks.parcel.enabled', true);
  await engine.start();
  const view = () => engine.take('networks').value.find(({ title }) => title === 'Parcel')!;
  await until('Parcel to be online', () => view().state === 'online');
  return { manager, engine, dataDir, set, view };
}
