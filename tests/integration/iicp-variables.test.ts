// The variables by which official nodes are set up (IICP 1.1, 2.2, 4), as a node as it ships obeys them.
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
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
