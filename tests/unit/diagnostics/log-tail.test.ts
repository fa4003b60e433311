import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { logTail } from '../../../src-main/diagnostics/log-tail.ts';
import { temporaryFolder } from '../../support/folder.ts';

const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `{"line":${from + index}}`);

it('gives the newest lines, from the file before where the log has just turned over', () => {
  const folder = temporaryFolder();
  expect(logTail(folder, { lines: 5, bytes: 1000 })).toEqual([]);
  writeFileSync(join(folder, 'hearth.log.1'), `${lines(0, 100).join('\n')}\n`);
  writeFileSync(join(folder, 'hearth.log'), `${lines(100, 103).join('\n')}\n`);
  expect(logTail(folder, { lines: 5, bytes: 10_000 })).toEqual(lines(98, 103));
  expect(logTail(folder, { lines: 2, bytes: 10_000 })).toEqual(lines(101, 103));
});

it('begins with a whole line, however little may be read', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'hearth.log'), `${lines(0, 50).join('\n')}\n`);
  expect(logTail(folder, { lines: 50, bytes: 30 })).toEqual(lines(48, 50));
});
