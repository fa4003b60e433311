import { describe, expect, it } from 'vitest';
import { Speed } from '../../../src-main/work/speed.ts';
import { taskRows } from '../../support/jobs.ts';
import { emptyDatabase } from '../payments/support.ts';

interface Ended {
  readonly at: number;
  readonly tokens?: number;
  readonly serverMs?: number | null;
  readonly firstMs?: number | null;
  readonly state?: string;
}

function open(ended: readonly Ended[]): Speed {
  const db = emptyDatabase();
  const { begin, end } = taskRows(db);
  for (const [n, { at, tokens = 10, serverMs = 1000, firstMs = null, state = 'done' }] of ended.entries()) {
    begin({ id: n + 1 });
    end({ id: n + 1, state, tokensIn: 3, tokensOut: tokens, at, waitedMs: 0, serverMs, firstMs });
  }
  return new Speed(db);
}

describe('the speed of answers', () => {
  it('is not known where nothing was answered, or nobody measured', () => {
    expect(open([]).since(0)).toEqual({ answers: null, first: null });
    const unmeasured = open([
      { at: 5, tokens: 0 },
      { at: 5, serverMs: null },
      { at: 5, state: 'failed', firstMs: 3 },
    ]);
    expect(unmeasured.since(0)).toEqual({ answers: null, first: null });
    expect(open([{ at: 5 }]).tokensSince(6)).toBeNull();
  });

  it('is the middle one of those that ended well since then', () => {
    const speed = open([
      { at: 1, tokens: 9000 },
      { at: 10, tokens: 20, serverMs: 2000 },
      { at: 11, tokens: 40, serverMs: 1000 },
      { at: 12, tokens: 41, serverMs: 500 },
      { at: 13, tokens: 999, state: 'cancelled' },
    ]);
    expect(speed.since(10).answers).toEqual({ count: 3, tokensPerSecond: 40 });
    expect(speed.tokensSince(11)).toBe(81);
  });

  it('tells when the first piece came, of those where that is known: the middle, and what one in twenty exceeds', () => {
    const ended = Array.from({ length: 100 }, (_, n) => ({ at: 10, firstMs: 1000 - n * 10 }));
    const { first } = open([...ended, { at: 10, firstMs: null }]).since(10);
    expect(first).toEqual({ count: 100, middleMs: 500, slowMs: 950 });
  });

  it('is known of each minute, the oldest first, and nought where nothing ended', () => {
    const minute = 60_000;
    const speed = open([
      { at: minute - 1, tokens: 500 },
      { at: minute, tokens: 20 },
      { at: 2 * minute - 1, tokens: 5 },
      { at: 3 * minute, tokens: 7 },
      { at: 4 * minute, tokens: 900 },
    ]);
    expect(speed.tokensByMinute(minute, 3)).toEqual([25, 0, 7]);
  });

  it('looks at the newest thousand alone', () => {
    const old = Array.from({ length: 50 }, () => ({ at: 10, firstMs: 7 }));
    const fresh = Array.from({ length: 1000 }, () => ({ at: 11, firstMs: 9 }));
    expect(open([...old, ...fresh]).since(0).first).toEqual({ count: 1000, middleMs: 9, slowMs: 9 });
  });
});
