// What holds where the user has chosen nothing, against the defaults of the protocol (IICP 1.1, 2, 4, 7).
import { describe, expect, it } from 'vitest';
import { limitsFor } from '../../../../src-main/networks/iicp/inbound/bounds.ts';
import { declaredOf, USUAL } from '../../../../src-main/networks/iicp/pricing/pricing.ts';
import { policyBlock } from '../../../../src-main/networks/iicp/tasks/cooperation.ts';
import { type SettingPath, settings } from '../../../../src-preload/contract/settings/index.ts';

const initial = (path: SettingPath) => settings[path].initial;

describe('a node of which nobody has chosen anything', () => {
  it.each<[SettingPath, unknown]>([
    ['networks.iicp.directoryUrl', 'https://iicp.network/api'],
    ['networks.iicp.port', 9484],
    ['networks.iicp.bind', '::'],
    ['networks.iicp.defaultIntent', 'urn:iicp:intent:llm:chat:v1'],
    ['node.region', 'unknown'],
    ['capacity.maxConcurrent', 4],
    ['capacity.tokensPerMinute', 10_000],
    ['capacity.maxTokens', 8192],
    ['networks.iicp.idempotency', false],
    ['networks.iicp.mesh', false],
    ['networks.iicp.relayServe', false],
    ['networks.iicp.relayPort', 9485],
    ['networks.iicp.relayTickets', false],
    ['networks.iicp.requireToken', false],
    ['networks.iicp.metrics', false],
    ['networks.iicp.operator', false],
    ['networks.iicp.operatorHmacKey', ''],
    ['networks.iicp.cooperation', false],
    ['networks.iicp.cooperationWorker', false],
    ['networks.iicp.cooperationAtOnce', 2],
    ['networks.iicp.cooperationSeconds', 30],
    ['pricing.iicp.multiplier', 1],
    ['pricing.iicp.model', 'per_token'],
    ['pricing.iicp.sign', false],
    ['pricing.iicp.from', null],
    ['pricing.iicp.until', null],
  ])('has %s at %j', (path, expected) => {
    expect(initial(path)).toEqual(expected);
  });

  it('reads tasks as large as its setting says, by the server’s own bounds too', () => {
    expect(limitsFor().body).toBe((initial('networks.iicp.maxBodyMiB') as number) * 1024 * 1024);
  });

  it('declares no price and no policy', () => {
    expect(declaredOf(USUAL, ['llama3'])).toBeUndefined();
    expect(policyBlock({ enabled: false, worker: true, atOnce: 2, mostMs: 30_000 })).toBeUndefined();
  });
});

describe('a setting that directories would refuse', () => {
  it.each<[SettingPath, unknown]>([
    ['networks.iicp.endpoint', `https://node.example.com/${'p'.repeat(255)}`],
    ['networks.iicp.endpoint', 'ftp://node.example.com'],
    ['networks.iicp.transportMethod', 'unreachable'],
    ['networks.iicp.natType', 'cone'],
    ['networks.iicp.defaultIntent', 'llm:chat'],
    ['node.region', 'r'.repeat(65)],
    ['node.region', ''],
    ['node.region', 'EU Central'],
    ['node.region', '<eu>'],
    ['node.region', '1st'],
    ['capacity.maxConcurrent', 257],
    ['capacity.tokensPerMinute', 0],
    ['capacity.maxTokens', 0],
    ['networks.iicp.operatorHmacKey', 'k'.repeat(129)],
    ['networks.iicp.operatorName', 'n'.repeat(65)],
    ['networks.iicp.cooperationAtOnce', 0],
    ['networks.iicp.cooperationSeconds', 61],
    ['pricing.iicp.multiplier', -1],
    ['pricing.iicp.multiplier', 1001],
    ['pricing.iicp.model', 'barter'],
  ])('is not taken: %s of %j', (path, value) => {
    expect(settings[path].schema.safeParse(value).success).toBe(false);
  });
});
