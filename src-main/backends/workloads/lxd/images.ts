// What boxes of LXD and Incus begin with: images in the engine's own store, by their fingerprints, which are the SHA-256 of the file that they
// came as. Fetched and sent to the engine beforehand, or there already by a name of its owner's.

import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import { ensurePrivateFolder } from '../../../storage/files.ts';
import type { PullProgress } from '../../containers/images.ts';
import { BOX, BOX_TIMES } from '../bounds.ts';
import { IMAGE_BUDGET_BYTES, type ImageStore, type PinnedImage, type TemplateImage } from '../box-images.ts';
import { ask } from '../engine-requests.ts';
import { MachineImageWrong, UnknownTemplate } from '../errors.ts';
import { bytesAt, fetchImage, isAddress } from '../machine-fetch.ts';
import type { Template } from '../templates.ts';
import { isMissing, type LxdClient } from './client.ts';
import { contentOf } from './plan.ts';

const Image = z.object({
  fingerprint: z.string(),
  size: z.number(),
  properties: z.record(z.string(), z.string()).nullish(),
});
const Alias = z.object({ target: z.string() });

const Images = z.array(Image);

/** Of the owner's own: those that were sent by Hearth say so, and others are never removed. */
const OURS = 'hearth';
/** The node that has sent it, and for which template; each removes its own alone. */
export const SENT = { by: 'hearth.by', slug: 'hearth.slug' } as const;

export interface LxdImagesDeps {
  readonly clock: Pick<Clock, 'after'>;
  readonly client: LxdClient;
  readonly installation: string;
  readonly templates: () => readonly Template[];
  /** Where images are fetched to. */
  readonly folder: string;
}

export class LxdImages implements ImageStore {
  readonly #deps: LxdImagesDeps;

  constructor(deps: LxdImagesDeps) {
    this.#deps = deps;
  }

