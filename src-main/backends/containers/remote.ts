// Podman or Docker on another computer: by TLS with a certificate of each side, or by SSH as the system's own program does it, with the
// keys, the agent and the known hosts of this user. Neither asks for a password, and neither trusts a computer that it does not know.

import { lookup } from 'node:dns/promises';
import { open } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { type Engine, engineOf, inTime } from './engine.ts';
import { EngineOfOtherKind, EngineUnreachable, RemoteCertificates } from './errors.ts';
import { tunnelTo } from './ssh-tunnel.ts';

export interface Elsewhere {
  /** `tcp://host:2376`, or `ssh://user@host:22/run/podman/podman.sock`; of SSH, user, port and path may be left out. */
  readonly at: string;
  /** Of TLS: the folder with `ca.pem`, `cert.pem` and `key.pem`, as DOCKER_CERT_PATH names it. */
  readonly certificates?: string | undefined;
}

export interface RemoteEngine extends Engine {
  /** Whose ports its containers have, as it was named. */
  readonly host: string;
  /** IPv4 addresses of that host. */
  readonly addresses: readonly string[];
}

export interface RemoteOptions {
  /** What speaks SSH; left out: `ssh`. */
  readonly ssh?: readonly string[];
}

const ANSWER_MS = 20_000;
const MOST_ADDRESSES = 16;
const MOST_PEM_BYTES = 65_536;
const TLS_PORT = 2376;

/** Names of Docker and Podman for what Node calls the same. */
const PROCESSORS: Readonly<Record<string, string>> = { x86_64: 'x64', amd64: 'x64', aarch64: 'arm64', arm64: 'arm64' };

/** Whether an engine is named that is on another computer. */
export const isElsewhere = (at: string) => /^(?:tcp|ssh):\/\//.test(at);

/** Rejects with EngineUnreachable, RemoteCertificates or EngineOfOtherKind, and with the signal's reason. */
export async function remoteEngine(
  elsewhere: Elsewhere,
  { ssh = ['ssh'] }: RemoteOptions,
  signal: AbortSignal,
): Promise<RemoteEngine> {
  const url = new URL(elsewhere.at);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    const { default: Client } = await import('dockerode');
    const docker =
      url.protocol === 'ssh:'
        ? new Client({ socketPath: await tunnelTo(url, ssh, within) })
        : new Client({
            protocol: 'https',
            host,
            port: Number(url.port || TLS_PORT),
            ...(await certificatesIn(elsewhere.certificates)),
          });
    const engine = await engineOf(docker, elsewhere.at, within);
    const { Architecture } = (await inTime(docker.info(), within)) as { readonly Architecture?: string };
    if (PROCESSORS[Architecture ?? ''] !== process.arch) throw new EngineOfOtherKind(Architecture ?? 'unknown');
    return { ...engine, host, addresses: await addressesOf(host, within) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RemoteCertificates || error instanceof EngineOfOtherKind) throw error;
    throw new EngineUnreachable(host, error);
  }
}

async function addressesOf(host: string, signal: AbortSignal): Promise<readonly string[]> {
  const found = isIP(host) === 4 ? [{ address: host }] : await inTime(lookup4(host), signal);
  // In a box, loopback is its own.
  return found
    .map(({ address }) => address)
    .filter((address) => !address.startsWith('127.'))
    .slice(0, MOST_ADDRESSES);
}

const lookup4 = (host: string) => lookup(host, { all: true, family: 4 }).catch(() => []);

async function certificatesIn(folder: string | undefined) {
  if (folder === undefined) throw new RemoteCertificates();
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => pem(join(folder, name))));
  return { ca, cert, key };
}

async function pem(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const text = Buffer.alloc(MOST_PEM_BYTES);
    const { bytesRead } = await file.read(text, 0, MOST_PEM_BYTES, 0);
    if (bytesRead === 0 || bytesRead === MOST_PEM_BYTES) throw new Error('this is no certificate');
    return text.toString('utf8', 0, bytesRead);
  } catch (error) {
    throw new RemoteCertificates(error);
  }
}
