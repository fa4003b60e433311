// A discovery service for practice: nodes register with it, by a call back or with a wallet, and log in by a signed challenge. Written from
// what is known of the official one, whose program is closed.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { HttpClient } from '../http-client.ts';
import { type Listening, type ListenOptions, listen, readBody, sendJson } from '../http-server.ts';
import { type Fault, type FaultScript, Faults } from './faults.ts';
import { addressOf, personalSigner, plainSigner } from './signing.ts';

export interface DdsOptions extends ListenOptions {
  /** How long a log-in holds, milliseconds; default an hour. */
  readonly tokenMs?: number;
  /** Calls nodes back after they have registered; default true. Off: the test does. */
  readonly callsBack?: boolean;
  /** Registration secrets that are taken; left out: any. */
  readonly secrets?: readonly string[];
  /** What it is ahead of the node's clock, milliseconds. */
  readonly aheadMs?: number;
}

export interface KnownNode {
  readonly address: string;
  readonly by: 'callback' | 'wallet';
  readonly url: string | undefined;
  readonly version: string;
  readonly capabilities: readonly string[];
  /** How often it has registered. */
  readonly times: number;
}

export interface Dds extends Listening {
  nodes(): readonly KnownNode[];
  /** Log-ins that were given, oldest first. */
  readonly tokens: readonly string[];
  /** Whose log-in it is, while it holds. */
  holderOf(token: string): string | undefined;
  /** Log-ins that were given so far are refused from now on. */
  revoke(): void;
  /** A node is not known any more, as after it was away for long. */
  forget(): void;
  /** Asks the nodes that are called back whether they are there. */
  probe(): Promise<number>;
  /** Calls a node back with a secret, and resolves with how that was answered. */
  callBack(url: string, body?: object): Promise<number>;
  /** Secrets that nodes were called back with. */
  readonly secretsGiven: readonly string[];
  fault(fault: Fault, script?: FaultScript): void;
  clearFaults(): void;
  /** Requests that are kept without an answer by script. */
  held(): number;
}

const MOST_BODY = 64 * 1024;
const CALL_MS = 5000;
const NONCE_MS = 300_000;

