import { describe, expect, it } from 'vitest';
import { reasons } from '../../../src-i18n/de/reasons.ts';
import type { Slices } from '../../../src-main/shell/follow.ts';
import { Limiter } from '../../../src-main/shell/notices/limiter.ts';
import { Watch } from '../../../src-main/shell/notices/watch.ts';
import { wordsFor } from '../../../src-main/shell/words/words.ts';
import { HandClock } from '../../support/clock.ts';
import { payloads } from '../faces/support.ts';

const MINUTE = 60_000;

function limiter() {
  const clock = new HandClock();
  const shown: string[] = [];
  const limit = new Limiter({ clock, show: ({ body }) => void shown.push(body) });
  const offer = (text: string | undefined, kind: 'needsYou' | 'limited' = 'needsYou') =>
    limit.offer(kind, (times) =>
      text === undefined ? undefined : { notice: { title: '', body: `${text} x${times}` } },
    );
  return { clock, shown, limit, offer };
}

describe('notifications', () => {
  it('of one kind come at most once an hour, and the rest in one at its end', async () => {
    const { clock, shown, offer } = limiter();
    offer('first');
    for (const text of ['second', 'third', 'fourth']) {
      await clock.turn(10 * MINUTE);
      offer(text);
    }
    expect(shown).toEqual(['first x1']);
    await clock.turn(30 * MINUTE - 1);
    expect(shown).toEqual(['first x1']);
    await clock.turn(1);
    expect(shown).toEqual(['first x1', 'fourth x3']);
  });

  it('wait an hour again after what was held back', async () => {
    const { clock, shown, offer } = limiter();
    offer('a');
    offer('b');
    await clock.turn(60 * MINUTE);
    offer('c');
    await clock.turn(59 * MINUTE);
    expect(shown).toEqual(['a x1', 'b x1']);
    await clock.turn(MINUTE);
    expect(shown).toEqual(['a x1', 'b x1', 'c x1']);
  });

  it('of several kinds do not wait for one another', () => {
    const { shown, offer } = limiter();
    offer('a');
    offer('b', 'limited');
    expect(shown).toEqual(['a x1', 'b x1']);
  });

  it('that have become untrue are dropped, and do not count', async () => {
    const { clock, shown, offer } = limiter();
    offer(undefined);
    offer('a');
    offer(undefined);
    await clock.turn(61 * MINUTE);
    offer('b');
    expect(shown).toEqual(['a x1', 'b x1']);
  });

  it('leave no timer behind', async () => {
    const { clock, shown, limit, offer } = limiter();
    offer('a');
    offer('b');
    limit.stop();
    await clock.turn(61 * MINUTE);
    expect([shown, clock.timers]).toEqual([['a x1'], 0]);
  });
});

function watch(language = 'en') {
  const clock = new HandClock();
  const offered: { kind: string; title: string; body: string }[] = [];
  let slices: Slices = {};
  const watching = new Watch({
    clock,
    slices: () => slices,
    words: () => wordsFor(language, []),
    sentence: () => slices.node?.sentence ?? '',
    offer: (kind, make) => {
      const made = make(1);
      if (made) offered.push({ kind, ...made.notice });
    },
  });
  const { value: node } = payloads['node.changed'];
  const { value: availability } = payloads['availability.changed'];
  const answer = { ...availability.answer, accepting: true, bound: null };
  slices = { node: { ...node, state: 'ready', reason: null }, availability: { ...availability, answer } };
  return {
    clock,
    offered,
    watching,
    state(changes: object) {
      slices = { ...slices, node: { ...slices.node!, reason: null, ...changes } };
      watching.look();
    },
    answer(changes: object) {
      slices = { ...slices, availability: { ...availability, answer: { ...answer, ...changes } } };
      watching.look();
    },
  };
}

describe('what is told', () => {
  const noModels = {
    state: 'needs-you',
    sentence: 'No model is ready',
    reason: { code: 'node.no-models', message: 'No model server with a model was found on this computer.' },
  };

  it('is trouble that lasts, by the name and the sentence that the window shows', async () => {
    const { clock, offered, state } = watch();
    state(noModels);
    await clock.turn(4999);
    expect(offered).toEqual([]);
    await clock.turn(1);
    expect(offered).toEqual([
      {
        kind: 'needsYou',
        title: 'Needs you',
        body: 'No model is ready. No model server with a model was found on this computer.',
      },
    ]);
  });

  it('has its reason in the language of the window, where there are words for it', async () => {
    const { clock, offered, state } = watch('de');
    state({ ...noModels, sentence: 'Kein Modell ist bereit' });
    await clock.turn(5000);
    state({
      ...noModels,
      sentence: 'Kein Modell ist bereit',
      reason: { code: 'parcel.own', message: 'Only in English.' },
    });
    await clock.turn(5000);
    expect(offered.map(({ title, body }) => [title, body])).toEqual([
      ['Braucht Hilfe', `Kein Modell ist bereit. ${reasons['node.no-models']!.message}`],
      ['Braucht Hilfe', 'Kein Modell ist bereit'],
    ]);
  });

  it('is no trouble that passes, and no trouble twice', async () => {
    const { clock, offered, state } = watch();
    state(noModels);
    await clock.turn(3000);
    state({ state: 'ready', sentence: 'Ready' });
    await clock.turn(10_000);
    expect(offered).toEqual([]);
    state(noModels);
    await clock.turn(5000);
    state({ ...noModels, working: 1 });
    await clock.turn(60_000);
    expect(offered).toHaveLength(1);
  });

  it('is another trouble in its place, and less than could be', async () => {
    const { clock, offered, state } = watch();
    state(noModels);
    await clock.turn(5000);
    state({ state: 'needs-you', sentence: 'Something needs you', reason: { code: 'iicp.port', message: 'Taken.' } });
    await clock.turn(5000);
    state({ state: 'limited', sentence: 'Serving, but the directory is away' });
    await clock.turn(5000);
    expect(offered.map(({ kind, body }) => [kind, body])).toEqual([
      ['needsYou', 'No model is ready. No model server with a model was found on this computer.'],
      ['needsYou', 'Something needs you. Taken.'],
      ['limited', 'Serving, but the directory is away'],
    ]);
  });

  it('is what a rule does, and not what somebody did by hand', async () => {
    const { clock, offered, answer } = watch();
    answer({});
    answer({ accepting: false, bound: 'apps' });
    await clock.turn(5000);
    answer({});
    await clock.turn(5000);
    answer({ accepting: false, bound: 'paused' });
    await clock.turn(5000);
    answer({});
    await clock.turn(5000);
    answer({ accepting: false, bound: 'suspended' });
    await clock.turn(5000);
    answer({});
    await clock.turn(5000);
    expect(offered.map(({ kind, title }) => [kind, title])).toEqual([
      ['sharing', 'Sharing has stopped'],
      ['sharing', 'Sharing goes on'],
    ]);
  });

  it('is nothing about a rule that flaps', async () => {
    const { clock, offered, answer } = watch();
    answer({});
    for (let times = 0; times < 5; times += 1) {
      answer({ accepting: false, bound: 'fullscreen' });
      await clock.turn(2000);
      answer({});
      await clock.turn(2000);
    }
    await clock.turn(10_000);
    expect(offered).toEqual([]);
  });

  it('ends with the watching', async () => {
    const { clock, offered, watching, state, answer } = watch();
    answer({});
    state(noModels);
    answer({ accepting: false, bound: 'apps' });
    watching.stop();
    await clock.turn(60_000);
    expect([offered, clock.timers]).toEqual([[], 0]);
  });
});
