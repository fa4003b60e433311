import { composed } from '../../support/composed.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { until } from '../../support/wait.ts';
import { type Manager, startManager } from './manager.ts';

type OnTestFinished = (done: () => Promise<void>) => void;

/** A whole node, with Parcel joined at a manager of its own. */
export async function joined(onTestFinished: OnTestFinished) {
  const manager = await startManager();
  onTestFinished(() => manager.stop());
  return await joinedAt(manager, temporaryFolder(), onTestFinished);
}

/** On a data folder that may be of a node before. */
export async function joinedAt(manager: Manager, dataDir: string, onTestFinished: OnTestFinished) {
  const engine = await composed(dataDir);
  onTestFinished(() => engine.stop());
  const set = async (path: string, value: unknown) => void (await engine.handle('settings.set', { path, value }));
  await set('networks.parcel.managerUrl', manager.url);
  await set('networks.parcel.enabled', true);
  await engine.start();
  const view = () => engine.take('networks').value.find(({ title }) => title === 'Parcel')!;
  await until('Parcel to be online', () => view().state === 'online');
  return { manager, engine, dataDir, set, view };
}
