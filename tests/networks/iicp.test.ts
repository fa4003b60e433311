// IICP holds to what every network has to hold to.
import { expect } from 'vitest';
import { networkSuite } from '../suites/network.ts';
import { chatTask, directory, modelServer, node, post } from '../support/network.ts';

const OPERATOR_KEY = 'an-operator-key-that-is-nowhere-shown';

networkSuite({
  id: 'iicp',
  async join() {
    const list = await directory();
    const server = await node({
      modelUrl: (await modelServer()).url,
      directoryUrl: list.url,
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
      offer: async () => (await post(server.url, chatTask())).status === 200,
      seen: () => list.nodes().some(({ alive }) => alive),
      secrets: () => [OPERATOR_KEY],
    };
  },
});
