// IICP holds to what every network has to hold to.
import { expect } from 'vitest';
import { type JoinedNode, networkSuite } from '../suites/network.ts';
import { chatTask, directory, modelServer, node, post } from '../support/network.ts';

const OPERATOR_KEY = 'an-operator-key-that-is-nowhere-shown';
const LONG_MS = 1000;

type Ends = {
  readonly list: Awaited<ReturnType<typeof directory>>;
  readonly models: Awaited<ReturnType<typeof modelServer>>;
};

async function joined({ list, models }: Ends, dataDir?: string): Promise<JoinedNode> {
  const server = await node({
    modelUrl: models.url,
    directoryUrl: list.url,
    dataDir,
    drainMs: 100,
    settings: { 'networks.iicp.operatorHmacKey': OPERATOR_KEY },
  });
  return {
    engine: server.engine,
    dataDir: server.dataDir,
    set: server.set,
    async do(kind) {
      expect(kind).toBe('task');
      expect((await post(server.url, chatTask())).status).toBe(200);
    },
    begin: () => void post(server.url, chatTask()).catch(() => undefined),
    offer: async () => (await post(server.url, chatTask())).status === 200,
    seen: () => list.nodes().some(({ alive }) => alive),
    async again(folder) {
      await server.stop();
      return await joined({ list, models }, folder);
    },
    secrets: () => [OPERATOR_KEY],
  };
}

networkSuite({
  id: 'iicp',
  join: async () => joined({ list: await directory(), models: await modelServer({ delayMs: LONG_MS }) }),
});
