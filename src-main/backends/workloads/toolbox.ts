// Small images of programs of this computer: nft for the sidecar that holds a box's network and what tries from inside a box whether it
// holds, and what runs whole machines. Made here, so that no registry is asked for what boxes depend on, and none can put anything into it. Made anew when the
// computer's own programs have changed.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { Run } from '../../base/run.ts';
import { inTime, isAbsent } from '../containers/requests.ts';
import { FilterMissing } from './errors.ts';

export interface Tools {
  /** Of the image, and of its label. */
  readonly image: string;
  readonly label: string;
  readonly programs: readonly string[];
  /** Beside them: the first that is there of each row, and of it, where it is a folder, the files that begin so. */
  readonly files: readonly {
    readonly oneOf: readonly string[];
    readonly beginning?: string;
    readonly optional?: true;
  }[];
  readonly missing: (what: string, cause?: unknown) => Error;
}

/** For sidecars and the probe. */
export const SIDECAR_TOOLS: Tools = {
  image: 'localhost/hearth-toolbox-',
  label: 'hearth.toolbox=1',
  programs: ['bash', 'nft', 'sleep', 'timeout', 'dd', 'cat', 'mknod', 'mount', 'rm'],
  files: [],
  missing: (program, cause) => new FilterMissing(program, cause),
};

const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'] as const;

export interface ToolboxDeps {
  readonly run: Run;
  /** Left out: those of sidecars. */
  readonly tools?: Tools;
  /** Where programs lie, in order. */
  readonly folders?: readonly string[];
}

/** The id of the image, which is made where it is not there yet. Rejects with what `tools.missing` makes, or with what the engine said. */
export async function toolboxImage(deps: ToolboxDeps, docker: Docker, signal: AbortSignal): Promise<string> {
  const tools = deps.tools ?? SIDECAR_TOOLS;
  const files = await filesOf(deps, tools, signal);
  const name = `${tools.image}${await fingerprint(files)}`;
  const found = await idOf(docker, name, signal);
  if (found !== undefined) return found;
  await importFiles(docker, name, files, tools, signal);
  const made = await idOf(docker, name, signal);
  if (made === undefined) throw tools.missing('an engine that takes images');
  await removeEarlier(docker, made, tools);
  return made;
}

/** Of the programs as they were before. The engine keeps one that a sidecar is made of; it goes after the next change. */
async function removeEarlier(docker: Docker, current: string, { label }: Tools): Promise<void> {
  const all = await docker.listImages({ filters: { label: [label] } });
  for (const { Id } of all) {
    if (!sameId(Id, current))
      await docker
        .getImage(Id)
        .remove()
        .catch(() => undefined);
  }
}

/** Podman leaves the kind of sum out, here or there. */
const sameId = (one: string, other: string) => one.replace(/^sha256:/, '') === other.replace(/^sha256:/, '');

async function idOf(docker: Docker, name: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await inTime(docker.getImage(`${name}:latest`).inspect(), signal)).Id;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** The programs and the libraries that each is linked with, by their paths here. */
export async function filesOf(
  { run, folders = FOLDERS }: ToolboxDeps,
  tools: Tools,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const program of tools.programs) {
    const path = await firstUsable(
      folders.map((folder) => join(folder, program)),
      constants.X_OK,
    );
    if (path === undefined) throw tools.missing(program);
    files.add(path);
    const linked = await run('ldd', [path], signal);
    signal.throwIfAborted();
    if (linked.kind === 'missing') throw tools.missing('ldd');
    // It fails for what is linked with none.
    if (linked.kind === 'done') for (const library of librariesIn(linked.text)) files.add(library);
  }
  for (const { oneOf, beginning, optional } of tools.files) {
    const path = await firstUsable(oneOf, constants.R_OK);
    if (path === undefined && optional !== true) throw tools.missing(oneOf[0]!);
    if (path === undefined) continue;
    if (beginning === undefined) files.add(path);
    else for (const name of await readdir(path)) if (name.startsWith(beginning)) files.add(join(path, name));
  }
  return [...files].sort();
}

async function firstUsable(paths: readonly string[], mode: number): Promise<string | undefined> {
  for (const path of paths) {
    const usable = await access(path, mode).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}

/** Paths in what ldd says: `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`, or the path alone. */
export function librariesIn(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|=>)\s*(\/\S+)\s+\(0x[0-9a-f]+\)/gm)].map(([, path]) => path!);
}

/** Changes when one of them does: by an update, say. */
export async function fingerprint(files: readonly string[]): Promise<string> {
  const sum = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = await stat(await realpath(file));
    sum.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return sum.digest('hex').slice(0, 16);
}

async function importFiles(
  docker: Docker,
  repo: string,
  files: readonly string[],
  { label, missing }: Tools,
  signal: AbortSignal,
): Promise<void> {
  // Links are followed: in an image of its own each file is at the path where its programs look for it.
  const tar = spawn(
    'tar',
    ['-C', '/', '--dereference', '--create', '--file=-', ...files.map((path) => path.slice(1))],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      signal,
    },
  );
  const ended = new Promise<void>((resolve, reject) => {
    tar.once('error', (error) => reject(missing('tar', error)));
    tar.once('close', (code) => (code === 0 ? resolve() : reject(missing('tar'))));
  });
  ended.catch(() => undefined);
  const said = await inTime(docker.importImage(tar.stdout, { repo, changes: `LABEL ${label}` }), signal);
  for await (const _ of said) signal.throwIfAborted();
  await ended;
}
