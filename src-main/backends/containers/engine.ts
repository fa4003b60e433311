// The engine for containers on this computer: Podman of this user first, since nothing in it is root, then whatever else answers.
// It is spoken to through its socket, by Docker's interface, which Podman has as well.

import { homedir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { EngineElsewhere, EngineMissing } from './errors.ts';
import { inTime } from './requests.ts';

export interface Engine {
  readonly docker: Docker;
  readonly make: 'podman' | 'docker';
  /** The socket that it answers at; of one on another computer its address. */
  readonly at: string;
  /** It runs as the user that this program runs as, and can do no more. */
  readonly rootless: boolean;
}

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Undefined where the system has no such numbers. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

export function surroundings(): Surroundings {
  return {
    platform: process.platform,
    env: process.env,
    home: homedir(),
    uid: process.getuid?.(),
    gid: process.getgid?.(),
  };
}

/** A busy computer takes seconds: its engine starts a program of its own to look at its store. */
const ANSWER_MS = 20_000;

/** Sockets to try, in order. DOCKER_HOST is the only one where it is set; throws EngineElsewhere where it names no socket. */
export function socketsIn({ platform, env, home, uid }: Surroundings): readonly string[] {
  const host = env.DOCKER_HOST?.trim();
  if (host) {
    const named = /^(?:unix|npipe):\/\/(.+)$/.exec(host)?.[1];
    if (named === undefined) throw new EngineElsewhere();
    return [named];
  }
  if (platform === 'win32') return ['//./pipe/docker_engine', '//./pipe/podman-machine-default'];
  const runtime = env.XDG_RUNTIME_DIR || (uid === undefined ? undefined : `/run/user/${uid}`);
  const own = runtime === undefined ? [] : [join(runtime, 'podman/podman.sock'), join(runtime, 'docker.sock')];
  return [
    ...own,
    join(home, '.docker/run/docker.sock'),
    join(home, '.local/share/containers/podman/machine/podman.sock'),
    '/run/podman/podman.sock',
    '/var/run/docker.sock',
  ];
}

/** The first that answers. Rejects with EngineMissing or EngineElsewhere. */
export async function findEngine(around: Surroundings, signal: AbortSignal): Promise<Engine> {
  let failure: unknown;
  for (const socketPath of socketsIn(around)) {
    try {
      return await engineAt(socketPath, signal);
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw new EngineMissing(failure);
}

async function engineAt(socketPath: string, signal: AbortSignal): Promise<Engine> {
  // Loaded where it is wanted: few nodes have runners.
  const { default: Client } = await import('dockerode');
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  return engineOf(new Client({ socketPath }), socketPath, within);
}

/** Docker says it among its options, Podman in a member of its own. */
interface EngineInfo {
  readonly SecurityOptions?: readonly string[];
  readonly Rootless?: boolean;
}

/** What answers there. Rejects with what it was answered, and with the signal's reason. */
export async function engineOf(docker: Docker, at: string, within: AbortSignal): Promise<Engine> {
  await inTime(docker.ping(), within);
  const version = await inTime(docker.version(), within);
  const info = (await inTime(docker.info(), within)) as EngineInfo;
  return {
    docker,
    at,
    make: (version.Components ?? []).some(({ Name }) => /podman/i.test(Name)) ? 'podman' : 'docker',
    rootless: info.Rootless === true || (info.SecurityOptions ?? []).includes('name=rootless'),
  };
}
