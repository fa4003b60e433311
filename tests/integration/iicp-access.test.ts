// Callers that have to prove themselves, and parts of split work, with a node as it ships and a directory that signs.
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CHAT, chatTask, directory, modelServer, node, post } from '../support/network.ts';
import { until } from '../support/wait.ts';

describe('a node that asks callers for a token', () => {
  it('takes tasks with a token that the directory signed for it, and turns away the rest', async () => {
    const list = await directory();
    const model = await modelServer();
    const caller = await node({ modelUrl: model.url, directoryUrl: list.url });
    const server = await node({ modelUrl: model.url, directoryUrl: list.url });
    expect((await post(server.url, chatTask())).status).toBe(200);
    await server.set('networks.iicp.requireToken', true);
    const refused = await post(server.url, chatTask(), { headers: { authorization: 'Bearer somebody-elses' } });
    expect([refused.status, refused.json.error]).toEqual([401, { code: 'unauthorized', message: 'unauthorized' }]);
    const { nodeId } = (await server.state()).network;
    const token = list.consumerToken((await caller.state()).network.nodeId!, nodeId!, CHAT);
    const headers = { 'x-iicp-consumer-token': token };
    expect((await post(server.url, chatTask(), { headers })).status).toBe(200);
    const other = chatTask({ intent: 'urn:iicp:intent:llm:completion:v1', payload: { prompt: 'x' } });
    expect((await post(server.url, other, { headers })).status).toBe(401);
  });
});

describe('parts of work that others have split', () => {
  it('are tasks like any other until there are rules for them, and told to the directory with the rules', async () => {
    const list = await directory();
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url });
    const part = () => chatTask({ cip: { parent_task_id: 'p' } });
    expect((await post(server.url, part())).status).toBe(200);
    expect(list.nodes()[0]!.registration).not.toHaveProperty('policy');
    await server.set('networks.iicp.cooperation', true);
    expect(await post(server.url, part())).toMatchObject({
      status: 403,
      json: { error: { code: 'cip_worker_denied' } },
    });
    expect((await post(server.url, chatTask())).status).toBe(200);
    await server.set('networks.iicp.cooperationWorker', true);
    expect((await post(server.url, part())).status).toBe(200);
    const tool = chatTask({ intent: 'urn:iicp:intent:tool:shell:v1' });
    expect(await post(server.url, tool)).toMatchObject({
      status: 403,
      json: { error: { code: 'tool_execution_denied' } },
    });
    const allowed = { allow_remote_inference: true, allow_tool_execution: false };
    await until('the directory to know', () => isDeepStrictEqual(list.nodes()[0]!.registration.policy, allowed));
  });
});
