// What a Proxmox VE cluster says of itself: its nodes, what is on them, and which of them has room.

import { z } from 'zod';
import { FirewallOff, NoNode } from '../errors.ts';
import type { ProxmoxClient } from './client.ts';
import { isBoxOfOther, isSame, type TemplateContent, taggedAs } from './plan.ts';

const Nodes = z
  .array(
    z.object({
      node: z.string().regex(/^[A-Za-z0-9.-]{1,63}$/),
      status: z.string().optional(),
      maxcpu: z.number().optional(),
      maxmem: z.number().optional(),
      mem: z.number().optional(),
    }),
  )
  .max(1000);
const Guests = z
  .array(
    z.object({
      vmid: z.coerce.number().int(),
      node: z.string(),
      type: z.string(),
      tags: z.string().optional(),
    }),
  )
  .max(100_000);
const Contents = z.array(z.object({ volid: z.string(), size: z.number().default(0) })).max(100_000);
const Storages = z
  .array(
    z.object({
      storage: z.string(),
      active: z.coerce.number().optional(),
      avail: z.number().optional(),
      total: z.number().optional(),
      /** Each node has the same one. */
      shared: z.coerce.number().optional(),
    }),
  )
  .max(1000);
const Members = z.array(z.object({ type: z.string(), ip: z.string().optional() })).max(1000);
const Interfaces = z.array(z.object({ cidr: z.string().optional() })).max(1000);
const Firewall = z.object({ enable: z.coerce.number().optional() });

export interface Node {
  readonly node: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly freeBytes: number;
}

export interface Found {
  readonly vmid: number;
  readonly node: string;
  readonly id: string;
  readonly spec: string;
}

const MIB = 1024 * 1024;
const CIDR = /^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/;

export class Cluster {
  readonly #client: ProxmoxClient;
  readonly #installation: string;

  constructor(client: ProxmoxClient, installation: string) {
    this.#client = client;
    this.#installation = installation;
  }

  /** That answer, the one with the most free memory first. */
  async nodes(signal: AbortSignal): Promise<readonly Node[]> {
    const all = Nodes.parse(await this.#client.ask('GET', '/nodes', signal));
    return all
      .filter(({ status }) => status === 'online')
      .map(({ node, maxcpu = 0, maxmem = 0, mem = 0 }) => ({
        node,
        cores: maxcpu,
        memoryBytes: maxmem,
        freeBytes: maxmem - mem,
      }))
      .sort((a, b) => b.freeBytes - a.freeBytes);
  }

  /** Of this installation. */
  async boxes(signal: AbortSignal): Promise<readonly Found[]> {
    return (await this.#guests(signal)).flatMap(({ vmid, node, type, tags = '' }) => {
      const tagged = type === 'lxc' ? taggedAs(this.#installation, tags) : undefined;
      return tagged ? [{ vmid, node, ...tagged }] : [];
    });
  }

  /** Another node of Hearth has boxes here. */
  async isShared(signal: AbortSignal): Promise<boolean> {
    const all = await this.#guests(signal);
    return all.some(({ tags = '' }) => isBoxOfOther(this.#installation, tags));
  }

  /** Numbers of guests of whatever kind and owner. */
  async taken(signal: AbortSignal): Promise<ReadonlySet<number>> {
    return new Set((await this.#guests(signal)).map(({ vmid }) => vmid));
  }

  async #guests(signal: AbortSignal) {
    return Guests.parse(await this.#client.ask('GET', '/cluster/resources', signal, { type: 'vm' }));
  }

  /** Names of the storages of a node that templates can be put in. */
  async stores(node: string, signal: AbortSignal): Promise<readonly string[]> {
    const at = `/nodes/${node}/storage`;
    const storages = Storages.parse(await this.#client.ask('GET', at, signal, { content: 'vztmpl' }));
    return storages.filter(({ active }) => active !== 0).map(({ storage }) => storage);
  }

  /** Templates of containers that a node has. */
  async templates(node: string, signal: AbortSignal): Promise<readonly TemplateContent[]> {
    const at = `/nodes/${node}/storage`;
    const all = await Promise.all(
      (await this.stores(node, signal)).map(async (storage) =>
        Contents.parse(
          await this.#client.ask('GET', `${at}/${encodeURIComponent(storage)}/content`, signal, {
            content: 'vztmpl',
          }),
        ),
      ),
    );
    return all.flat();
  }

  /** Whether any node has it. */
  async has(template: TemplateContent, signal: AbortSignal): Promise<boolean> {
    for (const { node } of await this.nodes(signal))
      if ((await this.templates(node, signal)).some((each) => isSame(each, template))) return true;
    return false;
  }

  /** Bytes of a storage of disks, over all nodes that have it; undefined where they don't say. */
  async sizeOf(storage: string, signal: AbortSignal): Promise<number | undefined> {
    const nodes = await this.nodes(signal);
    const all = await Promise.all(nodes.map(({ node }) => this.#disks(node, storage, signal)));
    const found = all.filter((each) => each?.total !== undefined);
    if (found.length === 0) return undefined;
    const sizes = found.map((each) => each!.total!);
    return found.some((each) => each!.shared === 1) ? Math.max(...sizes) : sizes.reduce((sum, size) => sum + size, 0);
  }

  async #disks(node: string, storage: string, signal: AbortSignal) {
    const stores = Storages.parse(
      await this.#client.ask('GET', `/nodes/${node}/storage`, signal, { content: 'rootdir' }),
    );
    return stores.find((each) => each.storage === storage && each.active !== 0);
  }

  /** The first with that template, and room. Rejects with NoNode. */
  async nodeFor(
    template: TemplateContent,
    storage: string,
    needs: { readonly cores: number; readonly memoryMiB: number; readonly diskMiB: number },
    signal: AbortSignal,
  ): Promise<string> {
    for (const { node, cores, freeBytes } of await this.nodes(signal)) {
      if (cores < needs.cores || freeBytes < needs.memoryMiB * MIB) continue;
      const store = await this.#disks(node, storage, signal);
      if (!store || (store.avail !== undefined && store.avail < needs.diskMiB * MIB)) continue;
      const there = await this.templates(node, signal);
      if (there.some((each) => isSame(each, template))) return node;
    }
    throw new NoNode();
  }

  /** Addresses and networks of the nodes, as `192.168.1.20/24`. */
  async networks(signal: AbortSignal): Promise<readonly string[]> {
    const members = Members.parse(await this.#client.ask('GET', '/cluster/status', signal));
    const nodes = await this.nodes(signal);
    const of = await Promise.all(
      nodes.map(async ({ node }) => Interfaces.parse(await this.#client.ask('GET', `/nodes/${node}/network`, signal))),
    );
    return [
      ...members.flatMap(({ ip }) => (ip === undefined ? [] : [`${ip}/32`])),
      ...of.flat().flatMap(({ cidr }) => (cidr === undefined ? [] : [cidr])),
    ].filter((cidr) => CIDR.test(cidr) && !cidr.startsWith('127.'));
  }

  /** Rules of guests are in force only where the datacenter’s firewall is on. Rejects with FirewallOff. */
  async assertFirewall(signal: AbortSignal): Promise<void> {
    const { enable = 0 } = Firewall.parse(await this.#client.ask('GET', '/cluster/firewall/options', signal));
    if (enable !== 1) throw new FirewallOff();
  }
}
