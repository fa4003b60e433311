// The floor for anything written on node:http: passes each request on and its answer back, and does nothing else.
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

const [upstream = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

const server = createServer((from, to) => {
  const onward = request(`${upstream}${from.url}`, { method: from.method, headers: from.headers, agent }, (reply) => {
    to.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(to);
  });
  onward.on('error', () => to.writeHead(502).end());
  from.pipe(onward);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
