// A real SSH server for one file of tests, with a key that opens it and a client that knows it. Where it can't run, the answer is why.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './network.ts';
import { until } from './wait.ts';

export interface Sshd {
  readonly port: number;
  /** How it is spoken to, by somebody who knows it. */
  readonly ssh: readonly string[];
  /** The same, by somebody who does not. */
  readonly stranger: readonly string[];
  stop(): Promise<void>;
}

const PROGRAM = '/usr/sbin/sshd';

export async function startSshd(): Promise<Sshd | { readonly reason: string }> {
  if (process.getuid?.() !== 0) return { reason: 'it takes root on Linux' };
  const folder = mkdtempSync(join(tmpdir(), 'hearth-sshd-'));
  try {
    // Where it puts processes that handle strangers.
    mkdirSync('/run/sshd', { recursive: true });
    for (const name of ['host', 'own'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    const port = await freePort();
    const at = (name: string) => join(folder, name);
    writeFileSync(at('authorized'), readFileSync(at('own.pub')));
    writeFileSync(
      at('sshd_config'),
      `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${at('host')}\nAuthorizedKeysFile ${at('authorized')}\n` +
        'StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nPidFile none\n',
    );
    const client = (name: string, known: string) => {
      writeFileSync(at(`${name}-known`), known);
      writeFileSync(
        at(name),
        `IdentityFile ${at('own')}\nIdentitiesOnly yes\nUserKnownHostsFile ${at(`${name}-known`)}\nGlobalKnownHostsFile none\n`,
      );
      return ['ssh', '-F', at(name)];
    };
    const server = spawn(PROGRAM, ['-D', '-e', '-f', at('sshd_config')], { stdio: 'ignore' });
    const gone = once(server, 'exit');
    await until('sshd to listen', () => answers(port), 30_000);
    return {
      port,
      ssh: client('client', `[127.0.0.1]:${port} ${readFileSync(at('host.pub'), 'utf8')}`),
      stranger: client('stranger', ''),
      async stop() {
        server.kill('SIGKILL');
        await gone;
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    return { reason: (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1)! };
  }
}

export const OWN_NAME = userInfo().username;

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}
