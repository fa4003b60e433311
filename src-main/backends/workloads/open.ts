// Boxes at the engine of this computer, put together.

import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { runner } from '../../base/run.ts';
import { type Engine, findEngine, type Surroundings, surroundings } from '../containers/engine.ts';
import { installationOf } from '../containers/installation.ts';
import type { WorkloadBackend } from './backend.ts';
import { BOX } from './bounds.ts';
import { BoxImages } from './box-images.ts';
import { ContainerBoxes } from './container-boxes.ts';
import { ownNetworks } from './own-networks.ts';
import { seccompProfile } from './seccomp.ts';
import { TEMPLATES, type Template } from './templates.ts';
import { toolboxImage } from './toolbox.ts';

export interface OpenBoxesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The node's own: boxes belong to it. */
  readonly dataDir: string;
  /** For boxes that are made; the setting's own default where no node runs. */
  readonly mbitPerSecond?: () => number;
  /** What boxes can be made of, beside which nothing is pulled; without a node, what Hearth knows. */
  readonly templates?: () => readonly Template[];
}

export interface OpenBoxes {
  readonly engine: Pick<Engine, 'make' | 'at' | 'rootless'>;
  readonly boxes: WorkloadBackend;
  readonly images: BoxImages;
}

/** Rejects with `containers.engine-missing` or `containers.engine-elsewhere`. */
export async function openBoxes(
  { clock, logger, dataDir, mbitPerSecond = () => BOX.mbitPerSecond, templates = () => TEMPLATES }: OpenBoxesDeps,
  signal: AbortSignal,
  around: Surroundings = surroundings(),
): Promise<OpenBoxes> {
  const engine = await findEngine(around, signal);
  const folder = join(dataDir, 'workloads');
  const run = runner(process.env);
  const boxes = new ContainerBoxes({
    clock,
    logger,
    engine,
    installation: installationOf(folder),
    toolbox: (docker, within) => toolboxImage({ run }, docker, within),
    ownNetworks,
    mbitPerSecond,
    seccomp: () => seccompProfile(folder),
  });
  return { engine, boxes, images: new BoxImages(engine.docker, { templates }) };
}
