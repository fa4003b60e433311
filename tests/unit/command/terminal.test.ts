// What strangers named reaches a terminal as text alone.
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { plain, printable } from '../../../src-main/command/terminal.ts';

const HARMFUL = 'safe\u202Egnp.exe \u001b[31mred\u001b[0m \u2066in\u2069 \u0007\u009b2J';

it('nothing turns a line round, colours it or moves the cursor', () => {
  for (const made of [plain(HARMFUL), printable(HARMFUL)]) {
    expect(made).toMatch(/^safe\uFFFDgnp\.exe \uFFFD\[31mred/);
    expect(made).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

it('a line stays one and in bounds, and a text that is wanted whole keeps its lines', () => {
  expect(plain('a\nb')).toBe('a\uFFFDb');
  expect(plain('x'.repeat(1_000_000)).length).toBe(500);
  expect(printable('a\nb')).toBe('a\nb');
  expect(plain('Größe 中文 – 5 €')).toBe('Größe 中文 – 5 €');
});

it('commands write JSON in which nothing stands unseen', () => {
  const folder = resolve(import.meta.dirname, '../../../src-main/command');
  const files = globSync('**/*.ts', { cwd: folder }).map((file) => readFileSync(join(folder, file), 'utf8'));
  expect(files.some((text) => text.includes('jsonText('))).toBe(true);
  expect(files.filter((text) => text.includes('JSON.stringify('))).toEqual([]);
});
