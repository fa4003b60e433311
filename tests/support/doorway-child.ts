// The end of a doorway in its namespace. Started by doorway.ts.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

/** Until one of them ends. */
export function joined(one: Socket, other: Socket): void {
  one.on('error', () => other.destroy()).on('close', () => other.destroy());
  other.on('error', () => one.destroy()).on('close', () => one.destroy());
  one.pipe(other).pipe(one);
}

if (process.argv[1] === import.meta.filename) {
  const [folder = '', ...ports] = process.argv.slice(2);
  for (const port of ports) {
    const server = createServer((from) => joined(from, connect(join(folder, port))));
    server.listen(Number(port), '127.0.0.1');
    await once(server, 'listening');
  }
  process.stdout.write('open\n');
}
