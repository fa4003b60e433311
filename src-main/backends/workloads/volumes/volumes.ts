// Volumes of a size, each in a file that the helper mounts, given to the engine as a folder: encrypted ones, with their customer's key
// (LUKS2), and plain ones, where the engine has no quotas of its own. A key is in this process's memory until the volume is open, and nowhere
// else: after a restart of the computer nobody but its customer could open one, so it is removed with its box. A plain one is opened again.

import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HelperFailed, type VolumeHelper } from './helper.ts';

/** LUKS2's own, in front of the data. */
export const HEADER_MIB = 16;
const ROOT = '/var/lib/hearth-volumes';

export interface Volume {
  /** A folder that is empty at first. */
  readonly path: string;
  /** As the kernel numbers it, such as `254:3`. */
  readonly device: string;
}

export interface VolumeWish {
  readonly name: string;
  readonly mib: number;
  /** The engine that uses it runs as root; else as the user of this process. */
  readonly ofRoot: boolean;
  /** 32 bytes; left out: it is not encrypted. */
  readonly key?: Uint8Array;
}

export class Volumes {
  readonly #helper: Pick<VolumeHelper, 'ask' | 'askAgain'>;
  readonly #root: string;

  constructor(helper: Pick<VolumeHelper, 'ask' | 'askAgain'>, root = ROOT) {
    this.#helper = helper;
    this.#root = root;
  }

  /** Its owner wants something of boxes: a helper that was refused before may be tried again. */
  askAgain(): void {
    this.#helper.askAgain();
  }

  /** In place of one by that name. Rejects with HelperFailed; then nothing is left of it, as far as the helper could. */
  async create({ name, mib, ofRoot, key }: VolumeWish, signal: AbortSignal): Promise<Volume> {
    const of = [name, String(mib), ofRoot ? 'root' : 'caller'];
    const words = key ? ['create', ...of, Buffer.from(key).toString('base64')] : ['plain', ...of];
    return this.#placed(name, await this.#helper.ask(words, signal));
  }

  /** A plain one, again. Rejects with HelperFailed. */
  async open(name: string, signal: AbortSignal): Promise<Volume> {
    return this.#placed(name, await this.#helper.ask(['open', name], signal));
  }

  #placed(name: string, [path, device]: readonly string[]): Volume {
    if (path !== this.pathOf(name) || device === undefined) throw new HelperFailed('an answer that is none');
    return { path, device };
  }

  /** Whether it takes no key to be opened. */
  isPlain(name: string): Promise<boolean> {
    return isThere(join(this.#root, `${name}.img`));
  }

  /** With its key, so that nobody opens it again. No helper is asked where nothing is left. Rejects with HelperFailed. */
  async destroy(name: string, signal: AbortSignal): Promise<void> {
    if (await this.#isLeft(name)) await this.#helper.ask(['destroy', name], signal);
  }

  /** What is in it can be read and written now. False as well where it was never made. */
  async isOpen(name: string): Promise<boolean> {
    const at = join(this.#root, name);
    const [own, above] = await Promise.all([deviceOf(at), deviceOf(this.#root)]);
    return own !== undefined && own !== above;
  }

  /** As `Volume` has it; undefined: it is not open. */
  async deviceOf(name: string): Promise<string | undefined> {
    if (!(await this.isOpen(name))) return undefined;
    const device = (await deviceOf(join(this.#root, name))) ?? 0;
    return `${major(device)}:${minor(device)}`;
  }

  /** Of all installations. */
  async names(): Promise<readonly string[]> {
    const entries = await readdir(this.#root).catch(() => []);
    return [...new Set(entries.map((entry) => entry.replace(/\.(?:luks|img)$/, '')))];
  }

  pathOf(name: string): string {
    return join(this.#root, name, 'data');
  }

  async #isLeft(name: string): Promise<boolean> {
    const paths = [name, `${name}.luks`, `${name}.img`].map((each) => join(this.#root, each));
    return (await Promise.all(paths.map(isThere))).includes(true);
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

/** As makedev(3) of Linux puts them together. */
const major = (device: number) => Math.floor(device / 256) & 0xfff;
const minor = (device: number) => (device & 0xff) | (Math.floor(device / 4096) & 0xfff00);

async function deviceOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.dev;
}
