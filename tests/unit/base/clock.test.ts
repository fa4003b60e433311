import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';

const DAY = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('systemClock.after', () => {
  it.each([0, 1, 250, 2 ** 31 - 1, 2 ** 31, 40 * DAY, 400 * DAY])(
    'calls once, after %i ms and not before',
    async (ms) => {
      let calls = 0;
      systemClock.after(ms, () => {
        calls += 1;
      });
      await vi.advanceTimersByTimeAsync(Math.max(0, ms - 1));
      expect(calls).toBe(ms === 0 ? 1 : 0);
      await vi.advanceTimersByTimeAsync(1);
      expect(calls).toBe(1);
      await vi.advanceTimersByTimeAsync(ms + DAY);
      expect(calls).toBe(1);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it.each([10, 40 * DAY])('calls nothing once it is cancelled, and leaves no timer: %i ms', async (ms) => {
    let calls = 0;
    const cancel = systemClock.after(ms, () => {
      calls += 1;
    });
    await vi.advanceTimersByTimeAsync(ms - 1);
    cancel();
    cancel();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(DAY);
    expect(calls).toBe(0);
  });

  it('takes a time in the past for now', async () => {
    let calls = 0;
    systemClock.after(-5, () => {
      calls += 1;
    });
    await vi.advanceTimersByTimeAsync(1);
    expect(calls).toBe(1);
  });
});

describe('systemClock.sleep', () => {
  it('ends after its time, however long', async () => {
    let over = false;
    const slept = systemClock.sleep(60 * DAY).then(() => {
      over = true;
    });
    await vi.advanceTimersByTimeAsync(60 * DAY - 1);
    expect(over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await slept;
    expect(over).toBe(true);
  });

  it('ends with the reason of the signal at once, and leaves neither timer nor listener', async () => {
    const control = new AbortController();
    const slept = systemClock.sleep(DAY, control.signal);
    const reason = new Error('enough');
    control.abort(reason);
    await expect(slept).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin with a signal that is aborted already', async () => {
    const reason = new Error('too late');
    await expect(systemClock.sleep(DAY, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets go of the signal once it is over', async () => {
    const control = new AbortController();
    const removed = vi.spyOn(control.signal, 'removeEventListener');
    const slept = systemClock.sleep(5, control.signal);
    await vi.advanceTimersByTimeAsync(5);
    await slept;
    expect(removed).toHaveBeenCalledOnce();
    expect(() => control.abort(new Error('late'))).not.toThrow();
  });
});

describe('systemClock', () => {
  it('tells wall time, and a time of its own that a changed clock does not move', () => {
    const before = systemClock.monotonic();
    vi.setSystemTime(0);
    expect(systemClock.now()).toBe(0);
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before);
  });
});
