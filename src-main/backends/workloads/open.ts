// Boxes at the engine that its owner has chosen, put together.

import { join } from 'node:path';
import type { BoxEngineMake } from '../../../src-preload/contract/boxes.ts';
import { type BoxEngineChoice, NVIDIA_CARDS } from '../../../src-preload/contract/settings/boxes.ts';
import type { Clock } from '../../base/clock.ts';
import { isPortFree } from '../../base/free-port.ts';
import type { Logger } from '../../base/logger.ts';
import { runner } from '../../base/run.ts';
import { findEngine, type Surroundings, surroundings } from '../containers/engine.ts';
import { installationOf } from '../containers/installation.ts';
import { type RemoteOptions, remoteEngine } from '../containers/remote.ts';
import { seccompProfile } from '../containers/seccomp.ts';
import type { WorkloadBackend } from './backend.ts';
import { BOX } from './bounds.ts';
import { BoxImages, type ImageStore } from './box-images.ts';
import { ContainerBoxes } from './container-boxes.ts';
import { LxdBoxes } from './lxd/boxes.ts';
import { findLxd, remoteLxd } from './lxd/find.ts';
import { LxdImages } from './lxd/images.ts';
import { lxdToolbox } from './lxd/toolbox.ts';
import { MachineImages } from './machine-images.ts';
import { MACHINE_TOOLS } from './machines.ts';
import { ownNetworks } from './own-networks.ts';
import { TEMPLATES, type Template } from './templates.ts';
import { toolboxImage } from './toolbox.ts';
import { helperCommands } from './volumes/commands.ts';
import { VolumeHelper } from './volumes/helper.ts';
import { Volumes } from './volumes/volumes.ts';

/** One for this process: whoever is asked for a password is asked once. */
const VOLUMES = new Volumes(new VolumeHelper({ commands: helperCommands }));

export interface OpenBoxesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The node's own: boxes belong to it. */
  readonly dataDir: string;
  /** For boxes that are made; the setting's own default where no node runs. */
  readonly mbitPerSecond?: () => number | null;
  /** What one may move in thirty days; left out or null: as much as that lets through. */
  readonly monthlyBytes?: () => number | null;
  /** Whether customers may have what they keep encrypted; left out: they may not. */
  readonly encrypts?: () => boolean;
  /** The graphics cards that boxes get whose spec says so, as CDI names them; left out: those of Nvidia. */
  readonly cards?: () => string;
  /** Whether boxes may have any of their memory; left out: none. */
  readonly lendsCards?: () => boolean;
  /** Whether what boxes keep may be on volumes of their size, where the engine has no quotas; left out: it may not. */
  readonly sizes?: () => boolean;
  /** What boxes can be made of, beside which nothing is pulled; without a node, what Hearth knows. */
  readonly templates?: () => readonly Template[];
  /** How other computers are reached. */
  readonly remote?: RemoteOptions;
}

export interface OpenBoxes {
  readonly engine: OpenEngine;
  readonly boxes: WorkloadBackend;
  readonly images: ImageStore;
  /** Its owner wants something: what it has refused before, such as its password, may be asked for again. */
  readonly askAgain?: () => void;
}

export interface OpenEngine {
  readonly kind: BoxEngineChoice['engine'];
  readonly make: BoxEngineMake;
  /** The socket that it answers at, or its address. */
  readonly at: string;
  readonly rootless: boolean;
  /** The computer whose ports its boxes have; null: this one. */
  readonly host: string | null;
  /** What boxes take is another computer’s, or a cluster’s, and not what this one lends. */
  readonly elsewhere: boolean;
  /** The folder of certificates that it is spoken to with. */
  readonly certificates?: string | undefined;
}

/** By what its owner has chosen. Rejects with `containers.*`, or with `workloads.lxd-missing`. */
export function openBoxes(
  choice: BoxEngineChoice,
  deps: OpenBoxesDeps,
  signal: AbortSignal,
  around: Surroundings = surroundings(),
): Promise<OpenBoxes> {
  switch (choice.engine) {
    case 'lxd':
      return openLxd(choice, deps, signal, around);
    case 'proxmox':
      return import('./proxmox/open.ts').then(({ openProxmox }) => openProxmox(choice, deps, signal));
    case 'kubernetes':
      return import('./kubernetes/open.ts').then(({ openKubernetes }) => openKubernetes(choice, deps, signal));
    case 'containers':
      return openContainers(choice, deps, signal, around);
  }
}

