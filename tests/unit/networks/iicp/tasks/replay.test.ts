// What is remembered so that nothing is answered, and paid, twice: the memory itself, and the marks of one task in it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Marks } from '../../../../../src-main/networks/iicp/tasks/marks.ts';
import { SeenRecently, type Verdict } from '../../../../../src-main/networks/iicp/tasks/replay.ts';
import { HandClock } from '../../../../support/clock.ts';
import { seededRandom } from '../../../../support/random.ts';

const KEEP_MS = 50;

function memory({ keepMs = KEEP_MS, most = 10, perCaller = 10, clock = new HandClock() } = {}) {
  const seen = new SeenRecently({ clock, random: seededRandom(most) }, { keepMs, most, perCaller });
  const remember = (value: string, caller?: string): Verdict => seen.remember(seen.markOf(value, caller));
  return { clock, seen, remember };
}

describe('SeenRecently', () => {
  it('refuses a repeat within the span, counted from first sight', async () => {
    const { clock, remember } = memory({ keepMs: 300_000 });
    const first = remember('n');
    await clock.turn(299_999);
    const second = remember('n');
    await clock.turn(1);
    expect([first, second, remember('n')]).toEqual(['first', 'again', 'first']);
  });

  it('takes the empty text for one like any other', () => {
    const { remember } = memory();
    expect([remember(''), remember('')]).toEqual(['first', 'again']);
  });

  it('refuses what is new when it is full, and forgets nothing before its time', async () => {
    const { clock, seen, remember } = memory({ most: 3 });
    const verdicts = ['a', 'b', 'c', 'd', 'a'].map((value) => remember(value));
    await clock.turn(KEEP_MS);
    expect([...verdicts, remember('d'), seen.size]).toEqual(['first', 'first', 'first', 'full', 'again', 'first', 1]);
  });

  it('lets one address have its share, and leaves the rest to others', () => {
    const { remember } = memory({ most: 5, perCaller: 2 });
    const verdicts = (values: readonly string[], caller?: string) => values.map((value) => remember(value, caller));
    expect([verdicts(['a', 'b', 'c'], '192.0.2.1'), verdicts(['c', 'd'], '192.0.2.2'), verdicts(['e', 'f'])]).toEqual([
      ['first', 'first', 'full'],
      ['first', 'first'],
      // Through a tunnel or a relay everybody comes; the memory's own end holds for them.
      ['first', 'full'],
    ]);
  });

  it('only looks, and remembers nothing by it', () => {
    const { seen, remember } = memory();
    const mark = seen.markOf('n');
    const looks = [seen.look(mark), seen.look(mark), seen.size];
    remember('n');
    expect([...looks, seen.look(mark)]).toEqual(['first', 'first', 0, 'again']);
  });

  it('does not forget for one task what another brought after the span', async () => {
    const { clock, seen, remember } = memory();
    const late = seen.markOf('n');
    seen.remember(late);
    await clock.turn(KEEP_MS);
    remember('n');
    seen.forget(late);
    expect(remember('n')).toBe('again');
  });

  it('remembers what a plain list would, whatever comes, fails and ends', async () => {
    const step = fc.record({
      value: fc.integer({ min: 0, max: 30 }),
      caller: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      ms: fc.constantFrom(0, 0, 1, 5, 40),
      fails: fc.boolean(),
    });
    const sizes = fc.record({ most: fc.integer({ min: 1, max: 20 }), perCaller: fc.integer({ min: 1, max: 8 }) });
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(step, { maxLength: 200 }), async ({ most, perCaller }, steps) => {
        const { clock, seen } = memory({ most, perCaller });
        let known: { readonly value: number; readonly caller: number | undefined; readonly at: number }[] = [];
        for (const { value, caller, ms, fails } of steps) {
          await clock.turn(ms);
          const now = clock.monotonic();
          known = known.filter(({ at }) => now - at < KEEP_MS);
          const again = known.some((entry) => entry.value === value);
          const theirs = known.filter((entry) => entry.caller === caller).length;
          const full = known.length === most || (caller !== undefined && theirs === perCaller);
          const verdict = again ? 'again' : full ? 'full' : 'first';
          const mark = seen.markOf(`n${value}`, caller === undefined ? undefined : `caller ${caller}`);
          expect([seen.look(mark), seen.remember(mark)]).toEqual([verdict, verdict]);
          if (verdict === 'first' && fails) seen.forget(mark);
          else if (verdict === 'first') known.push({ value, caller, at: now });
          expect(seen.size).toBe(known.length);
        }
      }),
    );
  });
});

describe('the marks of a task', () => {
  const seen = (most = 10) => ({
    nonces: memory({ most }).seen,
    taskIds: memory().seen,
    sealed: memory().seen,
  });

  it('are remembered together or not at all', () => {
    const all = seen();
    const [one, other] = [new Marks(all, undefined), new Marks(all, undefined)];
    for (const [marks, nonce] of [
      [one, 'n-1'],
      [other, 'n-2'],
    ] as const) {
      expect([marks.look('nonces', nonce), marks.look('sealed', 'same')]).toEqual([undefined, undefined]);
    }
    expect([one.remember(), other.remember()?.status]).toEqual([undefined, 409]);
    expect([all.nonces.size, all.sealed.size]).toEqual([1, 1]);
  });

  it('pay once and fail as often as it takes, however attempts with the same bytes run into one another', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom<'done' | 'failed'>('done', 'failed'), { minLength: 1, maxLength: 12 }),
        async (scheduler, outcomes) => {
          const all = seen();
          let [running, most, paid] = [0, 0, 0];
          const ends: string[] = [];
          const attempt = async (outcome: 'done' | 'failed') => {
            const marks = new Marks(all, undefined);
            const refused = marks.look('nonces', 'n') ?? marks.look('sealed', 'body');
            if (refused) return ends.push('refused');
            // Its payload is filtered.
            await scheduler.schedule(Promise.resolve());
            if (marks.remember()) return ends.push('refused');
            running += 1;
            most = Math.max(most, running);
            await scheduler.schedule(Promise.resolve());
            running -= 1;
            if (outcome === 'failed') marks.forget();
            else paid += 1;
            return ends.push(outcome);
          };
          const attempts = outcomes.map((outcome) =>
            scheduler.schedule(Promise.resolve()).then(() => attempt(outcome)),
          );
          await scheduler.waitFor(Promise.all(attempts));
          expect([most, paid <= 1, ends.length]).toEqual([1, true, outcomes.length]);
          // Whoever comes after all of them is served, unless one was paid.
          const last = new Marks(all, undefined);
          last.look('nonces', 'n');
          expect(last.remember()?.status).toBe(paid === 1 ? 409 : undefined);
        },
      ),
    );
  });
});
