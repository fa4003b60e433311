// A directory with one friendly endpoint behind it, and the smallest registration it accepts.

import { systemRandom } from '../../../src-main/base/random.ts';
import { type Directory, type DirectoryOptions, startDirectory } from '../../../src-main/practice/iicp/directory.ts';
import { keyIdOf, publicKeyOf } from '../../../src-main/practice/iicp/sealing.ts';
import { call, type Reply, serve, turnableClock } from './help.ts';

export const CHAT = 'urn:iicp:intent:llm:chat:v1';

export const cxKey = (byte: number, features: string[] = []) => {
  const key = publicKeyOf(new Uint8Array(32).fill(byte));
  return { algorithm: 'X25519', encoding: 'base64url', key: key.toString('base64url'), key_id: keyIdOf(key), features };
};

export const registration = (endpoint: string, more: Record<string, unknown> = {}) => ({
  node_id: 'node-1',
  endpoint,
  region: 'eu-central',
  capabilities: [{ intent: CHAT, models: ['m1'], max_tokens: 4096, input_modalities: ['text'] }],
  limits: { max_concurrent: 4, tokens_per_min: 10_000 },
  sdk_version: '0.7.107',
  ...more,
});

export interface Joined {
  readonly node_id: string;
  readonly node_token: string;
  readonly proxy_token: string;
  readonly node_hmac_key: string;
}

export interface Town {
  readonly directory: Directory;
  readonly clock: ReturnType<typeof turnableClock>;
  /** Answers /iicp/health with 200 while `well`. */
  readonly endpoint: string;
  well: boolean;
  readonly post: (path: string, body: unknown, token?: string) => Promise<Reply>;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Reply>;
  readonly register: (more?: Record<string, unknown>) => Promise<Joined>;
  readonly beat: (node: Joined, more?: Record<string, unknown>) => Promise<Reply>;
  readonly discover: (query?: string) => Promise<Record<string, unknown>[]>;
  /** The endpoint listens no more. */
  readonly leave: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function town(options: DirectoryOptions = {}): Promise<Town> {
  const clock = turnableClock();
  const directory = await startDirectory({ clock, random: systemRandom }, { allowPrivateEndpoints: true, ...options });
  const node = await serve((req, res) => res.writeHead(req.url === '/iicp/health' && self.well ? 200 : 503).end('{}'));
  const bearer = (token?: string): Record<string, string> =>
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const self: Town = {
    directory,
    clock,
    endpoint: node.url,
    well: true,
    post: (path, body, token) => call(`${directory.url}${path}`, 'POST', body, bearer(token)),
    get: (path, headers) => call(`${directory.url}${path}`, 'GET', undefined, headers),
    async register(more = {}) {
      const reply = await self.post('/v1/register', registration(node.url, more));
      if (reply.status !== 201) throw new Error(`not registered: ${reply.status} ${reply.text}`);
      return reply.body as unknown as Joined;
    },
    beat: (joined, more = {}) => self.post('/v1/heartbeat', { node_id: joined.node_id, ...more }, joined.node_token),
    async discover(query = `intent=${CHAT}`) {
      return (await self.get(`/v1/discover?${query}`)).body.nodes as Record<string, unknown>[];
    },
    leave: () => node.close(),
    async close() {
      await directory.stop();
      await node.close();
    },
  };
  return self;
}