async function openLxd(
  { socket, at: address, certificates, pool }: Extract<BoxEngineChoice, { engine: 'lxd' }>,
  {
    clock,
    logger,
    dataDir,
    mbitPerSecond = () => BOX.mbitPerSecond,
    templates = () => TEMPLATES,
    cards = () => NVIDIA_CARDS,
    lendsCards = () => false,
  }: OpenBoxesDeps,
  signal: AbortSignal,
  around: Surroundings,
): Promise<OpenBoxes> {
  const found =
    address === undefined
      ? await findLxd(socket, around, signal)
      : await remoteLxd({ at: address, certificates }, signal);
  const { client, make, at, member, elsewhere } = found;
  const folder = join(dataDir, 'workloads');
  const run = runner(process.env);
  const installation = installationOf(folder);
  const boxes = new LxdBoxes({
    clock,
    logger,
    client,
    make,
    at,
    installation,
    pool,
    toolbox: (within) => lxdToolbox({ client, run, installation }, within),
    ownNetworks: () => [...ownNetworks(), ...(elsewhere?.networks ?? [])],
    member,
    elsewhere,
    mbitPerSecond,
    cards,
    lendsCards,
  });
  const engine: OpenEngine = {
    kind: 'lxd',
    make,
    at,
    rootless: false,
    host: elsewhere?.host ?? null,
    elsewhere: elsewhere !== undefined,
    certificates,
  };
  return { engine, boxes, images: new LxdImages({ clock, client, installation, templates, folder }) };
}

async function openContainers(
  { at: address, certificates }: Extract<BoxEngineChoice, { engine: 'containers' }>,
  {
    clock,
    logger,
    dataDir,
    mbitPerSecond = () => BOX.mbitPerSecond,
    monthlyBytes = () => null,
    encrypts = () => false,
    sizes = () => false,
    cards = () => NVIDIA_CARDS,
    lendsCards = () => false,
    templates = () => TEMPLATES,
    remote = {},
  }: OpenBoxesDeps,
  signal: AbortSignal,
  around: Surroundings,
): Promise<OpenBoxes> {
  const elsewhere =
    address === undefined ? undefined : await remoteEngine({ at: address, certificates }, remote, signal);
  const engine = elsewhere ?? (await findEngine(around, signal));
  const folder = join(dataDir, 'workloads');
  const installation = installationOf(folder);
  const run = runner(process.env);
  const machines = new MachineImages({
    clock,
    engine,
    installation,
    folder,
    toolbox: (within) => toolboxImage({ run, tools: MACHINE_TOOLS }, engine.docker, within),
  });
  const boxes = new ContainerBoxes({
    clock,
    logger,
    engine,
    installation,
    run,
    toolbox: (docker, within) => toolboxImage({ run }, docker, within),
    // The computer that it is on is closed to its boxes as well, where it has a public address.
    ownNetworks: () => [...ownNetworks(), ...(elsewhere?.addresses ?? []).map((one) => `${one}/32`)],
    mbitPerSecond,
    monthlyBytes,
    isPortFree: elsewhere ? undefined : isPortFree,
    // A profile is a file where the engine is.
    seccomp: () => (elsewhere ? Promise.resolve(undefined) : seccompProfile(folder)),
    volumes: VOLUMES,
    machineImages: machines,
    // What makes volumes is a program of this computer.
    encrypts: () => elsewhere === undefined && encrypts(),
    sizes: () => elsewhere === undefined && sizes(),
    cards,
    lendsCards,
  });
  const { make, at, rootless } = engine;
  return {
    engine: {
      kind: 'containers',
      make,
      at,
      rootless,
      host: elsewhere?.host ?? null,
      elsewhere: elsewhere !== undefined,
      certificates,
    },
    boxes,
    images: new BoxImages(engine.docker, { installation, templates, machines }),
    askAgain: () => VOLUMES.askAgain(),
  };
}
