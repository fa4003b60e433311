// Podman or Docker on another computer: by TLS with a certificate of each side, or by SSH as the system's own program does it, with the
// keys, the agent and the known hosts of this user. Neither asks for a password, and neither trusts a computer that it does not know.

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { pemsIn } from './certificates.ts';
import { type Engine, engineOf } from './engine.ts';
import { EngineOfOtherKind, EngineUnreachable, RemoteCertificates } from './errors.ts';
import { inTime } from './requests.ts';
import { tunnelTo } from './ssh-tunnel.ts';

export interface Elsewhere {
  /** `tcp://host:2376`, `ssh://user@host:22/run/podman/podman.sock` or, of LXD, `https://host:8443`; user, port and path may be left out. */
  readonly at: string;
  /** Of TLS: the folder with what it takes. Of Docker and Podman: `ca.pem`, `cert.pem` and `key.pem`, as DOCKER_CERT_PATH names it. */
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
const TLS_PORT = 2376;

/** Names of engines for what Node calls the same. */
const PROCESSORS: Readonly<Record<string, string>> = { x86_64: 'x64', amd64: 'x64', aarch64: 'arm64', arm64: 'arm64' };

/** Whether an engine is named that is on another computer. */
export const isElsewhere = (at: string) => /^(?:tcp|ssh|https):\/\//.test(at);

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
    assertSameProcessor(Architecture);
    return { ...engine, host, addresses: await addressesOf(host, within) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RemoteCertificates || error instanceof EngineOfOtherKind) throw error;
    throw new EngineUnreachable(host, error);
  }
}

/** Throws EngineOfOtherKind. */
export function assertSameProcessor(theirs: string | undefined): void {
  if (PROCESSORS[theirs ?? ''] !== process.arch) throw new EngineOfOtherKind(theirs ?? 'unknown');
}

/** IPv4 addresses of a computer, but for loopback. */
export async function addressesOf(host: string, signal: AbortSignal): Promise<readonly string[]> {
  const found = isIP(host) === 4 ? [{ address: host }] : await inTime(lookup4(host), signal);
  // In a box, loopback is its own.
  return found
    .map(({ address }) => address)
    .filter((address) => !address.startsWith('127.'))
    .slice(0, MOST_ADDRESSES);
}

const lookup4 = (host: string) => lookup(host, { all: true, family: 4 }).catch(() => []);

async function certificatesIn(folder: string | undefined) {
  const [ca, cert, key] = await pemsIn(folder, ['ca.pem', 'cert.pem', 'key.pem'] as const);
  return { ca, cert, key };
}
