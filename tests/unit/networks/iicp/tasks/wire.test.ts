// What is read of a task, and the exact refusals (IICP 2.1, 2.2, 4), a row at a time.
import { describe, expect, it } from 'vitest';
import * as wire from '../../../../../src-main/networks/iicp/tasks/wire.ts';
import ids from '../../../../vectors/iicp-node-ids.json' with { type: 'json' };

const base = { task_id: 't', intent: 'urn:iicp:intent:llm:chat:v1', payload: {} };
const read = (constraints: unknown) => wire.readTask({ ...base, constraints }) as wire.TaskRequest;

describe('the constraints of a task', () => {
  it.each([
    [{ qos_class: 'realtime' }, 'realtime'],
    [{ qos: 'interactive' }, 'interactive'],
    [{ qos_class: 'batch', qos: 'realtime' }, 'batch'],
    [{ qos: 'best-effort' }, 'best-effort'],
    [{ qos: 'best_effort' }, 'best-effort'],
    [{ qos: 'REALTIME' }, 'best-effort'],
    [{ qos_class: 7, qos: 'batch' }, 'batch'],
    [{}, 'best-effort'],
    [null, 'best-effort'],
    [undefined, 'best-effort'],
  ])('%j is of the class %s', (constraints, qos) => {
    expect(read(constraints).qos).toBe(qos);
  });

  it.each([
    [undefined, 30_000],
    [100, 100],
    [99, 100],
    [-1, 100],
    [300_000, 300_000],
    [300_001, 300_000],
    ['5000', 30_000],
    [Number.NaN, 30_000],
    [null, 30_000],
  ])('a timeout of %s is %i ms', (timeout_ms, expected) => {
    expect(read({ timeout_ms }).timeoutMs).toBe(expected);
  });

  it.each([
    [{ max_tokens: 12 }, { maxTokens: 12 }],
    [{ max_tokens: 0 }, { maxTokens: undefined }],
    [{ max_tokens: 1.5 }, { maxTokens: undefined }],
    [{ max_tokens: '12' }, { maxTokens: undefined }],
    [{ model: 'llama3' }, { model: 'llama3' }],
    [{ model: '' }, { model: undefined }],
    [{ model: 'x'.repeat(256) }, { model: undefined }],
    [
      { region: 'eu', priority: 9, consensus: {} },
      { model: undefined, maxTokens: undefined },
    ],
  ])('%j reads %j', (constraints, expected) => {
    expect(read(constraints)).toMatchObject(expected);
  });

  it.each([7, 'x', true])('that are %j are refused', (constraints) => {
    expect(wire.readTask({ ...base, constraints })).toMatchObject({ status: 422 });
  });
});

describe('the members of a task', () => {
  it.each<[object, object]>([
    [{}, { taskId: 't', nonce: undefined, wantsSealedReply: false }],
    [{ task_id: '' }, { taskId: '' }],
    [{ nonce: 'n' }, { nonce: 'n' }],
    [{ nonce: null }, { nonce: undefined }],
    [{ nonce: '' }, { nonce: '' }],
    [{ nonce: 7 }, { status: 422 }],
    [{ nonce: 'x'.repeat(256) }, { status: 422 }],
    [{ intent: '' }, { status: 422 }],
    [{ payload: null }, { status: 422 }],
    [
      { payload: null, iicp_conf: {} },
      { payload: undefined, envelope: {} },
    ],
    [{ iicp_conf: {} }, { status: 422 }],
    [{ cx_response_encryption: 'required' }, { wantsSealedReply: true }],
    [{ cx_response_encryption: 'wanted' }, { wantsSealedReply: false }],
    [{ trace: {}, billing: {}, session_id: 's', _trace: {} }, { taskId: 't' }],
  ])('%j reads %j', (changes, expected) => {
    expect(wire.readTask({ ...base, ...changes })).toMatchObject(expected);
  });
});

describe('the node that asks', () => {
  it.each(ids.valid)('is believed to be %j', (source_node_id) => {
    expect(wire.readTask({ ...base, source_node_id })).toMatchObject({ sourceNodeId: source_node_id });
  });

  it.each([...ids.invalid, 7, null])('is not said where it is %j', (source_node_id) => {
    expect(wire.readTask({ ...base, source_node_id })).toMatchObject({ taskId: 't', sourceNodeId: undefined });
  });
});

describe('a refusal', () => {
  const error = (code: string, message: string, more = {}) => ({ error: { code, message, ...more } });
  it.each<[string, wire.Refusal, object]>([
    [
      'of a web page that asks too often',
      wire.originLimited(60),
      { status: 429, retryAfterS: 60, body: error('IICP-E023', 'rate_limited', { retry_after_ms: 60_000 }) },
    ],
    ['of an unproven caller', wire.unauthorized(), { status: 401, body: error('unauthorized', 'unauthorized') }],
    ['of a tool', wire.toolDenied(), { status: 403, body: error('tool_execution_denied', 'tool_execution_denied') }],
    [
      'while draining',
      wire.draining('backend_loading', 30),
      {
        status: 503,
        retryAfterS: 30,
        body: error('IICP-E024', 'draining', { reason: 'backend_loading', retry_after_ms: 30_000 }),
      },
    ],
    [
      'while full',
      wire.full('interactive'),
      {
        status: 429,
        retryAfterS: 2,
        body: error('IICP-E021', 'capacity_exceeded', { qos_class: 'interactive', retry_after_ms: 2000 }),
      },
    ],
    [
      'while full, of no class',
      wire.full('best-effort'),
      {
        status: 429,
        retryAfterS: 2,
        body: error('IICP-E021', 'capacity_exceeded', { qos_class: 'best_effort', retry_after_ms: 2000 }),
      },
    ],
    ['of a replay', wire.replayed(), { status: 409, body: error('IICP-E011', 'replay_detected') }],
    ['of a duplicate', wire.duplicate(), { status: 409, body: error('IICP-E010', 'duplicate_task') }],
    ['of what can not be opened', wire.cantOpen(), { status: 400, body: error('IICP-CX-02', 'decrypt_failed') }],
    [
      'of a sealed reply to an open request',
      wire.notSealed(),
      { status: 400, body: error('IICP-CX-03', 'response_encryption_needs_sealed_request') },
    ],
    ['of peers unsigned', wire.badSignature(), { status: 401, body: error('IICP-E012', 'invalid_signature') }],
    [
      'that comes after the model server failed',
      wire.taskError('t', 502, 'error', 'backend_error'),
      {
        status: 502,
        body: { task_id: 't', status: 'error', error: { code: 'backend_error' }, generated_by_ai: false },
      },
    ],
    [
      'that comes too late',
      wire.taskError('t', 504, 'timeout', 'task_timeout'),
      {
        status: 504,
        body: { task_id: 't', status: 'timeout', error: { code: 'task_timeout' }, generated_by_ai: false },
      },
    ],
  ])('%s is this', (_what, refusal, expected) => {
    expect(refusal).toMatchObject(expected);
  });

  it('is success otherwise, with the constant that all clients take', () => {
    const facts = { taskId: 't', nodeId: 'n', model: 'm', latencyMs: 5, tokens: 3, resultText: '{"choices":[]}' };
    expect(JSON.parse(wire.successText(facts))).toEqual({
      task_id: 't',
      status: 'completed',
      result: { choices: [] },
      model_used: 'm',
      metrics: { latency_ms: 5, tokens_used: 3, node_id: 'n' },
      generated_by_ai: true,
    });
  });
});