  list(signal: AbortSignal): Promise<readonly TemplateImage[]> {
    return Promise.all(
      this.#deps.templates().map(async (template) => ({
        slug: template.slug,
        image: template.image,
        pinned: await this.#pinned(template, signal),
      })),
    );
  }

  async pull(slug: string, progress: (progress: PullProgress) => void, signal: AbortSignal): Promise<PinnedImage> {
    const template = this.#machine(slug);
    const { from, sha256 } = template.machine;
    await this.#dropObsolete(signal);
    const found = await this.#pinned(template, signal);
    if (found) return found;
    if (sha256 === undefined) throw new MachineImageWrong(template.image, 'missing');
    const { folder, clock, client, installation } = this.#deps;
    ensurePrivateFolder(folder);
    const room = await this.#room(signal);
    const fetched = isAddress(from) ? join(folder, `${sha256}.part`) : undefined;
    const source = { name: template.image, from, sha256 };
    if (fetched) await fetchImage(clock, source, fetched, Math.min(room, BOX.machineImageBytes), progress, signal);
    const path = fetched ?? from;
    const properties = new URLSearchParams({ [OURS]: '1', [SENT.by]: installation, [SENT.slug]: slug }).toString();
    await bytesAt(template.image, path, room);
    await ask('ask', BOX_TIMES.importImage, signal, (within) =>
      client.send('/1.0/images', within, createReadStream(path, { signal: within }), {
        'content-type': 'application/octet-stream',
        'x-lxd-properties': properties,
        'x-incus-properties': properties,
        // Both refuse what arrives otherwise.
        'x-lxd-fingerprint': sha256,
        'x-incus-fingerprint': sha256,
      }),
    ).catch((error: unknown) => {
      throw /fingerprint/i.test(String((error as { cause?: unknown }).cause))
        ? new MachineImageWrong(template.image, 'sum')
        : error;
    });
    if (fetched) rmSync(fetched, { force: true });
    const made = await this.#pinned(template, signal);
    if (!made) throw new MachineImageWrong(template.image, 'sum');
    return made;
  }

  async remove(slug: string, signal: AbortSignal): Promise<void> {
    const template = this.#deps.templates().find((each) => each.slug === slug);
    // One that is not allowed any more may be here still.
    const sent = template
      ? undefined
      : (await this.#sent(signal)).filter(({ properties }) => properties?.[SENT.slug] === slug);
    if (sent?.length === 0) throw new UnknownTemplate(slug.slice(0, 80));
    for (const image of sent ?? [await this.#image(this.#machine(slug), signal)]) {
      if (image?.properties?.[OURS] !== undefined) await this.#delete(image.fingerprint, signal);
    }
  }

  async removeAll(signal: AbortSignal): Promise<readonly string[]> {
    const left: string[] = [];
    for (const { fingerprint, properties } of await this.#own(signal)) {
      await this.#delete(fingerprint, signal).catch(() => {
        signal.throwIfAborted();
        left.push(properties?.[SENT.slug] ?? fingerprint.slice(0, 12));
      });
    }
    return left;
  }

  /** What nobody may rent any more. Boxes that were made of it go on without it. */
  async #dropObsolete(signal: AbortSignal): Promise<void> {
    const wanted = new Set((await this.list(signal)).map(({ pinned }) => pinned?.id));
    for (const { fingerprint } of await this.#sent(signal)) {
      if (!wanted.has(contentOf(fingerprint)))
        await this.#delete(fingerprint, signal).catch(() => signal.throwIfAborted());
    }
  }

  /** For templates. */
  async #sent(signal: AbortSignal): Promise<z.infer<typeof Images>> {
    return (await this.#own(signal)).filter(({ properties }) => properties?.[SENT.slug] !== undefined);
  }

  /** All that this node has put there. */
  async #own(signal: AbortSignal): Promise<z.infer<typeof Images>> {
    const { client, installation } = this.#deps;
    const all = await ask('ask', BOX_TIMES.ask, signal, (within) =>
      client.ask('GET', '/1.0/images?recursion=1', within),
    );
    return Images.parse(all).filter(({ properties }) => properties?.[SENT.by] === installation);
  }

  async #delete(fingerprint: string, signal: AbortSignal): Promise<void> {
    await ask('remove', BOX_TIMES.remove, signal, (within) =>
      this.#deps.client.ask('DELETE', `/1.0/images/${fingerprint}`, within),
    );
  }

  async #pinned(template: Template, signal: AbortSignal): Promise<PinnedImage | null> {
    const image = await this.#image(template, signal);
    return image
      ? { id: contentOf(image.fingerprint), digest: `sha256:${image.fingerprint}`, bytes: image.size }
      : null;
  }

  async #image({ machine }: Template, signal: AbortSignal): Promise<z.infer<typeof Image> | undefined> {
    if (!machine) return undefined;
    const { client } = this.#deps;
    return ask('ask', BOX_TIMES.ask, signal, async (within) => {
      try {
        const name = /^image:(.+)$/.exec(machine.from)?.[1];
        const target =
          name === undefined
            ? machine.sha256
            : Alias.parse(await client.ask('GET', `/1.0/images/aliases/${encodeURIComponent(name)}`, within)).target;
        if (target === undefined || (machine.sha256 !== undefined && target !== machine.sha256)) return undefined;
        return Image.parse(await client.ask('GET', `/1.0/images/${target}`, within));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  async #room(signal: AbortSignal): Promise<number> {
    const sizes = new Map<string, number>();
    for (const { pinned } of await this.list(signal)) if (pinned) sizes.set(pinned.id, pinned.bytes);
    // With those that could not be dropped.
    for (const { fingerprint, size } of await this.#sent(signal)) sizes.set(contentOf(fingerprint), size);
    return IMAGE_BUDGET_BYTES - [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  #machine(slug: string) {
    const found = this.#deps.templates().find((template) => template.slug === slug);
    if (!found?.machine) throw new UnknownTemplate(slug.slice(0, 80));
    return { ...found, machine: found.machine };
  }
}
