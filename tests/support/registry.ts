// A registry with one image, of busybox of this computer, for engines that take one without TLS on this computer (OCI distribution
// specification, "Pull").
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export interface Registry {
  /** As images of it are called: `127.0.0.1:PORT`. */
  readonly host: string;
  /** Gives the same name to another image from now on. */
  change(mark: string): void;
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/** `command`: what a container of the image runs. */
export async function startRegistry(tar: string, command: readonly string[] = ['/bin/true']): Promise<Registry> {
  const files = readFileSync(tar);
  const layer = gzipSync(files);
  const asked: string[] = [];
  let blobs = new Map<string, Buffer>();
  let manifest = Buffer.alloc(0);
  const change = (mark: string) => {
    const config = Buffer.from(
      JSON.stringify({
        architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
        os: 'linux',
        config: { Cmd: command, Labels: { mark } },
        rootfs: { type: 'layers', diff_ids: [digestOf(files)] },
      }),
    );
    const of = (mediaType: string, bytes: Buffer) => ({ mediaType, size: bytes.length, digest: digestOf(bytes) });
    manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST,
        config: of('application/vnd.docker.container.image.v1+json', config),
        layers: [of('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)],
      }),
    );
    blobs = new Map([config, layer].map((bytes) => [digestOf(bytes), bytes]));
  };
  change('first');
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(`${request.method} ${path}`);
    const blob = blobs.get(/\/blobs\/(sha256:\w+)/.exec(path)?.[1] ?? '');
    const body = path === '/v2/' ? Buffer.from('{}') : path.includes('/manifests/') ? manifest : blob;
    if (!body) return void response.writeHead(404).end();
    const type = path.includes('/manifests/') ? MANIFEST : 'application/octet-stream';
    response.writeHead(200, {
      'content-type': type,
      'content-length': body.length,
      'docker-content-digest': digestOf(body),
      'docker-distribution-api-version': 'registry/2.0',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as { port: number }).port}`,
    change,
    asked,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
