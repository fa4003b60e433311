// One node that tries another over loopback, as it ships.
import { expect, it } from 'vitest';
import { HearthProber } from '../../src-main/networks/iicp/reach/hearth-prober.ts';
import { PendingNonces } from '../../src-main/networks/iicp/reach/pending-nonces.ts';
import { scriptedServer } from '../suites/scripted-server.ts';
import { directory, modelServer, node } from '../support/network.ts';
import { until } from '../support/wait.ts';

const NONCE = 'd4'.repeat(16);
const signal = new AbortController().signal;

it('tries for another node once it is switched on, and believes nobody but the nonce', async () => {
  const second = await node({ modelUrl: (await modelServer()).url, directoryUrl: (await directory()).url });
  const pendingNonces = new PendingNonces();
  const home = await scriptedServer((res, { path }) => {
    const nonce = path.replace('/iicp/reach/', '');
    res.end(pendingNonces.bring(nonce, 4) ? JSON.stringify({ nonce }) : 'no');
  });
  const stranger = await scriptedServer((res) => res.end('hello'));
  const prober = new HearthProber({ pendingNonces }, second.url);
  const reach = async (url: string) => {
    const { hostname: host, port } = new URL(url);
    return (await prober.reach({ host, port: Number(port), nonce: NONCE }, signal)).kind;
  };
  expect(await reach(home.url)).toBe('unknown');
  await second.set('reachability.witnessForOthers', true);
  await until('an answer', async () => (await reach(home.url)) === 'reached');
  expect(await reach(stranger.url)).toBe('not-reached');
  // The node itself waits for no such nonce.
  expect(await reach(second.url)).toBe('not-reached');
  expect((await fetch(`${second.url}/iicp/reach/${NONCE}`)).status).toBe(404);
});
