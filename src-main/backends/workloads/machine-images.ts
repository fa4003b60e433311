// Disk images of machines at an engine: each in a volume of its own, which machines read and none writes. Which there are, and by which sum,
// is kept in a file of the node's own that is written when an image has been read once more from where machines read it.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { ensurePrivateFolder, writePrivateFile } from '../../storage/files.ts';
import { LABEL, removeContainer } from '../containers/containers.ts';
import type { Engine } from '../containers/engine.ts';
import type { PullProgress } from '../containers/images.ts';
import { inTime, unlessAbsent } from '../containers/requests.ts';
import { BOX, BOX_TIMES } from './bounds.ts';
import { ROLE_LABEL } from './box-plan.ts';
import { ask } from './engine-requests.ts';
import { ImageBudgetSpent, MachineImageWrong } from './errors.ts';
import { bytesAt, fetchImage, isAddress, type MachineSource } from './machine-fetch.ts';
import { contentOf, MACHINE_PATHS } from './machine-plan.ts';
import { runToEnd, trialLock } from './machines.ts';

export interface MachineImagesDeps {
  readonly clock: Pick<Clock, 'after' | 'now' | 'monotonic' | 'sleep'>;
  readonly engine: Pick<Engine, 'docker' | 'make'>;
  readonly installation: string;
  /** Where what is known of them is kept, and what is being fetched. */
  readonly folder: string;
  /** The image that machines are run by. */
  readonly toolbox: (signal: AbortSignal) => Promise<string>;
}

export interface KeptImage {
  /** As `image` of a spec has it. */
  readonly id: string;
  readonly sha256: string;
  readonly bytes: number;
}

const Kept = z.record(
  z.string(),
  z.strictObject({
    sha256: z.string(),
    volume: z.string(),
    format: z.enum(['qcow2', 'raw']),
    bytes: z.number().int().nonnegative(),
  }),
);
type Kept = z.infer<typeof Kept>;

const Info = z.object({
  format: z.string(),
  'virtual-size': z.number(),
  'backing-filename': z.string().optional(),
  'format-specific': z.object({ data: z.looseObject({ 'data-file': z.string().optional() }) }).optional(),
});

/** None takes so long, whichever process of this node it is of, and whatever the engine's clock says. */
const STALE_MS = 4 * BOX_TIMES.importImage;
/** Of what an image is brought in by. */
const IMPORT = 'import';
const FILE = 'machines.json';

export class MachineImages {
  readonly #deps: MachineImagesDeps;

  constructor(deps: MachineImagesDeps) {
    this.#deps = deps;
  }

  /** What is here of that name; null: nothing, or another. */
  async kept({ name, sha256 }: MachineSource, signal: AbortSignal): Promise<KeptImage | null> {
    const found = this.#read()[name];
    if (!found || sha256 === undefined || found.sha256 !== sha256) return null;
    const volume = this.#deps.engine.docker.getVolume(found.volume);
    const there = await ask('ask', BOX_TIMES.ask, signal, (within) => inTime(unlessAbsent(volume.inspect()), within));
    return there ? { id: contentOf(found), sha256, bytes: found.bytes } : null;
  }

