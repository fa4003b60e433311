// The first run tries the way in before any network is joined: the kernel of the router has the port then, a directory outside gets
// in by it, and nothing of it is left afterwards.
import { expect, it } from 'vitest';
import { connectSocket } from '../../src-main/faces/socket.ts';
import type { ReachabilityView } from '../../src-preload/contract/reachability.ts';
import { CLI } from '../support/cli.ts';
import { temporaryFolder } from '../support/folder.ts';
import { until } from './provider.ts';
import { Child, external, inLab, LAN, Lab, type News } from './support.ts';

const ROOT = `${import.meta.dirname}/../..`;
const PRACTICE = `${ROOT}/src-main/practice/iicp/main.ts`;
const WAN = '11.203.113.1';
const PORT = 9484;
const WITHIN_MS = 80_000;

inLab('a way in that is only tried', () => {
  it('is opened, proven from outside, registered nowhere, and gone when it is ended', async () => {
    const lab = await Lab.up('--no-ipv6');
    const directory = new Child(
      lab.spawn('wan', process.execPath, PRACTICE, 'directory', '--host', WAN, '--port', '8088'),
    );
    await directory.hears('the directory', ({ url }: News) => typeof url === 'string');
    const folder = temporaryFolder();
    lab.spawn('lan', process.execPath, CLI, 'serve', '--headless', '--data', folder, '--log-level', 'warn');
    const node = await until('the node', () => connectSocket(folder).catch(() => undefined), WITHIN_MS);
    await node.request('settings.set', { path: 'networks.iicp.directoryUrl', value: `http://${WAN}:8088` });
    await node.request('settings.set', { path: 'reachability.stunServers', value: [`${WAN}:3478`] });
    const view = async (): Promise<ReachabilityView> => (await node.request('reachability.get', undefined)).value;
    expect(await lab.mappings()).toEqual([]);

    await node.request('reachability.try', { on: true });
    const reached = async () => (await view()).ports.some(({ proof }) => proof?.reached);
    await until('proof from outside', reached, WITHIN_MS);
    expect((await view()).chain.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'waiting']);
    expect(await lab.mappings()).toEqual([{ transport: 'tcp', external: PORT, to: `${LAN}:${PORT}` }]);
    const ask = `fetch('http://${external()}:${PORT}/v1/task', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })`;
    const script = `${ask}.then((answer) => answer.text()).then(console.log)`;
    expect(await lab.exec('wan', process.execPath, '--eval', script)).toContain('only_trying');
    const [network] = (await node.request('networks.get', undefined)).value;
    expect(network).toMatchObject({ enabled: false, state: 'off', nodeId: null });
    const after = directory.news.length;
    directory.tell({ state: true });
    expect(await directory.hears('the state', ({ nodes }) => Array.isArray(nodes), { after })).toMatchObject({
      nodes: [],
    });

    await node.request('reachability.try', { on: false });
    await until('the router without it', async () => (await lab.mappings()).length === 0, WITHIN_MS);
    expect(await lab.connect(external(), PORT)).toBeUndefined();
    expect(await view()).toMatchObject({ wanted: false, seenFrom: null, ports: [] });
    node.close();
  });
});
