import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { closing } from '../../../src-main/shell/quit/closing.ts';
import { Quit } from '../../../src-main/shell/quit/quit.ts';
import { wordsFor } from '../../../src-main/shell/words/words.ts';
import { secondsLeft } from '../../../src-preload/contract/left.ts';
import type { TaskView } from '../../../src-preload/contract/work.ts';
import { HandClock } from '../../support/clock.ts';
import { payloads } from '../faces/support.ts';

const NOW = 1_750_000_000_000;

/** A node with tasks that end when told, questions answered when told, and what was done to it, in order. */
function node(running: number) {
  const clock = new HandClock();
  const done: string[] = [];
  const listeners = new Set<() => void>();
  const asked: { what: string; answer: (answer: 'finish' | 'now' | 'cancel') => Promise<void> }[] = [];
  let stopped: (() => void) | undefined;
  const state = {
    running,
    clock,
    done,
    asked,
    /** Stopping takes until this is called, once it is set. */
    slow: false,
    finishStopping: () => stopped?.(),
    async endTask() {
      state.running -= 1;
      for (const listener of listeners) listener();
      await clock.turn(0);
    },
    listening: () => listeners.size,
  };
  const quit = new Quit({
    clock,
    logger: silentLogger,
    running: () => state.running,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    drain: () => void done.push('drain'),
    stop: ({ drainMs, departure }) => {
      done.push(`${departure} ${drainMs ?? 'as usual'}`);
      if (!state.slow) return Promise.resolve();
      return new Promise((resolve) => {
        stopped = resolve;
      });
    },
    ask: (what) =>
      new Promise((resolve) => {
        asked.push({
          what,
          answer: async (answer) => {
            resolve(answer);
            await clock.turn(0);
          },
        });
      }),
    end: () => void done.push('end'),
  });
  return { ...state, state, quit };
}

describe('quitting', () => {
  it('asks nothing where nothing runs', async () => {
    const { quit, done, asked } = node(0);
    await quit.request();
    expect([done, asked.length, quit.ended]).toEqual([['stop as usual', 'end'], 0, true]);
  });

  it('goes on as if nothing had been where it is cancelled', async () => {
    const { quit, done, asked } = node(1);
    void quit.request();
    await asked[0]!.answer('cancel');
    expect([done, quit.underWay]).toEqual([[], false]);
    void quit.request();
    expect(asked.map(({ what }) => what)).toEqual(['quit', 'quit']);
  });

  it('hands back what runs where it is to be now', async () => {
    const { quit, done, asked } = node(2);
    void quit.request();
    await asked[0]!.answer('now');
    expect(done).toEqual(['stop 0', 'end']);
  });

  it('waits for the last task, takes nothing new meanwhile, and leaves no listener behind', async () => {
    const { quit, done, asked, state } = node(2);
    void quit.request();
    await asked[0]!.answer('finish');
    expect([done, quit.underWay, quit.ended]).toEqual([['drain'], true, false]);
    await state.endTask();
    expect(done).toEqual(['drain']);
    await state.endTask();
    expect(done).toEqual(['drain', 'stop as usual', 'end']);
    expect(state.listening()).toBe(0);
  });

  it('asks again where somebody is in a hurry after all, one question at a time', async () => {
    const { quit, done, asked } = node(1);
    void quit.request();
    void quit.request();
    await asked[0]!.answer('finish');
    void quit.request();
    void quit.request();
    expect(asked.map(({ what }) => what)).toEqual(['quit', 'waiting']);
    await asked[1]!.answer('cancel');
    expect(done).toEqual(['drain']);
    void quit.request();
    await asked[2]!.answer('now');
    expect(done).toEqual(['drain', 'stop 0', 'end']);
  });

  it('ends once even where the last task ends while it is asked', async () => {
    const { quit, done, asked, state } = node(1);
    void quit.request();
    await asked[0]!.answer('finish');
    void quit.request();
    await state.endTask();
    await asked[1]!.answer('now');
    expect(done).toEqual(['drain', 'stop as usual', 'end']);
  });
});

