import { describe, expect, it } from 'vitest';
import { passphrasePage, readForm } from '../../../src-main/shell/passphrase/page.ts';
import { wordsFor } from '../../../src-main/shell/words/words.ts';

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

describe('the form for a passphrase', () => {
  it.each([
    ['known', { words: 'any' }, { words: 'any' }],
    ['known', { words: ' spaces & ümläüts ' }, { words: ' spaces & ümläüts ' }],
    ['known', {}, { words: '' }],
    ['known', { words: 'x', cancel: '1' }, undefined],
    ['new', { words: 'long enough', again: 'long enough' }, { words: 'long enough' }],
    ['new', { words: 'long enough', again: 'long enouhg' }, 'differ'],
    ['new', { words: 'long enough' }, 'differ'],
    ['new', { words: 'short', again: 'short' }, 'tooShort'],
    [
      'new',
      { words: '\u{1F600}\u{1F600}\u{1F600}\u{1F600}', again: '\u{1F600}\u{1F600}\u{1F600}\u{1F600}' },
      'tooShort',
    ],
    ['new', { words: 'x', again: 'y', cancel: '1' }, undefined],
  ] as const)('for one that is %s reads %j as %j', (asking, fields, said) => {
    expect(readForm(form(fields as Record<string, string>), asking)).toEqual(said);
  });

  it.each(['en', 'de'])('in %s says what it is for, names its fields and runs no script', (language) => {
    const words = wordsFor(language, []);
    const known = passphrasePage('known', words, undefined);
    expect(known).toContain(`<html lang="${words.locale}">`);
    expect(known).toContain(`<label for="words">${words.passphrase.label}</label>`);
    expect(known.match(/type="password"/g)).toHaveLength(1);
    const fresh = passphrasePage('new', words, 'differ');
    expect(fresh.match(/type="password"/g)).toHaveLength(2);
    expect(fresh).toContain(`role="alert">${words.passphrase.differ}`);
    expect(fresh).toContain('aria-describedby="complaint"');
    for (const page of [known, fresh]) expect(page).not.toMatch(/<script|javascript:|\son\w+=|style="/);
  });

  it('never shows again what was typed', () => {
    expect(passphrasePage('known', wordsFor('en', []), 'wrong')).not.toMatch(/value="(?!1")/);
  });
});