export async function startDds(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { tokenMs = 3_600_000, callsBack = true, secrets, aheadMs = 0, ...where }: DdsOptions = {},
): Promise<Dds> {
  const faults = new Faults(clock);
  const client = new HttpClient({ clock }, { allowPrivate: true });
  const nodes = new Map<string, KnownNode>();
  const challenges = new Map<string, { readonly wallet: string; readonly message: string; readonly at: number }>();
  const holders = new Map<string, { readonly address: string; readonly until: number }>();
  const tokens: string[] = [];
  const secretsGiven: string[] = [];
  const calls = new Set<Promise<unknown>>();
  let base = '';

  const now = () => clock.now() + aheadMs;
  const taken = (secret: unknown) => typeof secret === 'string' && secret !== '' && (secrets?.includes(secret) ?? true);
  const know = (node: Omit<KnownNode, 'times'>) =>
    nodes.set(node.address, { ...node, times: (nodes.get(node.address)?.times ?? 0) + 1 });

  async function callBack(url: string, body?: object): Promise<number> {
    const secret = random.bytes(24).toString('base64');
    secretsGiven.push(secret);
    const reply = await client.send({
      url: new URL('internal/v1/registrations', url.endsWith('/') ? url : `${url}/`).href,
      method: 'POST',
      headers: { 'user-agent': 'DDS v1.0.0' },
      body: JSON.stringify(body ?? { id: random.id(), organization_id: random.id(), secret, domains: [] }),
      timeoutMs: CALL_MS,
    });
    return reply.status;
  }

  function registerByCallback(body: Record<string, unknown>, res: ServerResponse) {
    const { url, timestamp, signature, public_key: key, version, capabilities, registration_credentials } = body;
    if (
      ![url, timestamp, signature, key, version].every((one) => typeof one === 'string') ||
      !Array.isArray(capabilities)
    )
      return sendJson(res, 422, { error: 'shape' });
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(String(timestamp)))
      return sendJson(res, 422, { error: 'timestamp' });
    if (!taken(registration_credentials)) return sendJson(res, 401, { error: 'registration_credentials' });
    const address = addressOf(String(key));
    if (plainSigner(String(url) + String(timestamp), String(signature)) !== address)
      return sendJson(res, 401, { error: 'signature' });
    know({
      address,
      by: 'callback',
      url: String(url),
      version: String(version),
      capabilities: capabilities.map(String),
    });
    sendJson(res, 200, {});
    if (!callsBack) return;
    const call = callBack(String(url)).catch(() => undefined);
    calls.add(call);
    void call.then(() => calls.delete(call));
  }

  function registerWallet(body: Record<string, unknown>, res: ServerResponse) {
    const { message, signature, version, capabilities, registration_credentials } = body;
    const address = signedChallenge(String(message), String(signature));
    if (!address) return sendJson(res, 401, { error: 'signature' });
    if (!Array.isArray(capabilities) || capabilities.length === 0) return sendJson(res, 422, { error: 'capabilities' });
    if (!taken(registration_credentials)) return sendJson(res, 401, { error: 'registration_credentials' });
    know({ address, by: 'wallet', url: undefined, version: String(version), capabilities: capabilities.map(String) });
    sendJson(res, 200, { node_id: random.id() });
  }

  function challenge({ wallet }: Record<string, unknown>, res: ServerResponse) {
    if (typeof wallet !== 'string' || !/^0x[0-9a-f]{40}$/i.test(wallet)) return sendJson(res, 422, { error: 'wallet' });
    const { host } = new URL(base);
    const nonce = random.bytes(12).toString('hex');
    const issuedAt = new Date(now()).toISOString();
    const lines = [
      `${host} wants you to sign in with your Ethereum account:`,
      wallet,
      '',
      `URI: ${base}`,
      'Version: 1',
    ];
    const message = [...lines, 'Chain ID: 8453', `Nonce: ${nonce}`, `Issued At: ${issuedAt}`].join('\n');
    for (const [old, { at }] of challenges) if (clock.now() - at > NONCE_MS) challenges.delete(old);
    challenges.set(message, { wallet: wallet.toLowerCase(), message, at: clock.now() });
    sendJson(res, 200, { nonce, domain: host, uri: base, version: '1', chainId: 8453, issuedAt });
  }

  /** Each challenge once. */
  function signedChallenge(message: string, signature: string): string | undefined {
    const asked = challenges.get(message);
    challenges.delete(message);
    const signer = personalSigner(message, signature);
    return asked && signer === asked.wallet ? signer : undefined;
  }

  function verify({ address, message, signature }: Record<string, unknown>, res: ServerResponse) {
    const signer = signedChallenge(String(message), String(signature));
    if (!signer || signer !== String(address).toLowerCase()) return sendJson(res, 401, { error: 'signature' });
    if (!nodes.has(signer)) return sendJson(res, 403, { error: 'node not found' });
    const token = `dds.${random.bytes(24).toString('hex')}`;
    tokens.push(token);
    holders.set(token, { address: signer, until: clock.now() + tokenMs });
    sendJson(res, 200, {
      access_token: token,
      access_expires_at: new Date(now() + tokenMs).toISOString(),
      node_id: random.id(),
    });
  }

  const routes: Readonly<Record<string, (body: Record<string, unknown>, res: ServerResponse) => unknown>> = {
    '/internal/v1/nodes/register': registerByCallback,
    '/internal/v1/nodes/register-wallet': registerWallet,
    '/internal/v1/auth/siwe/request': challenge,
    '/internal/v1/auth/siwe/verify': verify,
  };

  const server = await listen(async (req: IncomingMessage, res: ServerResponse) => {
    const path = new URL(req.url ?? '/', 'http://dds').pathname;
    if (await faults.meet(path.split('/').at(-1) ?? '', req, res)) return;
    const route = req.method === 'POST' && Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (!route) return sendJson(res, 404, { error: 'not found' });
    route(JSON.parse((await readBody(req, MOST_BODY)).toString()) as Record<string, unknown>, res);
  }, where);
  base = server.url;

  return {
    url: server.url,
    nodes: () => [...nodes.values()],
    tokens,
    secretsGiven,
    holderOf(token) {
      const held = holders.get(token);
      return held && held.until > clock.now() ? held.address : undefined;
    },
    revoke: () => holders.clear(),
    forget: () => {
      nodes.clear();
      holders.clear();
    },
    async probe() {
      const all = [...nodes.values()].flatMap(({ url }) => url ?? []);
      const answers = await Promise.all(
        all.map((url) =>
          client
            .send({ url: new URL('health', url).href, headers: { 'user-agent': 'DDS v1.0.0' }, timeoutMs: CALL_MS })
            .then(({ status }) => status === 200)
            .catch(() => false),
        ),
      );
      return answers.filter(Boolean).length;
    },
    callBack,
    fault: (fault, script) => faults.add(fault, script),
    clearFaults: () => faults.clear(),
    held: () => faults.held,
    async stop() {
      await Promise.all(calls);
      client.close();
      await server.stop();
    },
  };
}
