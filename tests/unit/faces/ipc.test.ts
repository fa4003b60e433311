import { describe, expect, it } from 'vitest';
import { createDispatch } from '../../../src-main/faces/dispatch.ts';
import { attachIpc } from '../../../src-main/faces/ipc.ts';
import { createPushes } from '../../../src-main/faces/pushes.ts';
import { answers, handClock, payloads, plant, plantedEngine, readableLog } from './support.ts';

type Frame = { url: string };

function setUp() {
  const logger = readableLog();
  const engine = plantedEngine();
  const pushes = createPushes({ clock: handClock(), logger });
  const handlers = new Map<string, (event: Frame, ...args: unknown[]) => unknown>();
  const sent: unknown[][] = [];
  const window = { send: (...args: unknown[]) => void sent.push(args) };
  const dying = {
    send() {
      throw new TypeError('Object has been destroyed');
    },
  };
  const off = attachIpc<Frame>({
    ipcMain: {
      handle: (channel, listener) => void handlers.set(channel, listener),
      removeHandler: (channel) => void handlers.delete(channel),
    },
    isTrusted: ({ url }) => url.startsWith('app://ui/'),
    windows: () => [dying, window],
    dispatch: createDispatch(engine, logger),
    pushes,
    logger,
  });
  return { engine, pushes, handlers, sent, off };
}

describe('the desktop face', () => {
  it('answers a page of ours', async () => {
    const { handlers } = setUp();
    const reply = await handlers.get('hearth:request')?.({ url: 'app://ui/index.html' }, 'node.get', undefined);
    expect(reply).toEqual({ ok: true, value: answers['node.get'] });
  });

  it('answers any other page with a failure and asks the engine nothing', async () => {
    const { handlers, engine } = setUp();
    const reply = await handlers.get('hearth:request')?.({ url: 'https://elsewhere.test/' }, 'node.get', undefined);
    expect(reply).toMatchObject({ ok: false, failure: { code: 'face.untrusted-sender', category: 'denied' } });
    expect(engine.asked).toEqual([]);
  });

  it('sends pushes to all windows, whatever one of them throws', () => {
    const { pushes, sent } = setUp();
    pushes.publish('earnings.changed', plant(payloads['earnings.changed']));
    expect(sent).toEqual([['hearth:push', 'earnings.changed', payloads['earnings.changed']]]);
  });

  it('leaves nothing behind when it is taken off', () => {
    const { pushes, handlers, sent, off } = setUp();
    off();
    pushes.publish('earnings.changed', payloads['earnings.changed']);
    expect(handlers.size).toBe(0);
    expect(sent).toEqual([]);
  });
});
