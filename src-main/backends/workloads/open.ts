// Boxes at the engine of this computer, put together.

import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { runner } from '../../base/run.ts';
import { type Engine, findEngine, type Surroundings, surroundings } from '../containers/engine.ts';
import { installationOf } from '../containers/installation.ts';
import type { WorkloadBackend } from './backend.ts';
import { BOX } from './bounds.ts';
import { BoxImages, type ImageStore } from './box-images.ts';
import { ContainerBoxes } from './container-boxes.ts';
import { MachineImages } from './machine-images.ts';
import { MACHINE_TOOLS } from './machines.ts';
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
  readonly images: ImageStore;
}

/** Rejects with `containers.engine-missing` or `containers.engine-elsewhere`. */
export async function openBoxes(
  { clock, logger, dataDir, mbitPerSecond = () => BOX.mbitPerSecond, templates = () => TEMPLATES }: OpenBoxesDeps,
  signal: AbortSignal,
  around: Surroundings = surroundings(),
): Promise<OpenBoxes> {
  const engine = await findEngine(around, signal);
  const folder = join(dataDir, 'workloads');
  const installation = installationOf(folder);
  const run = runner(process.env);
  const boxes = new ContainerBoxes({
    clock,
    logger,
    engine,
    installation,
    run,
    toolbox: (docker, within) => toolboxImage({ run }, docker, within),
    ownNetworks,
    mbitPerSecond,
    seccomp: () => seccompProfile(folder),
  });
  const machines = new MachineImages({
    clock,
    docker: engine.docker,
    installation,
    folder,
    toolbox: (within) => toolboxImage({ run, tools: MACHINE_TOOLS }, engine.docker, within),
  });
  return { engine, boxes, images: new BoxImages(engine.docker, { templates, machines }) };
}
