import { describe, expect, it } from 'vitest';
import { figuresIn, fill, plainFigures, say } from '../../../src-i18n/fill.ts';
import { reasonFor } from '../../../src-i18n/reason.ts';

const sentences = {
  tasks_one: '{{count, number}} task',
  tasks_other: '{{count, number}} tasks',
  plain: 'All is well.',
};

describe('a sentence', () => {
  it('is filled with values, and with figures as the language writes them', () => {
    expect(fill('{{a}} of {{b, number}}', { a: 'x', b: 12345.5 }, figuresIn('de'))).toBe('x of 12\u202F345,5');
    expect(fill('{{a, bytes}}', { a: 4_200_000 }, figuresIn('en'))).toBe('4.2\u00A0MB'.replace('\u00A0', ' '));
    expect(fill('{{a, number}}', { a: 12345 }, plainFigures)).toBe('12345');
  });

  it('is left out where a value is missing, rather than shown with a gap', () => {
    expect(fill('{{a}} of {{b}}', { a: 1 }, plainFigures)).toBeUndefined();
    expect(fill('{{toString}}', {}, plainFigures)).toBeUndefined();
  });

  it('takes a value as it is, whatever stands in it', () => {
    expect(fill('{{a}} left', { a: '$& {{b}}' }, plainFigures)).toBe('$& {{b}} left');
  });

  it('takes the form of its count, and is looked up by its own key alone', () => {
    const said = (key: string, values = {}) => say(sentences, key, values, figuresIn('en'));
    expect([1, 2, 0].map((count) => said('tasks', { count }))).toEqual(['1 task', '2 tasks', '0 tasks']);
    expect([said('plain', { count: 3 }), said('none'), said('constructor')]).toEqual([
      'All is well.',
      undefined,
      undefined,
    ]);
  });
});

describe('a reason', () => {
  it('has its code, its values, its English sentence, and a next step where there is one', () => {
    expect(reasonFor('probe.same', { url: 'http://a' })).toEqual({
      code: 'probe.same',
      values: { url: 'http://a' },
      message: 'The same server answers at http://a.',
    });
    expect(reasonFor('rehearsal.no-words')).toEqual({
      code: 'rehearsal.no-words',
      message: 'No model that works with words can be asked now.',
      action: '"hearth models" lists the models that there are.',
    });
    expect(reasonFor('restore.tasks', { count: 1 }).message).toBe('1 task came back.');
  });

  it('quotes no more of a stranger than a sentence can hold', () => {
    const { message } = reasonFor('rehearsal.no-such-model', { model: 'x'.repeat(1_000_000) });
    expect(message.length).toBeLessThan(600);
  });

  it('does not compile without its values, with others, or with a code that has no sentence', () => {
    // @ts-expect-error: no value
    reasonFor('probe.same');
    // @ts-expect-error: another value
    reasonFor('probe.same', { address: 'x' });
    // @ts-expect-error: no such code
    expect(reasonFor('probe.none').message).toBe('probe.none');
  });
});
