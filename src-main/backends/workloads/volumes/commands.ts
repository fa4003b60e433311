// By what the program that makes encrypted volumes is started: by this process where it is root, else by sudo where a rule allows it
// without a password, else by pkexec, which asks for one. As another user nothing is started that others than root could have written.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { HelperDeps } from './helper.ts';

const NAME = 'hearth-volumes';
/** Where an administrator has put it. */
const INSTALLED = [`/usr/local/lib/hearth/${NAME}`, `/opt/Hearth/resources/${NAME}`];
const SUDO_MS = 5000;
/** For somebody to find the window and type the password. */
const ASKED_MS = 120_000;

/** For it to say that it is there, whatever it is started by. */
export const HELPER_START_MS = SUDO_MS + ASKED_MS;

export interface HelperSurroundings {
  readonly platform: NodeJS.Platform;
  readonly uid: number;
  readonly env: NodeJS.ProcessEnv;
  /** Where the program may lie, the first that is there. */
  readonly installed: readonly string[];
  readonly shipped: readonly string[];
  /** Undefined: it is not there. */
  readonly look: (path: string) => { readonly uid: number; readonly mode: number } | undefined;
}

export function helperCommands(around: HelperSurroundings = helperSurroundings()): ReturnType<HelperDeps['commands']> {
  const { platform, uid, env, installed, shipped, look } = around;
  if (platform !== 'linux') return [];
  if (uid === 0) {
    const path = [...installed, ...shipped].find((each) => look(each));
    return path === undefined ? [] : [{ command: ['/bin/sh', path], patienceMs: SUDO_MS }];
  }
  const path = installed.find((each) => isRoots(look(each)));
  if (path === undefined) return [];
  const hasDisplay = Boolean(env.DISPLAY ?? env.WAYLAND_DISPLAY);
  return [
    { command: ['sudo', '-n', path], patienceMs: SUDO_MS },
    ...(hasDisplay ? [{ command: ['pkexec', '--disable-internal-agent', path] as const, patienceMs: ASKED_MS }] : []),
  ];
}

/** Nobody else may have written what root runs. */
function isRoots(found: ReturnType<HelperSurroundings['look']>): boolean {
  return found !== undefined && found.uid === 0 && (found.mode & 0o022) === 0;
}

function helperSurroundings(): HelperSurroundings {
  const resources = (process as { resourcesPath?: string }).resourcesPath;
  return {
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
    env: process.env,
    installed: INSTALLED,
    // Of a package, of the built app in its checkout, and of its sources.
    shipped: [
      ...(resources === undefined ? [] : [join(resources, NAME)]),
      join(import.meta.dirname, '../../resources', NAME),
      join(import.meta.dirname, '../../../../build/resources', NAME),
    ],
    look: (path) => statSync(path, { throwIfNoEntry: false }),
  };
}
