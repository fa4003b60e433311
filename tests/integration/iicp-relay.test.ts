// A node that nobody can call, reached through a relay: ours and a stranger's, sealed so that the relay sees nothing, and found again
// after the relay was away.
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createConsumer } from '../../src-main/practice/iicp/consumer.ts';
import type { Directory } from '../../src-main/practice/iicp/directory.ts';
import { sealRequest } from '../../src-main/practice/iicp/sealing.ts';
import { RELAY_TICKET_DOMAIN, Signer } from '../../src-main/practice/iicp/signing.ts';
import { type PracticeRelay, type RelayOptions, startRelay } from '../simulators/relay.ts';
import { startRelayWorker } from '../simulators/relay-worker.ts';
import { CHAT, chatTask, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

const own = { clock: systemClock, random: systemRandom };
const WORDS = 'an unmistakable question';

function consumer(list: Directory) {
  const client = createConsumer(own, { directoryUrl: list.url, allowPrivate: true });
  onTestFinished(() => client.close());
  return client;
}

async function curiousRelay(options: RelayOptions = {}): Promise<PracticeRelay> {
  const relay = await startRelay(own, options);
  onTestFinished(() => relay.stop());
  return relay;
}

/** Listens for itself alone and has no address: others get in by a relay or not at all. */
async function worker(list: Directory, use: string, settings: Record<string, unknown> = {}) {
  const model = await modelServer();
  return node({
    modelUrl: model.url,
    directoryUrl: list.url,
    settings: { 'networks.iicp.endpoint': '', 'networks.iicp.relayUse': use, ...settings },
  });
}

const claimsOf = (ticket: string) =>
  JSON.parse(Buffer.from(ticket.split('.')[0]!, 'base64url').toString()) as Record<string, unknown>;
const idOf = async (server: Awaited<ReturnType<typeof node>>) => (await server.state()).network.nodeId!;
const ask = (list: Directory, nodeId: string) =>
  consumer(list).call({ intent: CHAT, payload: { messages: [{ role: 'user', content: WORDS }] }, nodeId });

describe('a node without a way in', () => {
  it('is reached through a relay that it found by itself, and answers as if it were reached directly', async () => {
    const list = await directory();
    const relay = await node({
      modelUrl: (await modelServer()).url,
      directoryUrl: list.url,
      settings: { 'networks.iicp.relayServe': true, 'networks.iicp.relayPort': 0 },
    });
    await until('the relay to be listed as one', () =>
      list.nodes().some(({ registration }) => registration.relay_capable === true),
    );
    const server = await worker(list, 'auto');
    const id = await idOf(server);
    const listed = list.nodes().find(({ nodeId }) => nodeId === id)!;
    expect(listed.registration).toMatchObject({
      endpoint: `${relay.url}/v1/relay-for/${id}`,
      transport_method: 'turn_relay',
      exposure_mode: 'relay_required',
      transport_metadata: { relay_for: id, relay_host: '127.0.0.1', relay_port: expect.any(Number) },
    });
    expect(listed.registration).not.toHaveProperty('transport_endpoint');
    expect((await server.state()).network).toMatchObject({
      relay: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      detail: { relayed: null },
    });
    expect((await relay.state()).network).toMatchObject({ relay: null, detail: { relayed: 1 } });
    const answer = await ask(list, id);
    expect(answer.nodeId).toBe(id);
    expect((await server.state()).work.recent[0]).toMatchObject({ state: 'done', inference: { sealed: true } });
    expect((await relay.state()).work.recent).toEqual([]);
    const plain = await post(`${relay.url}/v1/relay-for/${id}`, chatTask());
    expect([plain.status, plain.json.status]).toEqual([200, 'completed']);
    const refused = await post(`${relay.url}/v1/relay-for/${id}`, chatTask({ intent: 'urn:iicp:intent:tool:x:v1' }));
    expect([refused.status, refused.json.error?.code]).toEqual([403, 'tool_execution_denied']);
  });

  it('is reached through a stranger’s relay, which learns neither the question nor the answer', async () => {
    const list = await directory();
    const relay = await curiousRelay();
    const server = await worker(list, `127.0.0.1:${relay.port}`);
    const id = await idOf(server);
    const answer = await ask(list, id);
    const choices = answer.result as { choices: { message: { content: string } }[] };
    const said = choices.choices[0]!.message.content;
    expect(said.length).toBeGreaterThan(10);
    expect({
      passed: relay.seen.length,
      question: relay.seen.join().includes('unmistakable'),
      answer: relay.seen.join().includes(said),
      sealed: [relay.seen[0]!.includes('"iicp_conf"'), relay.seen[1]!.includes('"iicp_conf_resp"')],
    }).toEqual({ passed: 2, question: false, answer: false, sealed: [true, true] });
    // Such a relay answers 200 whatever happened: the text has to say it.
    const refused = await post(
      `${relay.url}/v1/relay-for/${id}`,
      chatTask({ task_id: 'denied', intent: 'urn:iicp:intent:tool:x:v1' }),
    );
    expect([refused.status, refused.json]).toEqual([
      200,
      { task_id: 'denied', status: 'error', error: expect.objectContaining({ code: 'tool_execution_denied' }) },
    ]);
  });

  it('refuses a sealed task through a stranger’s relay so that no client takes it for an answer', async () => {
    const list = await directory();
    const relay = await curiousRelay();
    const server = await worker(list, `127.0.0.1:${relay.port}`);
    const id = await idOf(server);
    const recipient = list.nodes().find(({ nodeId }) => nodeId === id)!.registration.cx_public_key as {
      key: string;
      key_id: string;
    };
    const { envelope } = sealRequest({
      recipient,
      taskId: 'sealed',
      intent: CHAT,
      payload: JSON.stringify({ model: 'nobody-has-this', messages: [{ role: 'user', content: WORDS }] }),
      ephemeralKey: systemRandom.bytes(32),
      nonce: systemRandom.bytes(12),
    });
    const task = { task_id: 'sealed', intent: CHAT, iicp_conf: envelope, cx_response_encryption: 'required' };
    const { status, json } = await post(`${relay.url}/v1/relay-for/${id}`, task);
    // Official clients take whatever they can open for a success, and fail where nothing is sealed.
    expect([status, json]).toEqual([
      200,
      { task_id: 'sealed', status: 'error', error: expect.objectContaining({ code: 'IICP-E029' }) },
    ]);
  });

  it('is back through a relay that was killed and started again', async () => {
    const list = await directory();
    const first = await curiousRelay();
    const server = await worker(list, `127.0.0.1:${first.port}`);
    const id = await idOf(server);
    await first.stop();
    const port = { port: first.port, httpPort: Number(new URL(first.url).port) };
    const again = await curiousRelay(port);
    await until('the worker to be back', () => again.workers().includes(id), 10_000);
    expect((await server.state()).network.state).toBe('online');
    await ask(list, id);
    expect(again.seen).toHaveLength(2);
  });

  it('leaves the relay when it is switched off', async () => {
    const list = await directory();
    const relay = await curiousRelay();
    const server = await worker(list, `127.0.0.1:${relay.port}`);
    await server.set('networks.iicp.relayUse', 'off');
    await until('the worker to leave', () => relay.workers().length === 0);
    await until('the node to be local', async () => (await server.state()).network.state === 'blocked');
  });

  it('brings a ticket where the relay wants one', async () => {
    const list = await directory();
    const relay = await node({
      modelUrl: (await modelServer()).url,
      directoryUrl: list.url,
      settings: {
        'networks.iicp.relayServe': true,
        'networks.iicp.relayPort': 0,
        'networks.iicp.relayTickets': true,
      },
    });
    const listed = () => list.nodes().find(({ registration }) => registration.relay_capable === true);
    await until('the relay to be listed', () => listed() !== undefined);
    const port = listed()!.registration.relay_accept_port as number;
    const without = await startRelayWorker({ port, workerId: 'worker-1', answer: () => '{}' });
    expect(without.said).toBe('relay_bind_ticket_invalid');
    const joined = await fetch(`${list.url}/v1/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        node_id: 'worker-1',
        endpoint: relay.url,
        region: 'x',
        capabilities: [{ intent: CHAT, models: ['m1'], max_tokens: 10, input_modalities: ['text'] }],
        limits: { max_concurrent: 1, tokens_per_min: 1000 },
      }),
    });
    const { node_token } = (await joined.json()) as { node_token: string };
    const given = await fetch(`${list.url}/v1/relay/ticket`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${node_token}`, 'x-node-id': 'worker-1' },
      body: JSON.stringify({ relay_node_id: await idOf(relay) }),
    });
    const { ticket } = (await given.json()) as { ticket: string };
    const forged = new Signer(Buffer.alloc(32, 7)).token(RELAY_TICKET_DOMAIN, claimsOf(ticket));
    for (const [workerId, shown] of [
      ['worker-1', forged],
      ['worker-2', ticket],
    ] as const) {
      const stranger = await startRelayWorker({ port, workerId, ticket: shown, answer: () => '{}' });
      expect(stranger.said).toBe('relay_bind_ticket_invalid');
    }
    const answered = { answer: () => JSON.stringify({ result: { ok: true } }) };
    const bound = await startRelayWorker({ port, workerId: 'worker-1', ticket, ...answered });
    onTestFinished(() => bound.stop());
    expect([bound.said, `http://127.0.0.1:${bound.httpPort}`]).toEqual(['ok', relay.url]);
    const reply = await post(`${relay.url}/v1/relay-for/worker-1`, chatTask({ task_id: 'behind' }));
    expect(reply.json).toEqual({ task_id: 'behind', status: 'completed', result: { ok: true } });
    bound.stop();
    await bound.gone;
    const replayed = await startRelayWorker({ port, workerId: 'worker-1', ticket, ...answered });
    expect(replayed.said).toBe('relay_bind_ticket_replayed');
  });
});