describe('the system going down', () => {
  it('waits for nobody’s answer', async () => {
    const { quit, done, asked, clock } = node(1);
    void quit.request();
    await quit.shutdown();
    expect(done).toEqual(['restart 1500', 'end']);
    await asked[0]!.answer('finish');
    expect([done.length, clock.timers]).toEqual([2, 0]);
  });

  it('ends within the time that systems give, whether everything has stopped or not', async () => {
    const { quit, done, state, clock } = node(1);
    state.slow = true;
    void quit.shutdown();
    await clock.turn(4499);
    expect(done).toEqual(['restart 1500']);
    await clock.turn(1);
    expect(done).toEqual(['restart 1500', 'end']);
  });

  it('bounds an end that was under way already', async () => {
    const { quit, done, state, clock } = node(0);
    state.slow = true;
    void quit.request();
    void quit.shutdown();
    void quit.shutdown();
    await clock.turn(5000);
    expect([done, clock.timers]).toEqual([['stop as usual', 'end'], 0]);
  });
});

describe('finishing for an update', () => {
  it('stops everything once the last task is done, and leaves the end to who asked', async () => {
    const { quit, done, state } = node(1);
    const finished = quit.finish();
    await state.endTask();
    expect([await finished, done, quit.ended]).toEqual([true, ['drain', 'restart as usual'], true]);
  });

  it('gives way to somebody who quits now, and to the system', async () => {
    const { quit, asked } = node(1);
    const finished = quit.finish();
    void quit.request();
    await asked[0]!.answer('now');
    expect(await finished).toBe(false);
    const other = node(0);
    other.state.slow = true;
    const late = other.quit.finish();
    await other.clock.turn(0);
    void other.quit.shutdown();
    await other.clock.turn(5000);
    other.state.finishStopping();
    expect([await late, other.done]).toEqual([false, ['drain', 'restart as usual', 'end']]);
  });
});

describe('how long it may take', () => {
  const task = payloads['work.changed'].value.live[0]!;
  const running = (elapsed: number, changes: Partial<TaskView> = {}): TaskView => ({
    ...task,
    ...changes,
    state: 'running',
    startedAt: NOW - elapsed * 1000,
  });
  const took = (seconds: number, changes: Partial<TaskView> = {}): TaskView => ({
    ...task,
    state: 'done',
    ...changes,
    startedAt: NOW - 3_600_000,
    finishedAt: NOW - 3_600_000 + seconds * 1000,
  });

  it.each([
    ['nothing runs', [], [took(10)], undefined],
    ['nothing is known', [running(5)], [], undefined],
    ['as long as the one in the middle', [running(0)], [took(10), took(20), took(90)], 20],
    ['what is left of it', [running(15)], [took(10), took(20), took(90), took(100)], 75],
    ['longer than ever before', [running(200)], [took(10), took(90)], undefined],
    ['the last of several', [running(0), running(18)], [took(20)], 20],
    [
      'only like its like',
      [running(0)],
      [took(10), took(500, { inference: { ...task.inference!, model: 'other' } })],
      10,
    ],
    [
      'the same kind where the model is new',
      [running(0, { inference: { ...task.inference!, model: 'new' } })],
      [took(10)],
      10,
    ],
    ['not like failures', [running(0)], [took(500, { state: 'timeout' }), took(10)], 10],
    ['never less than a second', [running(9.9999)], [took(10)], 1],
    ['not by a lease, which is sold by the clock', [running(0), running(9, { kind: 'lease' })], [took(10)], 10],
    ['one unknown among several', [running(0), running(0, { what: 'other' })], [took(10)], undefined],
  ])('is known by %s', (_how, live, recent, seconds) => {
    expect(secondsLeft({ live, recent }, NOW)).toBe(seconds);
  });

  it('is said with the count', () => {
    const words = wordsFor('en', []);
    expect(words.quit.question(1, words.span(40))).toEqual({
      message: 'Stop sharing and quit?',
      detail: '1 task is running (about 40 s left). A task that is cut short is handed back and earns nothing.',
    });
    expect(words.quit.question(3, words.span(150)).detail).toContain('3 tasks are running (about 3 min left).');
    expect(words.quit.waiting(2, undefined).detail).toContain('2 tasks are running. ');
    expect(wordsFor('de', []).quit.question(1, '40 s').detail).toContain('1 Aufgabe läuft (noch etwa 40 s).');
  });
});

describe('closing the window', () => {
  it.each([
    ['ask', 'shown', 'ask'],
    ['keep', 'shown', 'keep'],
    ['keep', 'unknown', 'keep'],
    ['quit', 'shown', 'quit'],
    ['quit', 'hidden', 'quit'],
    // Nobody should lose sight of it for good by an answer of long ago.
    ['keep', 'hidden', 'ask'],
    [undefined, 'shown', 'quit'],
  ] as const)('set to %s, with the tray %s: %s', (setting, tray, deed) => {
    expect(closing(setting, tray)).toBe(deed);
  });
});
