// Has systemd run the node for the user who asks, also while that user is not logged in. The unit is the one that is packed, with
// this very program in it.

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HearthError } from '../../base/errors.ts';
import type { Run } from '../../base/run.ts';

export interface ServiceDeps {
  readonly run: Run;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Undefined where there are no such ids. */
  readonly uid: number | undefined;
  /** Whether systemd runs this computer (sd_booted(3)). */
  readonly booted: boolean;
}

/** systemd itself may take its time, but not for ever. */
const WAIT_MS = 60_000;

export function canServe({ booted, uid }: ServiceDeps): boolean {
  return booted && uid !== undefined && uid !== 0;
}

/** Answers the file of the unit. `words`: the command that serves. Rejects with `command.no-systemd` or `command.service-failed`. */
export async function installService(deps: ServiceDeps, words: readonly string[]): Promise<string> {
  if (!canServe(deps)) {
    throw new HearthError({
      code: 'command.no-systemd',
      category: 'invalid',
      message: deps.booted
        ? 'A node should not run as root. Run "hearth init" as a user of its own, or see systemd/system/hearth.service.'
        : 'systemd does not run this computer. Start the node with "hearth serve --headless".',
    });
  }
  const { run, env, home } = deps;
  const file = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'systemd/user/hearth.service');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, unit(words, env.HEARTH_PASSPHRASE_FILE));
  const signal = AbortSignal.timeout(WAIT_MS);
  for (const args of [['daemon-reload'], ['enable', 'hearth'], ['restart', 'hearth']]) {
    const { kind } = await run('systemctl', ['--user', ...args], signal);
    if (kind === 'done') continue;
    throw new HearthError({
      code: 'command.service-failed',
      category: 'unavailable',
      message: `systemd did not take the service: "systemctl --user ${args.join(' ')}" failed. Its unit is in ${file}.`,
    });
  }
  // Without it the node ends when its user logs out. Where it may not be set, the service still works until then.
  await run('loginctl', ['enable-linger'], signal);
  return file;
}

/** Whether systemd runs this computer. */
export function systemdRuns(): boolean {
  return existsSync('/run/systemd/system');
}

/** As build/resources/systemd/user/hearth.service has it. */
export function unit(words: readonly string[], passphraseFile?: string): string {
  return `[Unit]
Description=Hearth, lends spare capacity to networks that pay for it

[Service]
Type=notify
NotifyAccess=all
WatchdogSec=60
ExecStart=${words.map(quoted).join(' ')}
${passphraseFile === undefined ? '' : `Environment=${quoted(`HEARTH_PASSPHRASE_FILE=${passphraseFile}`)}\n`}Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2
TimeoutStartSec=300
TimeoutStopSec=75
KillMode=mixed
UMask=0077
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native

[Install]
WantedBy=default.target
`;
}

/** As systemd.service(5) reads words of a command line: with %, $, quotes and backslashes as they are. */
function quoted(word: string): string {
  const plain = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@%+=:,./$-]+$/.test(plain) ? plain : `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
