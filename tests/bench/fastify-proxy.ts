// What a developer for Node would use: fastify with its own proxy plug-in, from the folder of the peers.
//   node tests/bench/fastify-proxy.ts UPSTREAM CONNECTIONS
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Fastify {
  register(plugin: unknown, options: object): unknown;
  listen(options: { readonly host: string; readonly port: number }): Promise<string>;
}

const peer = createRequire(join(import.meta.dirname, 'peers/package.json'));
const [upstream = '', connections = ''] = process.argv.slice(2);
const [framework, proxy] = ['fastify', '@fastify/http-proxy'].map((name) => peer(name) as unknown);

const app = (framework as (options: object) => Fastify)({ logger: false, bodyLimit: 64 * 1024 * 1024 });
app.register(proxy, { upstream, undici: { connections: Number(connections), pipelining: 1 } });
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ url })}\n`);
