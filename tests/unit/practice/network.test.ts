import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { startPracticeNetwork } from '../../../src-main/practice/iicp/index.ts';
import { registration } from './directory-help.ts';
import { call } from './help.ts';
import { type MiniNode, miniNode } from './node-help.ts';

const nodes: MiniNode[] = [];

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.close()));
});

const join = async (directoryUrl: string) => {
  const node = await miniNode();
  nodes.push(node);
  const reply = await call(
    `${directoryUrl}/v1/register`,
    'POST',
    registration(node.url, { cx_public_key: node.cxKey }),
  );
  expect(reply.status).toBe(201);
  return node;
};

describe('the practice network', () => {
  it('sends tasks to whoever registers, and closes everything it opened', async () => {
    const network = await startPracticeNetwork(
      { clock: systemClock, random: systemRandom, logger: silentLogger },
      { traffic: { everyMs: [1, 2] }, modelDelayMs: 0 },
    );
    const tags = await call(`${network.modelUrl}/api/tags`, 'GET');
    expect((tags.body.models as unknown[]).length).toBeGreaterThan(0);
    const node = await join(network.directoryUrl);
    await vi.waitFor(() => expect(network.traffic.succeeded()).toBeGreaterThan(2), { interval: 2 });
    expect(node.payloads[0]).toMatchObject({ messages: expect.any(Array) });
    await network.stop();
    await network.stop();
    await expect(fetch(network.directoryUrl)).rejects.toThrow();
    await expect(fetch(network.modelUrl)).rejects.toThrow();
  });
});
