// Others that pass a request on, each with one worker, connections kept open to the model server, and no log. One that is not
// installed is left out by name.
//   Debian: apt-get install nginx haproxy caddy        npm: npm run bench -- --peers
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstLine, freePort, launch, listens, start } from './processes.ts';

export interface Peer {
  readonly pid: number;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The peer once it listens, or why there is none. `folder` is its own, empty. */
type StartPeer = (upstream: URL, folder: string) => Promise<Peer | string>;

const PACKAGES = join(import.meta.dirname, 'peers/node_modules');
const PATH = '/v1/chat/completions';
const NOT_INSTALLED = 'not installed';
/** As many idle connections to the model server as the widest point of the growth has. */
const KEEP = 256;

const ours: StartPeer = async (upstream) => {
  const child = start(['tests/bench/pipe.ts', upstream.origin]);
  const { url } = JSON.parse(await firstLine(child)) as { url: string };
  return { pid: child.pid!, url: url + PATH };
};

const nginx: StartPeer = (upstream, folder) => {
  const config = (port: number) => `
daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log crit;
events { worker_connections 2048; }
http {
  access_log off; keepalive_requests 100000000; client_max_body_size 0;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  upstream model { server ${upstream.host}; keepalive ${KEEP}; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_buffering off; proxy_request_buffering off; proxy_read_timeout 600s;
    }
  }
}`;
  const args = (file: string) => ['-c', file, '-p', folder, '-e', join(folder, 'error.log')];
  return configured('nginx', folder, config, args);
};

const haproxy: StartPeer = (upstream, folder) => {
  const config = (port: number) => `
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 600s
  timeout server 600s
frontend in
  bind 127.0.0.1:${port}
  default_backend model
backend model
  server model ${upstream.host} pool-max-conn ${KEEP}
`;
  return configured('haproxy', folder, config, (file) => ['-db', '-q', '-f', file]);
};

const caddy: StartPeer = (upstream, folder) => {
  const config = (port: number) => `
{
  admin off
  auto_https off
  log {
    output discard
  }
}
http://127.0.0.1:${port} {
  reverse_proxy ${upstream.host} {
    flush_interval -1
    transport http {
      keepalive_idle_conns_per_host ${KEEP}
    }
  }
}
`;
  const args = (file: string) => ['run', '--config', file, '--adapter', 'caddyfile'];
  return configured('caddy', folder, config, args, { GOMAXPROCS: '1', HOME: folder });
};

async function configured(
  command: string,
  folder: string,
  config: (port: number) => string,
  args: (file: string) => string[],
  env?: NodeJS.ProcessEnv,
): Promise<Peer | string> {
  if (spawnSync(command, [command === 'caddy' ? 'version' : '-v']).error) return NOT_INSTALLED;
  const port = await freePort();
  const file = join(folder, 'config');
  writeFileSync(file, config(port));
  const child = launch(command, args(file), folder, env);
  if (!(await listens(port, child))) return 'it did not start';
  return { pid: child.pid!, url: `http://127.0.0.1:${port}${PATH}` };
}

const fastify: StartPeer = async (upstream) => {
  if (!existsSync(join(PACKAGES, 'fastify'))) return NOT_INSTALLED;
  const child = start(['tests/bench/fastify-proxy.ts', upstream.origin, String(KEEP)]);
  const { url } = JSON.parse(await firstLine(child)) as { url: string };
  return { pid: child.pid!, url: url + PATH };
};

const portkey: StartPeer = async (upstream, folder) => {
  const script = join(PACKAGES, '@portkey-ai/gateway/build/start-server.js');
  if (!existsSync(script)) return NOT_INSTALLED;
  const port = await freePort();
  const child = launch(process.execPath, [script, '--headless', `--port=${port}`], folder);
  if (!(await listens(port, child))) return 'it did not start';
  const headers = {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstream.origin}/v1`,
    authorization: 'Bearer none',
  };
  return { pid: child.pid!, url: `http://127.0.0.1:${port}${PATH}`, headers };
};

export const PEERS = { pipe: ours, nginx, haproxy, caddy, fastify, portkey } satisfies Record<string, StartPeer>;

/** Starts a peer in a folder of its own below `folder`. */
export function startPeer(name: keyof typeof PEERS, upstream: string, folder: string): Promise<Peer | string> {
  const own = join(folder, name);
  mkdirSync(own);
  return PEERS[name](new URL(upstream), own);
}
