// Servers of this process as a network namespace sees them, at the same addresses: a little process in there listens on their ports, and
// leads to sockets of the file system, which know no network.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { joined } from './doorway-child.ts';
import { temporaryFolder } from './folder.ts';
import type { Namespace } from './namespaces.ts';

/** `ports`: of 127.0.0.1. Open until the test is over. */
export async function doorway(to: Pick<Namespace, 'network'>, ports: readonly number[]): Promise<void> {
  const folder = temporaryFolder();
  const servers = ports.map((port) =>
    createServer((from) => joined(from, connect(port, '127.0.0.1'))).listen(join(folder, String(port))),
  );
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const [program, ...front] = to.network;
  const words = [process.execPath, join(import.meta.dirname, 'doorway-child.ts'), folder, ...ports.map(String)];
  const child = spawn(program, [...front, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await gone;
    for (const server of servers) server.close();
  });
  await once(child.stdout, 'data');
}
