// The small pure parts of IICP, each against the protocol's own tables.
import { describe, expect, it } from 'vitest';
import type { Stability } from '../../../../src-main/backends/stability.ts';
import { tasksByName } from '../../../../src-main/backends/tasks.ts';
import { healthBody } from '../../../../src-main/networks/iicp/descriptor/health.ts';
import { hmacHex } from '../../../../src-main/networks/iicp/directory/liveness.ts';
import { looksRoutable } from '../../../../src-main/networks/iicp/inbound/routable.ts';
import { capabilities, intentOf, isIntent, isToolIntent, taskOf } from '../../../../src-main/networks/iicp/intents.ts';
import { earnedFor } from '../../../../src-main/networks/iicp/pricing/credits.ts';
import named from '../../../vectors/iicp-capabilities.json' with { type: 'json' };
import liveness from '../../../vectors/iicp-liveness.json' with { type: 'json' };

const CHAT = 'urn:iicp:intent:llm:chat:v1';
/** For its first task, as the protocol's own grouping has it. */
const offered = (id: string) => ({ id, tasks: tasksByName(id).slice(0, 1) });
const EMBED = 'urn:iicp:intent:llm:embedding:v1';

describe('intents', () => {
  it.each([
    [CHAT, true],
    ['urn:iicp:intent:a_b:c-d:v12', true],
    ['urn:iicp:intent:llm:v1', false],
    ['urn:iicp:intent:LLM:chat:v1', false],
    ['urn:iicp:intent:llm:chat', false],
    [`urn:iicp:intent:llm:${'x'.repeat(300)}:v1`, false],
  ])('says of %s: %s', (intent, is) => {
    expect(isIntent(intent)).toBe(is);
  });

  it.each([
    ['urn:iicp:intent:tool:shell:v1', true],
    ['a:b:c:tool', true],
    [CHAT, false],
    ['tool', false],
    ['', false],
  ])('takes %s for a tool: %s', (intent, is) => {
    expect(isToolIntent(intent)).toBe(is);
  });

  it('does not take an inherited name for work it can do', () => {
    expect([taskOf('toString'), taskOf('__proto__'), taskOf(CHAT), taskOf(EMBED)]).toEqual([
      undefined,
      undefined,
      'llm:chat',
      'llm:embedding',
    ]);
  });

  it.each(named.vectors)('offers $model for $intent with $input_modalities', ({ model, intent, input_modalities }) => {
    expect(capabilities([offered(model)], CHAT, 1)).toEqual([
      { intent, models: [model], max_tokens: 1, input_modalities },
    ]);
  });

  it('groups models by intent and modalities, in order of first sight, without doubles', () => {
    expect(capabilities(['llama3', 'nomic-embed-text', 'llava', 'qwen3', 'llama3'].map(offered), CHAT, 8192)).toEqual([
      { intent: CHAT, models: ['llama3', 'qwen3'], max_tokens: 8192, input_modalities: ['text'] },
      { intent: EMBED, models: ['nomic-embed-text'], max_tokens: 8192, input_modalities: ['text'] },
      { intent: CHAT, models: ['llava'], max_tokens: 8192, input_modalities: ['text', 'image'] },
    ]);
    expect(capabilities([], CHAT, 1)).toEqual([
      { intent: CHAT, models: [], max_tokens: 1, input_modalities: ['text'] },
    ]);
  });

  it('says more than 64 models in further objects, for a directory refuses longer lists', () => {
    const many = Array.from({ length: 130 }, (_, at) => offered(`m${at}`));
    const found = capabilities(many, CHAT, 1);
    expect(found.map(({ intent, models }) => [intent, models.length])).toEqual([
      [CHAT, 64],
      [CHAT, 64],
      [CHAT, 2],
    ]);
    expect(found.flatMap(({ models }) => models)).toEqual(many.map(({ id }) => id));
  });

  it('lists a model under each kind of work it can do, the default one first', () => {
    const both = { id: 'm', tasks: ['llm:completion', 'llm:chat'] as const };
    const ear = { id: 'whisper-omni', tasks: ['audio:transcribe'] as const };
    const found = capabilities([both, ear], CHAT, 1).map(({ intent, input_modalities }) => [intent, input_modalities]);
    expect(found).toEqual([
      [CHAT, ['text']],
      [intentOf('llm:completion'), ['text']],
      [intentOf('audio:transcribe'), ['text', 'audio']],
    ]);
  });
});

