// Whether an engine can limit what a box writes to the disk: by trying, since no engine says so. A volume with a limit
// is made and removed.

import { LABEL } from '../containers/containers.ts';
import type { Engine } from '../containers/engine.ts';
import type { DiskLimit } from './backend.ts';
import { BOX_LABEL, volumeOf } from './box-plan.ts';
import { unlessAbsent } from './engine-requests.ts';

export class DiskTrial {
  readonly #engine: Engine;
  readonly #installation: string;
  #limit: Promise<DiskLimit> | undefined;

  constructor(engine: Engine, installation: string) {
    this.#engine = engine;
    this.#installation = installation;
  }

  /** Tried once, until it is to be forgotten. */
  limit(): Promise<DiskLimit> {
    this.#limit ??= this.#try().then((holds) => (holds ? 'quota' : 'memory'));
    return this.#limit;
  }

  forget(): void {
    this.#limit = undefined;
  }

  async #try(): Promise<boolean> {
    const { docker, make } = this.#engine;
    const name = volumeOf(this.#installation, 'trial');
    const volume = docker.getVolume(name);
    await unlessAbsent(volume.remove()).catch(() => undefined);
    try {
      await docker.createVolume({
        Name: name,
        Driver: 'local',
        DriverOpts: make === 'podman' ? { o: 'size=1m' } : { size: '1m' },
        // A sweep finds one that a crash has left.
        Labels: { [LABEL]: this.#installation, [BOX_LABEL]: 'trial' },
      });
      return true;
    } catch {
      return false;
    } finally {
      await unlessAbsent(volume.remove()).catch(() => undefined);
    }
  }
}