  /** Resolves when it is here. Rejects with MachineImageWrong, NoMachines, ImageBudgetSpent, or with the signal's reason. */
  async pull(
    source: MachineSource,
    room: number,
    progress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { name, from, sha256 } = source;
    if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) throw new MachineImageWrong(name, 'unsummed');
    const toolbox = await this.#deps.toolbox(signal);
    const most = Math.min(room, BOX.machineImageBytes);
    ensurePrivateFolder(this.#deps.folder);
    const fetched = isAddress(from) ? join(this.#deps.folder, `${sha256}.part`) : undefined;
    if (fetched) await fetchImage(this.#deps.clock, source, fetched, most, progress, signal);
    const path = fetched ?? from;
    const bytes = await bytesAt(name, path, most);
    const before = this.#read()[name];
    const volume = `hearth-${this.#deps.installation}-machine-${sha256.slice(0, 16)}`;
    const format = await this.#import({ source, path, volume, toolbox }, signal);
    if (bytes > room) throw new ImageBudgetSpent(name);
    this.#write({ ...this.#read(), [name]: { sha256, volume, format, bytes } });
    if (fetched) rmSync(fetched, { force: true });
    if (before && before.volume !== volume) await this.#drop(before.volume);
  }

  /** Running machines keep what they were made of: their engine holds it until they are gone. */
  async remove(name: string): Promise<void> {
    const { [name]: found, ...others } = this.#read();
    if (!found) return;
    this.#write(others);
    await this.#drop(found.volume);
  }

  /** Names of volumes that are left, for something uses them. */
  async dropAll(signal: AbortSignal): Promise<readonly string[]> {
    await this.#dropImports(() => true, signal);
    await this.dropAllBut(new Set(), signal);
    return this.#volumes(signal);
  }

  /** What nobody may rent any more, and what was left half made. */
  async dropAllBut(names: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const kept = Object.entries(this.#read());
    for (const [name] of kept) if (!names.has(name)) await this.remove(name);
    const inUse = new Set(Object.values(this.#read()).map(({ volume }) => volume));
    for (const name of await this.#volumes(signal)) if (!inUse.has(name)) await this.#drop(name);
  }

  /** What an import that was ended in its midst has left: no other is touched, which another process may be at. */
  async sweep(signal: AbortSignal): Promise<void> {
    const isStale = (createdAt: number) => createdAt < this.#deps.clock.now() - STALE_MS;
    await this.#dropImports((seconds) => isStale(seconds * 1000), signal);
    const kept = new Set(Object.values(this.#read()).map(({ volume }) => volume));
    for (const { Name, CreatedAt } of await this.#found(signal))
      if (!kept.has(Name) && isStale(Date.parse(CreatedAt ?? ''))) await this.#drop(Name);
  }

  /** `which`: by when they were made, epoch seconds. */
  async #dropImports(which: (created: number) => boolean, signal: AbortSignal): Promise<void> {
    const { clock, engine, installation } = this.#deps;
    const { docker } = engine;
    const label = [`${LABEL}=${installation}`, `${ROLE_LABEL}=${IMPORT}`];
    const all = await inTime(docker.listContainers({ all: true, filters: { label } }), signal);
    for (const { Id, Created } of all) if (which(Created)) await removeContainer(clock, docker, Id, signal);
  }

  async #volumes(signal: AbortSignal): Promise<readonly string[]> {
    return (await this.#found(signal)).map(({ Name }) => Name);
  }

  /** By their names: those of earlier versions have no label. */
  async #found(signal: AbortSignal): Promise<readonly { readonly Name: string; readonly CreatedAt?: string }[]> {
    const own = `hearth-${this.#deps.installation}-machine-`;
    const { Volumes } = await inTime(this.#deps.engine.docker.listVolumes(), signal);
    return (Volumes ?? []).filter(({ Name }) => Name.startsWith(own));
  }

  /** Read once more where machines will read it: what counts is what has arrived there. */
  async #import(
    of: { readonly source: MachineSource; readonly path: string; readonly volume: string; readonly toolbox: string },
    signal: AbortSignal,
  ): Promise<'qcow2' | 'raw'> {
    const { source, path, volume, toolbox } = of;
    const { engine, installation } = this.#deps;
    const { docker } = engine;
    const name = source.name;
    await this.#drop(volume);
    const labels = { [LABEL]: installation, [ROLE_LABEL]: IMPORT };
    await docker.createVolume({ Name: volume, Driver: 'local', Labels: labels });
    try {
      const options: Docker.ContainerCreateOptions = {
        name: `hearth-${installation}-trial.import`,
        Image: toolbox,
        Labels: labels,
        Cmd: ['bash', '-c', LOOK],
        Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C'],
        HostConfig: {
          ...trialLock(engine, 512),
          Binds: [`${volume}:${MACHINE_PATHS.base}:rw`],
        },
      };
      const said = await ask('ask', BOX_TIMES.importImage, signal, (within) =>
        runToEnd(docker, options, within, (made) => this.#copy(made, path, within)),
      );
      const [sum = '', ...rest] = said.split('\n');
      if (sum !== source.sha256) throw new MachineImageWrong(name, 'sum');
      return formatOf(name, rest.join('\n'));
    } catch (error) {
      await this.#drop(volume);
      throw error;
    }
  }

  async #copy(container: Docker.Container, path: string, signal: AbortSignal): Promise<void> {
    const folder = mkdtempSync(join(this.#deps.folder, 'copy-'));
    try {
      symlinkSync(path, join(folder, 'disk'));
      const { size } = await stat(path);
      const tar = spawn('tar', ['-C', folder, '--dereference', '--create', '--format=gnu', '--file=-', 'disk'], {
        stdio: ['ignore', 'pipe', 'ignore'],
        signal,
      });
      tar.on('error', () => undefined);
      const archive = Readable.from(firstOf(tar.stdout, archiveBytes(size)), { objectMode: false });
      await inTime(container.putArchive(archive, { path: MACHINE_PATHS.base }), signal);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async #drop(volume: string): Promise<void> {
    await unlessAbsent(this.#deps.engine.docker.getVolume(volume).remove()).catch(() => undefined);
  }

  #read(): Kept {
    try {
      const found = Kept.safeParse(JSON.parse(readFileSync(join(this.#deps.folder, FILE), 'utf8')));
      return found.success ? found.data : {};
    } catch {
      return {};
    }
  }

  #write(kept: Kept): void {
    ensurePrivateFolder(this.#deps.folder);
    writePrivateFile(join(this.#deps.folder, FILE), JSON.stringify(kept));
  }
}

const LOOK = `sum=$(sha256sum ${MACHINE_PATHS.base}/disk) && echo "\${sum%% *}" && exec qemu-img info --output=json ${MACHINE_PATHS.base}/disk`;

const BLOCK = 512;

/** Of a tar of one file: its header, the file, and two empty blocks. */
const archiveBytes = (size: number) => BLOCK + Math.ceil(size / BLOCK) * BLOCK + 2 * BLOCK;

/**
 * What tar fills up its last record with is left away: Podman unpacks in a process that ends with the second empty block, and calls what
 * it can't hand over to it any more a failure.
 */
async function* firstOf(stream: AsyncIterable<Buffer>, bytes: number): AsyncIterable<Buffer> {
  let left = bytes;
  for await (const chunk of stream) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

/** Throws MachineImageWrong. A disk image can name other files as its own, and unfold to more than any disk has. */
export function formatOf(name: string, info: string): 'qcow2' | 'raw' {
  let json: unknown;
  try {
    json = JSON.parse(info);
  } catch (error) {
    throw new MachineImageWrong(name, 'format', error);
  }
  const found = Info.safeParse(json);
  if (!found.success) throw new MachineImageWrong(name, 'format', found.error);
  const { format, 'virtual-size': size, 'backing-filename': backing, 'format-specific': specific } = found.data;
  if (backing !== undefined || specific?.data['data-file'] !== undefined) throw new MachineImageWrong(name, 'format');
  if (size > BOX.machineImageBytes) throw new MachineImageWrong(name, 'size');
  if (format !== 'qcow2' && format !== 'raw') throw new MachineImageWrong(name, 'format');
  return format;
}
