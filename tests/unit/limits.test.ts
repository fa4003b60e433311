import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBounds, namesIn } from '../hostile/bounds.ts';
import { ELSEWHERE } from '../hostile/elsewhere.ts';
import { limitsPage } from '../hostile/limits.ts';
import { surfaces } from '../hostile/surfaces/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const tables = await findBounds();
const rows = namesIn(tables);
const attacked = new Set(surfaces.flatMap(({ attacks }) => attacks.flatMap(({ exercises }) => exercises ?? [])));

describe('the limits that strangers meet', () => {
  it('are all in docs/limits.md, as they are', async () => {
    await expect(limitsPage(tables)).toMatchFileSnapshot(join(ROOT, 'docs/limits.md'));
  });

  it('have one table for each surface', () => {
    const names = tables.map(({ surface }) => surface);
    expect(names).toEqual([...new Set(names)]);
    expect(rows.length).toBeGreaterThan(50);
  });

  it('are each run into by an attack, or by a test that is named', () => {
    expect(rows.filter((row) => !attacked.has(row) && !(row in ELSEWHERE))).toEqual([]);
  });

  it('are what attacks and that list speak of, and nothing else', () => {
    const named = [...attacked, ...Object.keys(ELSEWHERE)];
    expect(named.filter((name) => !rows.includes(name))).toEqual([]);
    expect(Object.keys(ELSEWHERE).filter((name) => attacked.has(name))).toEqual([]);
  });

  it.each(Object.entries(ELSEWHERE))('%s is run into by the test that is named', (_row, { test, says, why }) => {
    const file = join(ROOT, 'tests', test);
    expect(existsSync(file), test).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain(says);
    expect(why).toMatch(/\.$/);
  });

  it('have a test of their surface in the suite', () => {
    const files = surfaces.map(({ name }) => name);
    expect(new Set(files).size).toBe(files.length);
  });
});
