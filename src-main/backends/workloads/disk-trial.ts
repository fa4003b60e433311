// Whether an engine can limit what a box writes to the disk: by trying, since no engine says so. A volume with a limit is made and removed.
// Where the engine has none, one of this computer's own takes its place, if its owner allows that and it works.

import type { Logger } from '../../base/logger.ts';
import { LABEL } from '../containers/containers.ts';
import type { Engine } from '../containers/engine.ts';
import { unlessAbsent } from '../containers/requests.ts';
import type { DiskLimit } from './backend.ts';
import { BOX_TIMES } from './bounds.ts';
import { BOX_LABEL, ownVolumeOf, volumeOf } from './box-plan.ts';
import { HELPER_START_MS } from './volumes/commands.ts';
import type { Volumes } from './volumes/volumes.ts';

export interface DiskTrialDeps {
  readonly engine: Engine;
  readonly installation: string;
  readonly logger: Logger;
  readonly volumes: Pick<Volumes, 'create' | 'destroy' | 'isOpen'>;
  readonly sizes: () => boolean;
}

const TRIAL_MIB = 8;

export class DiskTrial {
  readonly #deps: DiskTrialDeps;
  #limit: Promise<DiskLimit> | undefined;

  constructor(deps: DiskTrialDeps) {
    this.#deps = deps;
  }

  /** Tried once, until it is to be forgotten. */
  limit(): Promise<DiskLimit> {
    this.#limit ??= this.#find();
    return this.#limit;
  }

  forget(): void {
    this.#limit = undefined;
  }

  async #find(): Promise<DiskLimit> {
    if (await this.#hasQuotas()) return 'quota';
    return this.#deps.sizes() && (await this.#hasVolumes()) ? 'volume' : 'memory';
  }

  async #hasQuotas(): Promise<boolean> {
    const { engine, installation } = this.#deps;
    const { docker, make } = engine;
    const name = volumeOf(installation, 'trial');
    const volume = docker.getVolume(name);
    await unlessAbsent(volume.remove()).catch(() => undefined);
    try {
      await docker.createVolume({
        Name: name,
        Driver: 'local',
        DriverOpts: make === 'podman' ? { o: 'size=1m' } : { size: '1m' },
        // A sweep finds one that a crash has left.
        Labels: { [LABEL]: installation, [BOX_LABEL]: 'trial' },
      });
      return true;
    } catch {
      return false;
    } finally {
      await unlessAbsent(volume.remove()).catch(() => undefined);
    }
  }

  async #hasVolumes(): Promise<boolean> {
    const { volumes, installation, engine, logger } = this.#deps;
    const name = ownVolumeOf(installation, 'trial');
    const patience = AbortSignal.timeout(HELPER_START_MS + BOX_TIMES.ask);
    try {
      await volumes.create({ name, mib: TRIAL_MIB, ofRoot: !engine.rootless }, patience);
      return await volumes.isOpen(name);
    } catch (error) {
      logger.warn('no volumes of the size that boxes are sold with', { error });
      return false;
    } finally {
      await volumes.destroy(name, patience).catch(() => undefined);
    }
  }
}
