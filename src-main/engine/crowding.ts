// When a program of the user's list starts, what it wants for itself is the memory of the graphics card.

import type { Availability } from '../availability/availability.ts';
import type { Release } from '../availability/release.ts';
import type { Logger } from '../base/logger.ts';
import type { Settings } from '../settings/settings.ts';

export interface CrowdingDeps {
  readonly logger: Logger;
  readonly settings: Pick<Settings, 'get'>;
  readonly availability: Pick<Availability, 'answer'>;
  readonly release: Pick<Release, 'makeRoom'>;
}

export class Crowding {
  readonly #deps: CrowdingDeps;
  #crowded = false;

  constructor(deps: CrowdingDeps) {
    this.#deps = deps;
  }

  /** Makes room once for each time that such a program comes. */
  look(): void {
    const { logger, settings, availability, release } = this.#deps;
    const { why, also } = availability.answer();
    const before = this.#crowded;
    this.#crowded = [why, ...also].some((each) => each?.code === 'apps');
    if (!this.#crowded || before || !settings.get('availability.apps').unload) return;
    release.makeRoom(settings.get('availability.finishSeconds') * 1000).then(
      ({ unloaded, kept }) => logger.info('made room for a program', { unloaded: unloaded.length, kept: kept.length }),
      (error: unknown) => logger.warn('no room could be made for a program', { error }),
    );
  }
}