describe('hmacHex', () => {
  it.each(liveness.vectors)('answers the challenge $challenge', ({ key, challenge, response }) => {
    expect(hmacHex(key, challenge)).toBe(response);
  });
});

describe('looksRoutable', () => {
  it.each([
    'http://93.184.216.34:9484',
    'https://node.example.com',
    'http://[2606:4700::1111]:9484/x',
    'http://172.32.0.1',
    'http://100.63.0.1',
  ])('takes %s', (endpoint) => {
    expect(looksRoutable(endpoint)).toBe(true);
  });

  it.each([
    '',
    'node.example.com:9484',
    'ftp://93.184.216.34',
    'http://localhost:9484',
    'http://nas',
    'http://nas.lan',
    'http://x.local',
    'http://x.test',
    'http://x.example',
    'http://x.invalid',
    'http://x.internal',
    'http://x.localhost',
    'http://0.0.0.0',
    'http://10.1.2.3',
    'http://100.64.0.1',
    'http://127.0.0.1:9484',
    'http://127.1',
    'http://0x7f000001',
    'http://169.254.1.1',
    'http://172.16.0.1',
    'http://192.168.1.1',
    'http://192.0.2.1',
    'http://198.18.0.1',
    'http://198.51.100.1',
    'http://203.0.113.1',
    'http://224.0.0.1',
    'http://255.255.255.255',
    'http://[::]',
    'http://[::1]',
    'http://[fe80::1]',
    'http://[fd00::1]',
    'http://[ff02::1]',
    'http://[::ffff:192.168.1.1]',
  ])('refuses %s', (endpoint) => {
    expect(looksRoutable(endpoint)).toBe(false);
  });
});

describe('credits', () => {
  it.each([
    [0, 0],
    [1, 1000],
    [1000, 1_000_000],
    [12_345, 12_345_000],
  ])('books for %i tokens %i millionths', (tokens, micro) => {
    expect(earnedFor(tokens)).toEqual({ network: 'iicp', unit: 'credit', amountMicro: micro });
  });
});

const AWAY: Stability = { state: 'unavailable', reason: 'observer_error', retryAfterMs: null };
const LOADING: Stability = { state: 'draining', reason: 'backend_loading', retryAfterMs: 30_000 };

describe('healthBody', () => {
  const facts = {
    nodeId: 'n',
    region: 'eu',
    active: 1,
    maxConcurrent: 3,
    effective: 2,
    accepting: true,
    models: ['m', 'k'],
    intent: CHAT,
    stability: { state: 'ok', reason: null, retryAfterMs: null } as Stability,
    pinhole: null,
  };

  it('says what the protocol asks for', () => {
    expect(healthBody(facts)).toEqual({
      status: 'ok',
      node_id: 'n',
      region: 'eu',
      load: 0.333,
      active_jobs: 1,
      max_concurrent: 3,
      effective_max_concurrent: 2,
      available: true,
      model: 'm',
      models: ['m', 'k'],
      intent: CHAT,
      pinhole_state: { active: false },
      backend_stability: { backend_state: 'ok', reason_class: 'ok' },
    });
  });

  it.each([
    ['full', { active: 2 }],
    ['switched off', { accepting: false }],
    ['without slots', { effective: 0, active: 0 }],
    ['loading its model', { stability: LOADING }],
    ['without a model server', { stability: AWAY }],
  ])('is not available when %s', (_name, changes) => {
    expect(healthBody({ ...facts, ...changes })).toMatchObject({ available: false });
  });

  it('tells of a hole in the firewall of its router', () => {
    const pinhole = { uniqueId: 7, leaseSeconds: 3600 };
    expect(healthBody({ ...facts, pinhole })).toMatchObject({
      pinhole_state: { active: true, unique_id: 7, lease_seconds: 3600 },
    });
  });

  it.each<[Stability, object]>([
    [LOADING, { backend_state: 'draining', reason_class: 'backend_loading', retry_after_s: 30 }],
    [AWAY, { backend_state: 'draining', reason_class: 'observer_error' }],
    [
      { state: 'degraded', reason: 'backend_cold', retryAfterMs: null },
      { backend_state: 'degraded', reason_class: 'backend_cold' },
    ],
  ])('tells how its model servers stand in the three words that others know: %j', (stability, block) => {
    expect(healthBody({ ...facts, stability }).backend_stability).toEqual(block);
  });

  it('is degraded without a model', () => {
    expect(healthBody({ ...facts, models: [] })).toMatchObject({ status: 'degraded', model: '' });
  });
});
