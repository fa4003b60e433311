import { describe, expect, it } from 'vitest';
import { createClient } from '../../../src-renderer/bridge/client.ts';
import type { BridgeError } from '../../../src-renderer/bridge/failure.ts';

const earnings = {
  boot: 'b',
  revision: 1,
  value: { dayStart: 0, today: [], total: [], standing: null, settled: 0, through: 0 },
};

function setUp(reply: unknown) {
  const listeners = new Set<(payload: unknown) => void>();
  const reported: BridgeError[] = [];
  const client = createClient(
    {
      invoke: async () => reply,
      on: (_name, listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    (error) => reported.push(error),
  );
  const push = (payload: unknown) => {
    for (const listener of listeners) listener(payload);
  };
  return { client, reported, push, listeners };
}

describe('the typed client', () => {
  it('gives the value of a good reply', async () => {
    expect(await setUp({ ok: true, value: earnings }).client.ask('earnings.get', undefined)).toEqual(earnings);
  });

  it('rebuilds a failure with its fields', async () => {
    const failure = {
      code: 'work.busy',
      category: 'conflict',
      message: 'Busy.',
      details: { left: 1 },
      retryAfterMs: 5,
    };
    await expect(setUp({ ok: false, failure }).client.ask('node.pause', undefined)).rejects.toMatchObject({
      name: 'BridgeError',
      ...failure,
    });
  });

  it.each([
    undefined,
    null,
    'ok',
    {},
    { ok: true },
    { ok: true, value: { ...earnings, revision: 'x' } },
    { ok: false },
    { ok: false, failure: { code: 'x' } },
  ])('refuses the reply %j', async (reply) => {
    await expect(setUp(reply).client.ask('earnings.get', undefined)).rejects.toMatchObject({
      code: 'bridge.malformed',
      category: 'broken',
      details: { what: 'earnings.get' },
    });
  });

  it('passes pushes on, reports those that make no sense, and stops when told', () => {
    const { client, push, reported, listeners } = setUp(undefined);
    const seen: unknown[] = [];
    const off = client.on('earnings.changed', (payload) => seen.push(payload));
    push(earnings);
    push({ boot: 1 });
    expect(seen).toEqual([earnings]);
    expect(reported).toMatchObject([{ code: 'bridge.malformed', details: { what: 'earnings.changed' } }]);
    off();
    expect(listeners.size).toBe(0);
  });
});
