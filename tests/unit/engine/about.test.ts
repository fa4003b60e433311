import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { about, licenceText } from '../../../src-main/engine/about.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const made = existsSync(join(ROOT, 'build/app/main/licences.json'));

describe('about', () => {
  it('names the version and what it runs on', () => {
    const { version, licence, runtime } = about();
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
      license: string;
    };
    expect([version, licence, runtime.node]).toEqual([manifest.version, manifest.license, process.versions.node]);
  });

  it.skipIf(!made)('names everything that the build takes in, each with a licence and its text', () => {
    const { packages } = about();
    const names = packages.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['better-sqlite3', 'electron', 'node', 'pino', 'react', 'undici', 'ws', 'zod']),
    );
    for (const { name, version, licence } of packages) {
      expect(licence, name).toMatch(/^[(A-Za-z0-9][\w.+ ()-]*$/);
      expect(licenceText(name, version).length, name).toBeGreaterThan(40);
    }
    expect(licenceText('zod', packages.find(({ name }) => name === 'zod')!.version)).toContain(
      'Permission is hereby granted',
    );
  });

  it('says so where there is no such package', () => {
    expect(() => licenceText('left-pad', '1.0.0')).toThrow('does not bring a package of that name');
  });
});
