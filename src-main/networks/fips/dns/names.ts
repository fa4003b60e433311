// Names of nodes: their npub, and those that the user has given them; the second are looked at first.

import { readFile, stat } from 'node:fs/promises';
import { decodeNpub } from '../identity/names.ts';
import { NAMES } from './bounds.ts';

const SUFFIX = '.fips';
const HOST = /^(?!npub1)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether a node may be called so: what a label of DNS may be, but not like an npub. */
export function isHostName(name: string): boolean {
  return HOST.test(name.toLowerCase());
}

/** Keys (x alone) by names in lowercase. */
export type Hosts = ReadonlyMap<string, Buffer>;

/** The key that a name stands for, with or without `.fips`, or a dot behind it; undefined: none. */
export function keyOfName(name: string, hosts: Hosts): Buffer | undefined {
  const bare = name.toLowerCase().replace(/\.$/, '');
  const label = bare.endsWith(SUFFIX) ? bare.slice(0, -SUFFIX.length) : bare;
  return hosts.get(label) ?? decodeNpub(label);
}

export function isInMesh(name: string): boolean {
  return name.toLowerCase().replace(/\.$/, '').endsWith(SUFFIX);
}

/** Lines `name npub`, `#` begins a comment. Lines that are neither are left out, and so is a name that comes again. */
export function parseHosts(text: string): Hosts {
  const hosts = new Map<string, Buffer>();
  for (const line of text.split('\n')) {
    const [name = '', npub = '', ...more] = line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/);
    const key = more.length === 0 && isHostName(name) ? decodeNpub(npub) : undefined;
    if (key && !hosts.has(name)) hosts.set(name, key);
    if (hosts.size >= NAMES.hosts) break;
  }
  return hosts;
}

/** A file of such lines, read again when it has changed. One that is not there, or not to be read, has none. */
export class HostsFile {
  readonly #path: string;
  #changed: number | undefined;
  #hosts: Hosts = new Map();

  constructor(path: string) {
    this.#path = path;
  }

  get hosts(): Hosts {
    return this.#hosts;
  }

  async look(): Promise<void> {
    try {
      const { mtimeMs, size } = await stat(this.#path);
      if (mtimeMs === this.#changed) return;
      this.#hosts = size <= NAMES.hostsBytes ? parseHosts(await readFile(this.#path, 'utf8')) : new Map();
      this.#changed = mtimeMs;
    } catch {
      this.#hosts = new Map();
      this.#changed = undefined;
    }
  }
}
