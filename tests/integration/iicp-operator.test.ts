// A node that says whose it is.
import { expect, it } from 'vitest';
import { type Delegation, delegationHolds } from '../../src-main/practice/iicp/signing.ts';
import { directory, modelServer, node } from '../support/network.ts';
import { until } from '../support/wait.ts';
import vector from '../vectors/iicp-delegation.json' with { type: 'json' };

it('tells nothing of its operator until it may, then with a word that holds, and another one with another key', async () => {
  const list = await directory();
  const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url });
  const { nodeId } = (await server.state()).network;
  const told = () =>
    list.nodes()[0]!.registration as { operator_delegation?: Delegation; operator_display_name?: string };
  expect(told()).not.toHaveProperty('operator_delegation');
  await server.set('networks.iicp.operator', true);
  const word = await until('the directory to know', () => told().operator_delegation);
  expect(delegationHolds(word, nodeId!, Date.now())).toBe(true);
  await server.set('networks.iicp.operatorName', 'Ada');
  await until('the name', () => told().operator_display_name === 'Ada');
  await server.set('networks.iicp.operatorSeed', Buffer.from(vector.seed_hex, 'hex').toString('base64'));
  await until('the given key', () => told().operator_delegation?.operator_pub === vector.operator_pub);
  expect(delegationHolds(told().operator_delegation!, nodeId!, Date.now())).toBe(true);
  await server.set('networks.iicp.operator', false);
  await until('nothing to be told', () => told().operator_delegation === undefined);
});
