// An image of programs of this computer for the boxes that tries are made with: made here, as the sidecars' is, and made anew when they change.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Run } from '../../../base/run.ts';
import { FilterMissing } from '../errors.ts';
import { filesOf, fingerprint, type Tools } from '../toolbox.ts';
import { isMissing, type LxdClient } from './client.ts';
import { SENT } from './images.ts';
import { COMMAND_PATH } from './plan.ts';

const TOOLS: Tools = {
  image: 'hearth-toolbox-',
  label: '',
  programs: ['bash', 'cat', 'dd', 'ip', 'mknod', 'mount', 'rm', 'sleep', 'timeout'],
  files: [],
  missing: (program, cause) => new FilterMissing(program, cause),
};

/** It has no client for DHCP: Hearth tells it where it is. What it is to do is all that it does. */
const initOf = (bash: string) => `#!${bash}
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
ip link set lo up
ip link set eth0 up && ip addr add "$HEARTH_ADDRESS" dev eth0 && ip route add default via "$HEARTH_GATEWAY"
exec ${COMMAND_PATH}
`;

const MARK = 'hearth.toolbox';
const Images = z.array(z.object({ fingerprint: z.string(), properties: z.record(z.string(), z.string()).nullish() }));
const Made = z.object({ fingerprint: z.string() });
const Alias = z.object({ target: z.string() });

export interface LxdToolboxDeps {
  readonly client: LxdClient;
  readonly run: Run;
  /** Whose it is: another computer has another, of its own programs. */
  readonly installation: string;
}

/** Its fingerprint. */
export async function lxdToolbox({ client, run, installation }: LxdToolboxDeps, signal: AbortSignal): Promise<string> {
  const files = await filesOf({ run }, TOOLS, signal);
  const alias = `${TOOLS.image}${await fingerprint(files)}`;
  try {
    return Alias.parse(await client.ask('GET', `/1.0/images/aliases/${alias}`, signal)).target;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const folder = mkdtempSync(join(tmpdir(), 'hearth-toolbox-'));
  try {
    const root = join(folder, 'OWN', 'rootfs');
    for (const name of ['dev', 'proc', 'sys', 'run', 'tmp', 'data', 'etc', 'sbin', 'bin', 'var/lib']) {
      mkdirSync(join(root, name), { recursive: true });
    }
    const bash = files.find((path) => path.endsWith('/bash')) ?? '/bin/bash';
    symlinkSync(bash, join(root, 'bin', 'sh'));
    writeFileSync(join(root, 'sbin', 'init'), initOf(bash), { mode: 0o755 });
    writeFileSync(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/:/bin/sh\n');
    const about = {
      architecture: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
      creation_date: 1,
      properties: { description: 'Tries of Hearth', hearth: '1', [SENT.by]: installation, [MARK]: '1' },
    };
    writeFileSync(join(folder, 'OWN', 'metadata.yaml'), JSON.stringify(about));
    const paths = files.map((path) => path.slice(1));
    const renamed = ['--transform=s,^,rootfs/,;s,^rootfs/OWN/,,'];
    const tar = spawn(
      'tar',
      [
        '--dereference',
        '--create',
        '--file=-',
        ...renamed,
        '-C',
        folder,
        'OWN/metadata.yaml',
        'OWN/rootfs',
        '-C',
        '/',
        ...paths,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'], signal },
    );
    tar.on('error', () => undefined);
    const headers = { 'content-type': 'application/octet-stream' };
    const made = Made.parse(await client.send('/1.0/images', signal, tar.stdout, headers));
    await client.ask('POST', '/1.0/images/aliases', signal, { name: alias, target: made.fingerprint });
    await removeEarlier(client, installation, made.fingerprint, signal);
    return made.fingerprint;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of the programs as they were before. */
async function removeEarlier(
  client: LxdClient,
  installation: string,
  current: string,
  signal: AbortSignal,
): Promise<void> {
  const all = Images.parse(await client.ask('GET', '/1.0/images?recursion=1', signal));
  for (const { fingerprint: each, properties } of all) {
    if (each === current || properties?.[SENT.by] !== installation || properties[MARK] === undefined) continue;
    await client.ask('DELETE', `/1.0/images/${each}`, signal).catch(() => signal.throwIfAborted());
  }
}
