// `hearth doctor` against a node of its own process and a directory of practice.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NetworkCheck } from '../../src-preload/contract/networks/index.ts';
import { temporaryFolder } from '../support/folder.ts';
import { directory, freePort, modelServer, node } from '../support/network.ts';
import { hearth, serving } from '../support/serving.ts';
import { until } from '../support/wait.ts';

const codes = ({ lines }: NetworkCheck) => lines.map(({ state, reason }) => [state, reason.code]);

describe('hearth doctor', () => {
  it('says line by line how the networks see a node, with a next step where something is wrong', async () => {
    const dataDir = temporaryFolder();
    const at = ['--data', dataDir];
    expect(await hearth(['doctor', '--json', ...at])).toMatchObject({ code: 3, stdout: '{"running":false}\n' });
    const list = await directory();
    const port = await freePort();
    // Set up without the command, of which each call is a process.
    const first = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, dataDir, port });
    await first.stop();
    const served = await serving(dataDir, port);
    onTestFinished(() => served.kill('SIGKILL'));
    await until('the node to be listed', () => list.nodes().length === 1);

    const well = await hearth(['doctor', '--json', ...at]);
    const { checks } = JSON.parse(well.stdout) as { checks: NetworkCheck[] };
    expect(codes(checks[0]!)).toEqual([
      ['ok', 'iicp.check-registered'],
      ['ok', 'iicp.check-healthy'],
      [expect.stringMatching(/ok|warning/), expect.stringMatching(/^iicp\.check-(reachable|untried)$/)],
      ['ok', 'iicp.check-discoverable'],
    ]);
    expect(well.code).toBe(0);

    list.forget(list.nodes()[0]!.nodeId);
    const lost = await hearth(['doctor', ...at]);
    expect(lost.code).toBe(1);
    expect(lost.stdout).toMatch(/^IICP\n {2}FAILED {2}Registered: .* \[iicp\.check-not-listed\]\n {10}Wait /);
    expect(lost.stdout).toMatch(/\n {2}ok {6}Healthy: /);
    expect(lost.stdout).toMatch(/\n {2}FAILED {2}Discoverable: .* \[iicp\.check-not-found\]\n/);

    await list.stop();
    const alone = await hearth(['doctor', ...at]);
    expect(alone.stdout).toMatch(
      /unsure {2}Registered: The directory can't be reached.* \[iicp\.directory-unreachable\]/,
    );
  });

  it('names a low reputation as the reason, as the pages do, and what can be done about it', async () => {
    const list = await directory({ nextHeartbeatMs: 100 });
    const server = await node({ modelUrl: (await modelServer()).url, directoryUrl: list.url, beatMs: 100 });
    const { nodeId } = (await server.state()).network;
    const rated = async (reputation: number) => {
      list.memory.nodes.get(nodeId!)!.reputation = reputation;
      await until('it to be told', async () => (await server.state()).network.detail.reputation === reputation);
      const check = (await server.engine.handle('networks.check', { id: 'iicp' })) as NetworkCheck;
      const { state, reason } = (await server.state()).network;
      return { line: check.lines.at(-1)!, state, reason };
    };
    expect(await rated(0.25)).toMatchObject({
      line: { id: 'discoverable', state: 'warning', reason: { code: 'iicp.low-reputation' } },
      state: 'online',
      reason: null,
    });
    const hidden = await rated(0.05);
    expect(hidden).toMatchObject({
      line: { id: 'discoverable', state: 'failed', reason: { code: 'iicp.hidden' } },
      state: 'online',
      reason: { code: 'iicp.hidden' },
    });
    expect(hidden.line.reason).toMatchObject({
      message: expect.stringContaining('0.05'),
      action: expect.stringContaining('hearth new-identity'),
    });
  });
});
