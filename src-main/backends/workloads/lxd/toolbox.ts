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

const Made = z.object({ fingerprint: z.string() });
const Alias = z.object({ target: z.string() });

/** Its fingerprint. */
export async function lxdToolbox(client: LxdClient, run: Run, signal: AbortSignal): Promise<string> {
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
      properties: { description: 'Tries of Hearth', hearth: '1' },
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
    return made.fingerprint;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
