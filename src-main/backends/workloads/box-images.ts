// The images of templates at an engine: pulled beforehand, because their owner asked for it, and never for a lease. What was pulled is
// pinned by a name of this computer: the registry may give its own name to something else meanwhile, and boxes go on being made of what
// the owner has. All of them together stay within a budget of disk.

import type Docker from 'dockerode';
import { LABEL } from '../containers/containers.ts';
import { type PullProgress, pullImage } from '../containers/images.ts';
import { inTime, unlessAbsent } from '../containers/requests.ts';
import { BOX_TIMES } from './bounds.ts';
import { BOX_LABEL } from './box-plan.ts';
import { ask } from './engine-requests.ts';
import { ImageBudgetSpent, NoMachines, UnknownTemplate } from './errors.ts';
import type { MachineImages } from './machine-images.ts';
import { MACHINE_TOOLS } from './machines.ts';
import { TEMPLATES, type Template } from './templates.ts';
import { SIDECAR_TOOLS } from './toolbox.ts';

export interface TemplateImage {
  readonly slug: string;
  readonly image: string;
  /** Null where it was not pulled. */
  readonly pinned: PinnedImage | null;
}

export interface PinnedImage {
  /** What boxes are made of. */
  readonly id: string;
  /** By which the registry knows it, such as `docker.io/dockurr/strfry@sha256:…`; null where the engine does not say. */
  readonly digest: string | null;
  readonly bytes: number;
}

const GIB = 1024 ** 3;
export const IMAGE_BUDGET_BYTES = 40 * GIB;
const PIN = 'localhost/hearth-template-';
const TOOLBOX_LABEL = 'hearth.toolbox';
/** What names of images of Hearth's own begin with. */
const OURS = [PIN, SIDECAR_TOOLS.image, MACHINE_TOOLS.image] as const;
const pinOf = ({ pin, slug }: Template) => `${PIN}${pin ?? slug}`;

/** What boxes can be made of at an engine. */
export interface ImageStore {
  list(signal: AbortSignal): Promise<readonly TemplateImage[]>;
  /**
   * Resolves when it is here and pinned. Rejects with `workloads.unknown-template`, `workloads.image-budget`, `workloads.machine-*`,
   * `containers.pull-failed`, or with the signal's reason; then what was pinned before is pinned still.
   */
  pull(slug: string, progress: (progress: PullProgress) => void, signal: AbortSignal): Promise<PinnedImage>;
  /** Running boxes keep what they were made of. */
  remove(slug: string, signal: AbortSignal): Promise<void>;
  /**
   * All that Hearth has put there for boxes, when its node goes: images, disk images, and what tries are made with. What other nodes of
   * Hearth use at the same engine stays. Answers with the names of what is left.
   */
  removeAll(signal: AbortSignal): Promise<readonly string[]>;
}

export interface BoxImagesOptions {
  /** Whose node this is; left out: nobody's. */
  readonly installation?: string;
  /** Disk images of machines; left out: none are made here. */
  readonly machines?: MachineImages;
  /** All that there are, whenever they are asked for. */
  readonly templates?: () => readonly Template[];
  /** Bytes. */
  readonly budget?: number;
}

export class BoxImages implements ImageStore {
  readonly #docker: Docker;
  readonly #machines: MachineImages | undefined;
  readonly #templates: () => readonly Template[];
  readonly #budget: number;
  readonly #installation: string | undefined;

  constructor(
    docker: Docker,
    { installation, machines, templates = () => TEMPLATES, budget = IMAGE_BUDGET_BYTES }: BoxImagesOptions = {},
  ) {
    this.#installation = installation;
    this.#docker = docker;
    this.#machines = machines;
    this.#templates = templates;
    this.#budget = budget;
  }

