// The variables by which official nodes are set up (IICP 1.1, 2.2, 4, 6.6), as a node as it ships obeys them.
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemRandom } from '../../src-main/base/random.ts';
import { RELAY_TICKET_DOMAIN, Signer } from '../../src-main/practice/iicp/signing.ts';
import { startRelayWorker } from '../simulators/relay-worker.ts';
import { temporaryFolder } from '../support/folder.ts';
import { chatTask, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

/** A node that was started under these variables. */
async function under(variables: Record<string, string>, settings: Record<string, unknown> = {}) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const list = await directory();
  const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, settings });
  return { list, server };
}

/** Whether a PING of native framing is answered in kind. */
function answersNative(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.once('data', (bytes) => resolve(bytes.subarray(0, 4).toString() === 'IICP'));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.write(Buffer.from('494943500109000000000000', 'hex'));
  });
}

it('IICP_LOG_DIR names the folder of the log files', async () => {
  const dir = join(temporaryFolder(), 'elsewhere');
  const { server } = await under({ IICP_LOG_DIR: dir });
  const { nodeId } = (await server.state()).network;
  await server.stop();
  expect(readdirSync(dir).toSorted()).toEqual(expect.arrayContaining([`${nodeId}.log`, 'events.jsonl'].toSorted()));
});

describe('IICP_DISABLE_NATIVE_TRANSPORT', () => {
  it.each([
    ['1', undefined, false],
    ['', 'iicp://127.0.0.1', true],
  ])('as %j leaves native framing out or not, and the directory knows', async (value, told, spoken) => {
    const { list, server } = await under({ IICP_DISABLE_NATIVE_TRANSPORT: value });
    const { port } = new URL(server.url);
    expect(list.nodes()[0]!.registration.transport_endpoint).toBe(told && `${told}:${port}`);
    expect(await answersNative(server.url)).toBe(spoken);
  });
});

describe('IICP_RELAY_REQUIRE_BIND_TICKET and IICP_RELAY_BIND_TICKET_PUBLIC_KEY', () => {
  const signer = new Signer(Buffer.alloc(32, 7));
  const ticketFor = (sub: string) =>
    signer.token(RELAY_TICKET_DOMAIN, {
      v: 1,
      typ: 'relay-bind-ticket',
      jti: systemRandom.bytes(16).toString('hex'),
      iss: 'x',
      sub,
      aud: '*',
      iat: 0,
      exp: Math.floor(Date.now() / 1000) + 120,
    });
  const key = signer.publicKeyHex;
  const [NEEDED, GIVEN] = ['IICP_RELAY_REQUIRE_BIND_TICKET', 'IICP_RELAY_BIND_TICKET_PUBLIC_KEY'];
  it.each<[Record<string, string>, without: string, withOne: string, forged: string]>([
    [{}, 'ok', 'ok', 'ok'],
    // The directory's own key is another one.
    [{ [NEEDED]: '1' }, 'relay_bind_ticket_invalid', 'relay_bind_ticket_invalid', 'relay_bind_ticket_invalid'],
    [{ [NEEDED]: '1', [GIVEN]: key }, 'relay_bind_ticket_invalid', 'ok', 'relay_bind_ticket_invalid'],
    [{ [GIVEN]: key }, 'ok', 'ok', 'relay_bind_ticket_invalid'],
    [{ [NEEDED]: '0', [GIVEN]: 'no key' }, 'ok', 'ok', 'ok'],
  ])('as %j', async (variables, ...said) => {
    const { list } = await under(variables, { 'networks.iicp.relayServe': true, 'networks.iicp.relayPort': 0 });
    const told = () => list.nodes()[0]?.registration.relay_accept_port as number | undefined;
    await until('the relay to be listed', () => told() !== undefined);
    const bind = async (workerId: string, ticket?: string) => {
      const worker = await startRelayWorker({ port: told()!, workerId, answer: () => '{}', ...(ticket && { ticket }) });
      onTestFinished(() => worker.stop());
      return worker.said;
    };
    const asked = [await bind('w-1'), await bind('w-2', ticketFor('w-2')), await bind('w-3', ticketFor('w-4'))];
    expect(asked).toEqual(said);
  });
});

describe('IICP_TASK_RATE_LIMIT', () => {
  const headers = { origin: 'https://page.example' };
  it.each([
    ['2', 3, 429],
    ['0', 130, 200],
    ['', 120, 200],
    ['', 121, 429],
  ])('as %j: task %i of a web page in a minute gets %i', async (value, count, status) => {
    const { server } = await under({ IICP_TASK_RATE_LIMIT: value }, { 'networks.iicp.cors': true });
    // What is no task at all counts as well, and is soon answered.
    const empty = () => post(server.url, '{}', { headers });
    for (let sent = 1; sent < count; sent += 1) expect((await empty()).status).toBe(422);
    await until('the slots to be free', async () => (await server.state()).node.working === 0);
    const last = await post(server.url, chatTask(), { headers });
    expect([last.status, last.headers.get('retry-after'), last.json.error?.code]).toEqual(
      status === 429 ? [429, '60', 'IICP-E023'] : [200, null, undefined],
    );
  });
});
