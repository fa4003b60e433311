import { describe, expect, it } from 'vitest';
import {
  isOwnFrame,
  isOwnPage,
  mayDownload,
  mayNavigate,
  mayOpenOutside,
  mayUse,
} from '../../../src-main/shell/addresses.ts';

const UI = 'app://ui/index.html';
const strange = [
  'https://ui/index.html',
  'file:///etc/passwd',
  'app://other/index.html',
  'app://ui.evil/index.html',
  'app://evil@ui/index.html',
  'app://ui:8080/index.html',
  'data:text/html,<p>app://ui/</p>',
  'blob:app://ui/0-0',
  'javascript:location="app://ui/"',
  'about:blank',
  'appx://ui/index.html',
  'not an address',
  '',
];

describe('an address', () => {
  it.each([UI, 'app://ui/', 'app://ui/#/work/17', 'APP://ui/x'])('%s is one of our pages', (url) => {
    expect(isOwnPage(url)).toBe(true);
  });

  it.each(strange)('%j is not', (url) => {
    expect([isOwnPage(url), mayNavigate(UI, url)]).toEqual([false, false]);
  });

  it('that is not known is nobody’s', () => {
    expect(isOwnPage(undefined)).toBe(false);
  });
});

describe('a frame', () => {
  it.each([
    ['our page itself', { url: UI, parent: null }, true],
    ['a frame within our page', { url: UI, parent: { url: UI } }, false],
    ['a page of somebody else', { url: 'https://evil.invalid/', parent: null }, false],
    ['our address within somebody else’s page', { url: UI, parent: { url: 'https://evil.invalid/' } }, false],
    ['one of our small pages', { url: 'app://unlock/x', parent: null }, false],
    ['one that is gone', null, false],
  ])('that is %s is trusted: %s', (_what, frame, trusted) => {
    expect(isOwnFrame(frame)).toBe(trusted);
  });
});

describe('a page', () => {
  it.each([
    [UI, 'app://ui/index.html#/work', true],
    [UI, 'app://unlock/x', false],
    ['app://unlock/x', 'app://unlock/y', true],
    ['app://unlock/x', UI, false],
    ['https://evil.invalid/', 'https://evil.invalid/more', false],
    ['', UI, false],
  ])('at %j may go to %s: %s', (here, there, may) => {
    expect(mayNavigate(here, there)).toBe(may);
  });

  it.each([
    ['https://hearth.invalid/help', true],
    ['http://hearth.invalid/help', false],
    ['file:///etc/passwd', false],
    ['smb://server/share', false],
    ['ms-settings:privacy', false],
    ['javascript:alert(1)', false],
    ['hearth://job/1', false],
    ['//hearth.invalid', false],
  ])('may have %s opened outside: %s', (url, may) => {
    expect(mayOpenOutside(url)).toBe(may);
  });

  it.each([
    ['clipboard-sanitized-write', UI, true, true],
    ['clipboard-sanitized-write', UI, false, false],
    ['clipboard-sanitized-write', 'https://evil.invalid/', true, false],
    ['clipboard-sanitized-write', undefined, true, false],
    ['clipboard-read', UI, true, false],
    ['media', UI, true, false],
    ['fullscreen', UI, true, false],
    ['openExternal', UI, true, false],
  ])('may use %s from %s (its main frame: %s): %s', (permission, url, main, may) => {
    expect(mayUse(permission, url, main)).toBe(may);
  });
});

describe('a file', () => {
  it('is saved where a page of ours has made it', () => {
    expect(mayDownload('blob:app://ui/5b1c7d9e-0d5f-4d0a-8a0e-3a3c2f7d7f10')).toBe(true);
  });

  it.each([
    UI,
    'blob:https://evil.invalid/0-0',
    'blob:app://other/0-0',
    'blob:blob:app://ui/0-0',
    'blob:null/0-0',
    'https://evil.invalid/a.exe',
    'data:text/plain,x',
    'file:///etc/passwd',
    '',
  ])('is not saved from %j', (url) => {
    expect(mayDownload(url)).toBe(false);
  });
});
