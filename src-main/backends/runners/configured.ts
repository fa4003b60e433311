// The runners that the user of this computer has set up, and the end of all that they left when Hearth was ended in their midst.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunnerSetting } from '../../../src-preload/contract/settings/runners.ts';
import { assertNever } from '../../base/errors.ts';
import { Containers } from '../containers/containers.ts';
import { findEngine, type Surroundings, surroundings } from '../containers/engine.ts';
import { EngineElsewhere, EngineMissing } from '../containers/errors.ts';
import { installationOf } from '../containers/installation.ts';
import { containerRunner } from './container.ts';
import type { ContractDeps } from './contract.ts';
import { JOB_PREFIX, removeTree } from './job-folder.ts';
import { noopRunner } from './noop.ts';
import { killLeftPrograms, programRunner } from './program.ts';
import type { Runner } from './runner.ts';

/** As official nodes have it. */
const NOOP_SECS = 5;

export class ConfiguredRunners {
  readonly all: readonly Runner[];
  readonly #deps: ContractDeps;
  readonly #around: Surroundings;
  readonly #containers: Containers;

  constructor(deps: ContractDeps, settings: readonly RunnerSetting[], around: Surroundings = surroundings()) {
    this.#deps = deps;
    this.#around = around;
    this.#containers = new Containers(deps.clock, installationOf(deps.workFolder));
    const own = { ...deps, around, containers: this.#containers };
    this.all = settings.map((each) => {
      switch (each.kind) {
        case 'noop':
          return noopRunner(deps.clock, { capability: each.capability, sleepMs: (each.sleepSecs ?? NOOP_SECS) * 1000 });
        case 'program':
          return programRunner(deps, each);
        case 'container':
          return containerRunner(own, each);
        default:
          return assertNever(each);
      }
    });
  }

  /** Before the first job: ends programs, containers and folders of an earlier run that was ended in their midst. Never rejects. */
  async sweep(signal: AbortSignal): Promise<void> {
    const { clock, logger, workFolder } = this.#deps;
    const programs = await killLeftPrograms(clock, workFolder);
    const containers = await this.#sweepContainers(signal);
    const names = await readdir(workFolder).catch(() => []);
    const folders = names.filter((name) => name.startsWith(JOB_PREFIX));
    for (const name of folders) {
      await removeTree(join(workFolder, name)).catch((error: unknown) => {
        logger.error('the folder of an earlier job could not be removed', { name, error });
      });
    }
    if (programs + containers + folders.length > 0) {
      logger.info('cleared what earlier jobs had left', { programs, containers, folders: folders.length });
    }
  }

  async #sweepContainers(signal: AbortSignal): Promise<number> {
    try {
      const { docker } = await findEngine(this.#around, signal);
      const { gone, left } = await this.#containers.sweep(docker, signal);
      for (const { error } of left) this.#deps.logger.warn('a container of an earlier job is left', { error });
      return gone.length;
    } catch (error) {
      // Most computers have no engine, and so no containers.
      const none = error instanceof EngineMissing || error instanceof EngineElsewhere;
      if (!none) this.#deps.logger.warn('containers of earlier jobs could not be cleared', { error });
      return 0;
    }
  }
}
