// A small image of programs of this computer: nft for the sidecar that holds a box's network, and what tries from inside a box whether it
// holds. Made here, so that no registry is asked for what boxes depend on, and none can put anything into it. Made anew when the
// computer's own programs have changed.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { Run } from '../../base/run.ts';
import { isAbsent } from '../containers/containers.ts';
import { inTime } from '../containers/engine.ts';
import { FilterMissing } from './errors.ts';

const PROGRAMS = ['bash', 'nft', 'sleep', 'timeout', 'dd', 'cat', 'mknod', 'mount', 'rm'] as const;
const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'] as const;
const TOOLBOX_LABEL = 'hearth.toolbox';
const TOOLBOX_NAME = 'localhost/hearth-toolbox-';

export interface ToolboxDeps {
  readonly run: Run;
  /** Where programs lie, in order. */
  readonly folders?: readonly string[];
}

/** The id of the image, which is made where it is not there yet. Rejects with FilterMissing, or with what the engine said. */
export async function toolboxImage(deps: ToolboxDeps, docker: Docker, signal: AbortSignal): Promise<string> {
  const files = await filesOf(deps, signal);
  const name = `${TOOLBOX_NAME}${await fingerprint(files)}`;
  const found = await idOf(docker, name, signal);
  if (found !== undefined) return found;
  await importFiles(docker, name, files, signal);
  const made = await idOf(docker, name, signal);
  if (made === undefined) throw new FilterMissing('an engine that takes images');
  await removeEarlier(docker, made);
  return made;
}

/** Of the programs as they were before. The engine keeps one that a sidecar is made of; it goes after the next change. */
async function removeEarlier(docker: Docker, current: string): Promise<void> {
  const all = await docker.listImages({ filters: { label: [TOOLBOX_LABEL] } });
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
async function filesOf({ run, folders = FOLDERS }: ToolboxDeps, signal: AbortSignal): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const program of PROGRAMS) {
    const path = await pathOf(program, folders);
    files.add(path);
    const linked = await run('ldd', [path], signal);
    signal.throwIfAborted();
    if (linked.kind === 'missing') throw new FilterMissing('ldd');
    // It fails for what is linked with none.
    if (linked.kind === 'done') for (const library of librariesIn(linked.text)) files.add(library);
  }
  return [...files].sort();
}

async function pathOf(program: string, folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    const path = join(folder, program);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  throw new FilterMissing(program);
}

/** Paths in what ldd says: `libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)`, or the path alone. */
export function librariesIn(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|=>)\s*(\/\S+)\s+\(0x[0-9a-f]+\)/gm)].map(([, path]) => path!);
}

/** Changes when one of them does: by an update, say. */
async function fingerprint(files: readonly string[]): Promise<string> {
  const sum = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = await stat(await realpath(file));
    sum.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return sum.digest('hex').slice(0, 16);
}

async function importFiles(docker: Docker, repo: string, files: readonly string[], signal: AbortSignal): Promise<void> {
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
    tar.once('error', (error) => reject(new FilterMissing('tar', error)));
    tar.once('close', (code) => (code === 0 ? resolve() : reject(new FilterMissing('tar'))));
  });
  ended.catch(() => undefined);
  const said = await inTime(docker.importImage(tar.stdout, { repo, changes: `LABEL ${TOOLBOX_LABEL}=1` }), signal);
  for await (const _ of said) signal.throwIfAborted();
  await ended;
}