  list(signal: AbortSignal): Promise<readonly TemplateImage[]> {
    return Promise.all(
      this.#templates().map(async (template) => ({
        slug: template.slug,
        image: template.image,
        pinned: await this.#pinned(template, signal),
      })),
    );
  }

  async pull(slug: string, progress: (progress: PullProgress) => void, signal: AbortSignal): Promise<PinnedImage> {
    const template = this.#template(slug);
    const { image } = template;
    await ask('ask', BOX_TIMES.ask, signal, (within) => this.#dropObsolete(within));
    const all = await this.list(signal);
    const others = all.filter((each) => each.slug !== slug);
    const room = this.#budget - others.reduce((sum, { pinned }) => sum + (pinned?.bytes ?? 0), 0);
    if (template.machine) {
      if (!this.#machines) throw new NoMachines('this engine makes none');
      await this.#machines.pull({ name: image, ...template.machine }, room, progress, signal);
      return (await this.#pinned(template, signal))!;
    }
    const tooLarge = new AbortController();
    const within = AbortSignal.any([signal, tooLarge.signal]);
    const watch = (at: PullProgress) => {
      // Layers are larger on the disk than on the way.
      if (at.totalBytes > room) tooLarge.abort(new ImageBudgetSpent(slug));
      progress(at);
    };
    await pullImage(this.#docker, image, watch, within);
    const found = await this.#docker.getImage(image).inspect();
    const before = all.find((each) => each.slug === slug)?.pinned;
    if (found.Size > room) {
      await this.#forget(image, found.Id === before?.id);
      throw new ImageBudgetSpent(slug);
    }
    await this.#docker.getImage(found.Id).tag({ repo: pinOf(template), tag: 'latest' });
    if (before && before.id !== found.Id) await this.#removeUnused(before.id);
    return (await this.#pinned(template, signal))!;
  }

  async remove(slug: string, signal: AbortSignal): Promise<void> {
    const template = this.#template(slug);
    if (template.machine) return this.#machines?.remove(template.image);
    await ask('remove', BOX_TIMES.remove, signal, async () => {
      for (const name of [`${pinOf(template)}:latest`, template.image])
        await unlessAbsent(this.#docker.getImage(name).remove());
    });
  }

  async removeAll(signal: AbortSignal): Promise<readonly string[]> {
    return ask('remove', BOX_TIMES.remove, signal, async (within) => {
      const left = [...((await this.#machines?.dropAll(within)) ?? [])];
      if (await this.#isShared()) return left;
      for (const { Id, RepoTags, Labels } of await this.#docker.listImages()) {
        const names = RepoTags ?? [];
        const isOurs = names.some((name) => OURS.some((beginning) => name.startsWith(beginning)));
        const isEarlier = names.length === 0 && Labels?.[TOOLBOX_LABEL] !== undefined;
        // An image that was pinned was pulled by Hearth under all its names; the engine keeps one that a container is made of.
        for (const name of isOurs ? names : isEarlier ? [Id] : []) {
          await unlessAbsent(this.#docker.getImage(name).remove()).catch(() => left.push(name));
        }
      }
      return left;
    });
  }

  /** Another node of Hearth has boxes here: names of images are the same for all. */
  async #isShared(): Promise<boolean> {
    const all = await this.#docker.listContainers({ all: true, filters: { label: [BOX_LABEL] } });
    return all.some(({ Labels }) => Labels[LABEL] !== this.#installation);
  }

  /** What an earlier version of Hearth has pinned for a template that there is no more. */
  async #dropObsolete(signal: AbortSignal): Promise<void> {
    const images = await this.#docker.listImages();
    const pins = images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => name.startsWith(PIN));
    const known = new Set(this.#templates().map((template) => `${pinOf(template)}:latest`));
    for (const name of pins) if (!known.has(name)) await this.#removeUnused(name);
    const machines = this.#templates().filter(({ machine }) => machine);
    await this.#machines?.dropAllBut(new Set(machines.map(({ image }) => image)), signal);
  }

  #template(slug: string): Template {
    const found = this.#templates().find((template) => template.slug === slug);
    if (!found) throw new UnknownTemplate(slug.slice(0, 80));
    return found;
  }

  async #pinned(template: Template, signal: AbortSignal): Promise<PinnedImage | null> {
    if (template.machine) {
      const kept = await this.#machines?.kept({ name: template.image, ...template.machine }, signal);
      return kept ? { id: kept.id, digest: `sha256:${kept.sha256}`, bytes: kept.bytes } : null;
    }
    const image = this.#docker.getImage(`${pinOf(template)}:latest`);
    const found = await ask('ask', BOX_TIMES.ask, signal, (within) => inTime(unlessAbsent(image.inspect()), within));
    const digest = found?.RepoDigests?.find((each) => !each.startsWith('localhost/')) ?? null;
    return found ? { id: found.Id, digest, bytes: found.Size } : null;
  }

  /** One that was pulled and may not stay; what is pinned is the same image under another name. */
  async #forget(image: string, isPinned: boolean): Promise<void> {
    if (!isPinned)
      await this.#docker
        .getImage(image)
        .remove()
        .catch(() => undefined);
  }

  /** The engine refuses where a container is made of it, and it goes the next time. */
  async #removeUnused(name: string): Promise<void> {
    await this.#docker
      .getImage(name)
      .remove()
      .catch(() => undefined);
  }
}
