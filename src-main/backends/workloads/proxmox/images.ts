// What boxes of Proxmox VE begin with: templates of containers in its storages, by their names there; its owner's own, or fetched here by their
// sums and sent to each node beforehand.

import { openAsBlob, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FormData } from 'undici';
import type { Clock } from '../../../base/clock.ts';
import { ensurePrivateFolder } from '../../../storage/files.ts';
import type { PullProgress } from '../../containers/images.ts';
import { BOX, BOX_TIMES } from '../bounds.ts';
import { IMAGE_BUDGET_BYTES, type ImageStore, type PinnedImage, type TemplateImage } from '../box-images.ts';
import { ask } from '../engine-requests.ts';
import { MachineImageWrong, UnknownTemplate } from '../errors.ts';
import { bytesAt, fetchImage, isAddress } from '../machine-fetch.ts';
import type { Template } from '../templates.ts';
import type { ProxmoxClient } from './client.ts';
import type { Cluster } from './cluster.ts';
import { contentOf, type TemplateContent } from './plan.ts';

export interface ProxmoxImagesDeps {
  readonly clock: Pick<Clock, 'after'>;
  readonly client: ProxmoxClient;
  readonly cluster: Cluster;
  readonly templates: () => readonly Template[];
  /** Where images are fetched to. */
  readonly folder: string;
}

const KINDS = /\.tar\.(?:gz|xz|zst|bz2)$/;

export class ProxmoxImages implements ImageStore {
  readonly #deps: ProxmoxImagesDeps;

  constructor(deps: ProxmoxImagesDeps) {
    this.#deps = deps;
  }

  async list(signal: AbortSignal): Promise<readonly TemplateImage[]> {
    const there = await this.#there(signal);
    return this.#deps.templates().map((template) => {
      const found = there.find(({ volid }) => isOf(template, volid));
      return { slug: template.slug, image: template.image, pinned: found ? pinnedOf(template, found) : null };
    });
  }

  async pull(slug: string, progress: (progress: PullProgress) => void, signal: AbortSignal): Promise<PinnedImage> {
    const template = this.#machine(slug);
    const { from, sha256 } = template.machine;
    const { folder, clock, cluster } = this.#deps;
    if (sha256 === undefined || from.startsWith('image:')) {
      const found = (await this.#there(signal)).find(({ volid }) => isOf(template, volid));
      if (!found) throw new MachineImageWrong(template.image, 'missing');
      return pinnedOf(template, found);
    }
    ensurePrivateFolder(folder);
    const kind = KINDS.exec(isAddress(from) ? new URL(from).pathname : from)?.[0] ?? '.tar.zst';
    const fetched = isAddress(from) ? join(folder, `${sha256}.part`) : undefined;
    const room = await this.#room(signal);
    if (fetched) {
      const source = { name: template.image, from, sha256 };
      await fetchImage(clock, source, fetched, Math.min(room, BOX.machineImageBytes), progress, signal);
    }
    const path = fetched ?? from;
    await bytesAt(template.image, path, room);
    const name = `${nameOf(sha256)}${kind}`;
    await ask('ask', BOX_TIMES.importImage, signal, async (within) => {
      for (const { node } of await cluster.nodes(within)) {
        // A storage that they share has it from the first.
        if ((await cluster.templates(node, within)).some(({ volid }) => isOf(template, volid))) continue;
        const [storage] = await cluster.stores(node, within);
        if (storage !== undefined) await this.#send(node, storage, path, name, sha256, within);
      }
    }).catch((error: unknown) => {
      throw /checksum/i.test(String((error as { cause?: unknown }).cause))
        ? new MachineImageWrong(template.image, 'sum')
        : error;
    });
    if (fetched) rmSync(fetched, { force: true });
    const made = (await this.#there(signal)).find(({ volid }) => isOf(template, volid));
    if (!made) throw new MachineImageWrong(template.image, 'missing');
    return pinnedOf(template, made);
  }

  /** It looks at the sum itself. */
  async #send(
    node: string,
    storage: string,
    path: string,
    name: string,
    sha256: string,
    signal: AbortSignal,
  ): Promise<void> {
    const form = new FormData();
    form.set('content', 'vztmpl');
    form.set('checksum', sha256);
    form.set('checksum-algorithm', 'sha256');
    form.set('filename', await openAsBlob(path), name);
    await this.#deps.client.run('POST', `/nodes/${node}/storage/${encodeURIComponent(storage)}/upload`, signal, form);
  }

  /** Those of its owner's own stay. */
  async remove(slug: string, signal: AbortSignal): Promise<void> {
    const template = this.#machine(slug);
    const { client, cluster } = this.#deps;
    if (template.machine.from.startsWith('image:')) return;
    await ask('remove', BOX_TIMES.remove, signal, async (within) => {
      for (const { node } of await cluster.nodes(within))
        for (const { volid } of await cluster.templates(node, within)) {
          if (!isOf(template, volid)) continue;
          const storage = encodeURIComponent(volid.split(':')[0]!);
          await client.ask('DELETE', `/nodes/${node}/storage/${storage}/content/${encodeURIComponent(volid)}`, within);
        }
    });
  }

  async removeAll(signal: AbortSignal): Promise<readonly string[]> {
    const { client, cluster } = this.#deps;
    return ask('remove', BOX_TIMES.remove, signal, async (within) => {
      const left: string[] = [];
      // Their names are the same for all nodes of Hearth.
      if (await cluster.isShared(within)) return left;
      for (const { node } of await cluster.nodes(within))
        for (const { volid } of await cluster.templates(node, within)) {
          if (!SENT.test(volid)) continue;
          const at = `/nodes/${node}/storage/${encodeURIComponent(volid.split(':')[0]!)}/content`;
          await client.ask('DELETE', `${at}/${encodeURIComponent(volid)}`, within).catch(() => left.push(volid));
        }
      return left;
    });
  }

  /** Of all nodes. */
  #there(signal: AbortSignal): Promise<readonly TemplateContent[]> {
    const { cluster } = this.#deps;
    return ask('ask', BOX_TIMES.ask, signal, async (within) => {
      const nodes = await cluster.nodes(within);
      return (await Promise.all(nodes.map(({ node }) => cluster.templates(node, within)))).flat();
    });
  }

  async #room(signal: AbortSignal): Promise<number> {
    const all = await this.list(signal);
    return IMAGE_BUDGET_BYTES - all.reduce((sum, { pinned }) => sum + (pinned?.bytes ?? 0), 0);
  }

  #machine(slug: string) {
    const found = this.#deps.templates().find((template) => template.slug === slug);
    if (!found?.machine) throw new UnknownTemplate(slug.slice(0, 80));
    return { ...found, machine: found.machine };
  }
}

const SENT = /:vztmpl\/hearth-[0-9a-f]{64}\./;
const nameOf = (sha256: string) => `hearth-${sha256}`;

/** What was sent by Hearth has its sum for a name. */
function isOf({ machine }: Template, volid: string): boolean {
  if (!machine) return false;
  const own = /^image:(.+)$/.exec(machine.from)?.[1];
  if (own !== undefined) return volid === own;
  return machine.sha256 !== undefined && volid.includes(`:vztmpl/${nameOf(machine.sha256)}.`);
}

const pinnedOf = ({ machine }: Template, found: TemplateContent): PinnedImage => ({
  id: contentOf(found),
  digest: machine?.sha256 === undefined ? null : `sha256:${machine.sha256}`,
  bytes: found.size,
});
