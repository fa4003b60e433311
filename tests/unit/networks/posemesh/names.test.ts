// What results and inputs are called: the table of types, and names that leave their folder for nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Runners } from '../../../../src-main/backends/runners/runner.ts';
import {
  artifactName,
  dataTypeOf,
  InputNames,
  logicalPath,
} from '../../../../src-main/networks/posemesh/storage/names.ts';

describe('a result', () => {
  it.each([
    ['a.json', 'json'],
    ['a.PLY', 'ply'],
    ['a.drc', 'ply_draco'],
    ['a.glb', 'glb'],
    ['a.obj', 'obj'],
    ['a.csv', 'csv'],
    ['a.Mp4', 'mp4'],
    ['a.zip', 'zip_data'],
    ['a.tar.gz', 'gz_data'],
    ['a', 'binary'],
    ['.hidden', 'binary'],
    ['a.', 'binary'],
    ['a.b/c', 'binary'],
    ['constructor', 'binary'],
    ['a.constructor', 'constructor_data'],
  ])('%s is of type %s', (path, type) => {
    expect(dataTypeOf(path)).toBe(type);
  });

  it.each([
    ['out', 'a/b.json', 'out/a/b.json'],
    ['/out/', '/a', 'out/a'],
    ['', 'a', 'a'],
    ['out', '', 'out'],
    ['', '', ''],
  ])('below %j at %j belongs at %j', (prefix, relative, logical) => {
    expect(logicalPath(prefix, relative)).toBe(logical);
  });

  it('has a name without slashes and dots, and one where nothing is left', () => {
    expect([artifactName('out/a.b', 'task-1'), artifactName('', 'task-1')]).toEqual([
      'out_a_b_task-1',
      'artifact_task-1',
    ]);
  });
});

describe('inputs', () => {
  it('of any names get each a file of their own, in a folder, of a length that file systems take', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), { maxLength: 30 }),
        (all) => {
          const names = new InputNames();
          const given = all.map(([name, type]) => names.next(name, type));
          for (const { folder, file } of given) {
            expect(folder).toMatch(/^[A-Za-z0-9_-]{1,201}$/);
            expect(file).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
            expect(Math.max(folder.length, file.length)).toBeLessThanOrEqual(201);
            expect(file.split('.')[0]).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)$/i);
          }
          const paths = given.map(({ folder, file }) => `${folder}/${file}`.toLowerCase());
          expect(new Set(paths).size).toBe(paths.length);
        },
      ),
    );
  });
});

describe('runners', () => {
  const run = () => Promise.resolve();
  it('are found by their capability alone, the last of two, and named in order', () => {
    const [one, two, last] = ['/b/v1', '/a/v1', '/b/v1'].map((capability) => ({ capability, run }));
    const runners = new Runners([one!, two!, last!]);
    expect(runners.capabilities).toEqual(['/a/v1', '/b/v1']);
    expect([runners.get('/b/v1') === last, runners.get('/c/v1')]).toEqual([true, undefined]);
    expect(new Runners([]).capabilities).toEqual([]);
  });
});
