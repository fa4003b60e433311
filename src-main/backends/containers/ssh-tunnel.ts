// The socket of an engine on another computer, at a socket of this one that nobody else can open: `ssh` forwards it as long as this process
// lives, for what it runs there ends with what it is sent.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DOCKER_SOCKET = '/var/run/docker.sock';
const MOST_WORDS = 2000;

/** By the address of the engine, and how it is spoken to. */
const tunnels = new Map<string, Promise<string>>();

/** The path of the socket here; one that is open is used again. Rejects with what `ssh` said last, and with the signal's reason. */
export async function tunnelTo(url: URL, ssh: readonly string[], signal: AbortSignal): Promise<string> {
  const key = JSON.stringify([url.href, ...ssh]);
  const known = tunnels.get(key);
  // Of an `ssh` that was killed, the socket refuses before its end is told.
  if (known && (await known.then(isOpen, () => false))) return known;
  if (tunnels.get(key) === known) {
    const begun = begin(url, ssh, signal);
    tunnels.set(key, begun);
    begun.catch(() => tunnels.get(key) === begun && tunnels.delete(key));
  }
  return tunnels.get(key)!;
}

function isOpen(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

async function begin(url: URL, [program = 'ssh', ...before]: readonly string[], signal: AbortSignal): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-ssh-'));
  const local = join(folder, 'engine.sock');
  const child = spawn(program, [...before, ...sshWords(url, local)], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.once('close', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  try {
    await answered(child, signal);
  } catch (error) {
    child.kill();
    throw error;
  }
  // It ends with this process, and does not keep it.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as Socket | null)?.unref();
  return local;
}

/** Forwarding is set up before anything runs there, so that its first word says that it is. */
function answered(child: ChildProcess, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = '';
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  child.stderr?.on('data', (words: Buffer) => {
    said = `${said}${words.toString('utf8')}`.slice(-MOST_WORDS);
  });
  child.stdin?.on('error', () => undefined);
  child.once('error', reject);
  child.once('close', () => reject(new Error(said.trim().split('\n').at(-1) || 'ssh ended')));
  child.stdout?.once('data', () => resolve());
  child.stdout?.resume();
  child.stdin?.write('ready\n');
  return promise.finally(() => signal.removeEventListener('abort', abort));
}

/** Asks for nothing, and gives up where the other end falls silent. The words come from a setting: none can be taken for an option. */
export function sshWords({ username, hostname, port, pathname }: URL, local: string): readonly string[] {
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = pathname === '' || pathname === '/' ? DOCKER_SOCKET : decodeURIComponent(pathname);
  const options = [
    'BatchMode=yes',
    'ExitOnForwardFailure=yes',
    'ConnectTimeout=15',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=3',
    'ControlMaster=no',
    'ControlPath=none',
  ];
  return [
    '-T',
    ...options.flatMap((option) => ['-o', option]),
    ...(port === '' ? [] : ['-p', port]),
    '-L',
    `${local}:${socket}`,
    '--',
    username === '' ? host : `${username}@${host}`,
    'cat',
  ];
}
