// What the self-check says of each way a node can stand towards its directory.
import { describe, expect, it } from 'vitest';
import { type SelfCheckDeps, selfCheck } from '../../../../../src-main/networks/iicp/descriptor/self-check.ts';
import { DirectoryRefused } from '../../../../../src-main/networks/iicp/errors.ts';
import type { CheckLine } from '../../../../../src-preload/contract/networks/index.ts';
import { HandClock } from '../../../../support/clock.ts';

const NODE = '0c8f2f6e-9a51-4b36-8f6c-0f7f2b1f3a77';
const HEALTH = { status: 'ok', node_id: NODE, region: 'eu', load: 0.5, models: ['llama3'] };

type Changes = Partial<Omit<SelfCheckDeps, 'directory' | 'status' | 'health'>> & {
  readonly status?: Partial<ReturnType<SelfCheckDeps['status']>>;
  readonly health?: unknown;
  readonly directory?: Partial<SelfCheckDeps['directory']>;
};

function check({ status, health = HEALTH, directory, ...changes }: Changes = {}) {
  return selfCheck({
    clock: new HandClock(),
    status: () => ({
      nodeId: NODE,
      state: 'online',
      address: 'https://a.example',
      reason: null,
      reputation: null,
      ...status,
    }),
    health: async () => {
      if (health instanceof Error) throw health;
      return health;
    },
    directory: {
      listing: async () => ({ routable: true }),
      offers: async () => [{ node_id: NODE, cx_public_key: {} }],
      probe: async () => ({ reachable: true }),
      ...directory,
    },
    proven: () => undefined,
    wanted: () => ({ intent: 'urn:iicp:intent:llm:chat:v1', model: undefined }),
    ...changes,
  });
}

describe('the self-check', () => {
  it('finds nothing wrong with a node that is', async () => {
    const { ok, lines } = await check();
    expect(ok).toBe(true);
    expect(lines.map(({ id, state, reason }) => [id, state, reason.code])).toEqual([
      ['registered', 'ok', 'iicp.check-registered'],
      ['healthy', 'ok', 'iicp.check-healthy'],
      ['reachable', 'ok', 'iicp.check-reachable'],
      ['discoverable', 'ok', 'iicp.check-discoverable'],
    ]);
  });

  it('says once that the network is off, and asks nobody', async () => {
    const asked: string[] = [];
    const probe = async (host: string) => void asked.push(host);
    const { lines } = await check({ status: { nodeId: null, state: 'off' }, directory: { probe } as never });
    expect(lines.map(({ state, reason }) => [state, reason.code])).toEqual([
      ['failed', 'iicp.check-off'],
      ...Array.from({ length: 3 }, () => ['skipped', 'iicp.check-skipped']),
    ]);
    expect(asked).toEqual([]);
  });

  const reason = { code: 'iicp.no-endpoint', message: 'Nobody can reach it.' };
  const offers = (...list: { node_id?: string }[]) => ({
    directory: { offers: async () => list.map((one) => ({ cx_public_key: undefined, ...one })) },
  });
  const away = async () =>
    Promise.reject(new DirectoryRefused(0, 'iicp.directory-unreachable', 'It can’t be reached.'));
  const late = async (): Promise<never> => Promise.reject(new DOMException('late', 'TimeoutError'));
  it.each<[CheckLine['id'], Changes, CheckLine['state'], string]>([
    ['registered', { status: { state: 'starting' } }, 'warning', 'iicp.check-registering'],
    ['registered', { status: { state: 'blocked', reason } }, 'failed', 'iicp.no-endpoint'],
    ['registered', { directory: { listing: async () => undefined } }, 'failed', 'iicp.check-not-listed'],
    ['registered', { directory: { listing: async () => ({ routable: false }) } }, 'warning', 'iicp.check-not-routable'],
    ['registered', { directory: { listing: away } }, 'warning', 'iicp.directory-unreachable'],
    ['registered', { directory: { listing: late } }, 'warning', 'iicp.check-unknown'],
    ['healthy', { health: { ...HEALTH, models: [] } }, 'warning', 'iicp.check-no-models'],
    ['healthy', { health: { ...HEALTH, node_id: 'other' } }, 'failed', 'iicp.check-health-shape'],
    ['healthy', { health: { ...HEALTH, load: 2 } }, 'failed', 'iicp.check-health-shape'],
    ['healthy', { health: null }, 'failed', 'iicp.check-health-shape'],
    ['reachable', { status: { address: null, reason } }, 'failed', 'iicp.no-endpoint'],
    ['reachable', { directory: { probe: async () => ({ reachable: false }) } }, 'failed', 'iicp.check-unreachable'],
    ['reachable', { directory: { probe: async () => undefined } }, 'warning', 'iicp.check-untried'],
    ['reachable', { directory: { probe: async () => undefined }, proven: () => true }, 'ok', 'iicp.check-reached'],
    ['discoverable', { status: { state: 'degraded' } }, 'skipped', 'iicp.check-skipped'],
    ['discoverable', { status: { reputation: 0.09 } }, 'failed', 'iicp.hidden'],
    ['discoverable', { ...offers({ node_id: 'other' }), status: { reputation: 0 } }, 'failed', 'iicp.hidden'],
    ['discoverable', { status: { reputation: 0.1 } }, 'warning', 'iicp.low-reputation'],
    ['discoverable', { status: { reputation: 0.4 } }, 'ok', 'iicp.check-discoverable'],
    ['discoverable', offers({ node_id: 'other' }), 'failed', 'iicp.check-not-found'],
    ['discoverable', offers({ node_id: NODE }), 'failed', 'iicp.check-no-key'],
    ['discoverable', offers(...Array.from({ length: 50 }, () => ({}))), 'warning', 'iicp.check-crowded'],
  ])('says of %s, given %j: %s, %s', async (id, changes, state, code) => {
    const { ok, lines } = await check(changes);
    const line = lines.find((each) => each.id === id)!;
    expect([line.state, line.reason.code]).toEqual([state, code]);
    expect(ok).toBe(lines.every((each) => each.state === 'ok'));
    // The other lines are found out all the same.
    expect(lines).toHaveLength(4);
  });

  it('names what is wrong with its health', async () => {
    const { lines } = await check({ health: { status: 'fine', node_id: NODE, models: 'llama3', load: 0 } });
    expect(lines[1]!.reason.message).toContain('status, region, models');
  });

  it('says that nothing answers on the port, and goes on', async () => {
    const { lines } = await check({ health: new Error('refused') });
    expect(lines.map(({ state, reason: { code } }) => [state, code])[1]).toEqual(['failed', 'iicp.check-silent']);
    expect(lines[3]!.state).toBe('ok');
  });

  it('asks the directory to try the address others are told, with the port that its scheme means', async () => {
    const asked: [string, number][] = [];
    const probe = async (host: string, port: number) => {
      asked.push([host, port]);
      return undefined;
    };
    for (const address of ['https://a.example', 'http://[2001:db8::1]:9484', 'http://a.example/path']) {
      await check({ status: { address }, directory: { probe } });
    }
    expect(asked).toEqual([
      ['a.example', 443],
      ['2001:db8::1', 9484],
      ['a.example', 80],
    ]);
  });
});
