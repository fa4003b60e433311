// What a start loads: the page's entry with all that it imports, Home among it, and one language. As built, gzipped.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const PAGES = resolve(import.meta.dirname, '../../../build/app/renderer');
/** An eighth more than when there was one network: each of four brings a row, its states and its words, which any page can show. */
const MOST_KB = 245;
const MOST_FILES = 5;

function sizeOf(file: string): number {
  return gzipSync(readFileSync(join(PAGES, 'assets', file)), { level: 9 }).byteLength / 1000;
}

/** A chunk and what it imports at once; what it imports when it is needed is not in it. */
function closure(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = readFileSync(join(PAGES, 'assets', file), 'utf8');
  for (const [, from = ''] of code.matchAll(/(?:^|[;}\n])(?:import|export)[^'"`();]*["']\.\/([\w.-]+\.js)["']/g)) {
    closure(from, seen);
  }
  return seen;
}

describe.skipIf(!existsSync(join(PAGES, 'index.html')))('the pages as built', () => {
  it(`load at most ${MOST_KB} kB of code at the start, in at most ${MOST_FILES} files`, () => {
    const html = readFileSync(join(PAGES, 'index.html'), 'utf8');
    const entries = [...html.matchAll(/(?:src|href)="\.\/assets\/([^"]+\.js)"/g)].map(([, file]) => file ?? '');
    expect(entries.length).toBeGreaterThan(0);
    const start = new Set(entries.flatMap((file) => [...closure(basename(file))]));
    const all = readdirSync(join(PAGES, 'assets'));
    const languages = all.filter((file) => /^(en|de)-.*\.js$/.test(file));
    expect(languages).toHaveLength(2);
    const code = [...start].reduce((sum, file) => sum + sizeOf(file), 0);
    const words = Math.max(...languages.map(sizeOf));
    console.info(`at the start: ${code.toFixed(1)} kB of code, ${words.toFixed(1)} kB of words (gzip)`);
    expect(code).toBeGreaterThan(50);
    expect(code + words).toBeLessThanOrEqual(MOST_KB);
    expect(start.size).toBeLessThanOrEqual(MOST_FILES);
  });
});
