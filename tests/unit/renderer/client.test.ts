import { describe, expect, it } from 'vitest';
import { createClient } from '../../../src-renderer/bridge/client.ts';
import { BridgeError } from '../../../src-renderer/bridge/failure.ts';
import { askAgain, confirmStore, giveUp, waitForOwner } from '../../../src-renderer/stores/confirm.ts';

const NOTHING = { received: null, onItsWay: [], failed: [] };

const earnings = {
  boot: 'b',
  revision: 1,
  value: {
    dayStart: 0,
    today: [],
    total: [],
    standing: { today: NOTHING, total: NOTHING },
    balances: [],
    settled: 0,
    through: 0,
  },
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

describe('what has to be confirmed at the computer', () => {
  const failure = {
    code: 'face.confirm-at-the-computer',
    category: 'denied',
    message: 'Confirm it.',
    details: { number: '123456', command: 'hearth confirm 123456', withinMs: 1 },
  };
  const asking = (replies: unknown[], again: boolean[]) => {
    const asked: unknown[] = [];
    const bridge = {
      invoke: async (_name: string, input: unknown) => {
        asked.push(input);
        return replies.shift();
      },
      on: () => () => undefined,
    };
    const client = createClient(
      bridge,
      () => undefined,
      async () => again.shift() ?? false,
    );
    return { asked, answer: client.ask('earnings.get', undefined) };
  };

  it('is asked again once it was, with what was asked before', async () => {
    const refused = { ok: false, failure };
    const { asked, answer } = asking([refused, refused, { ok: true, value: earnings }], [true, true]);
    expect(await answer).toEqual(earnings);
    expect(asked).toHaveLength(3);
  });

  it('was not done where the person gave it up', async () => {
    const { asked, answer } = asking([{ ok: false, failure }], [false]);
    await expect(answer).rejects.toMatchObject({ code: 'bridge.not-confirmed', category: 'cancelled' });
    expect(asked).toHaveLength(1);
  });

  it('waits once for everything that waits, and is over for all of it together', async () => {
    const error = new BridgeError(failure as never);
    const waits = [waitForOwner(error), waitForOwner(error)];
    expect(confirmStore.getState().awaited).toEqual({ command: 'hearth confirm 123456' });
    askAgain();
    expect(await Promise.all(waits)).toEqual([true, true]);
    expect(confirmStore.getState().awaited).toBeUndefined();
    const given = waitForOwner(error);
    giveUp();
    expect(await given).toBe(false);
  });

  it('is asked again by itself when its number has gone stale', async () => {
    expect(await waitForOwner(new BridgeError(failure as never))).toBe(true);
  });
});

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
