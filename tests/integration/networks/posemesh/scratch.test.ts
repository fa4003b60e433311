// The folder of a job: its files stay in it, whatever lies in the way, and go with it.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Scratch } from '../../../../src-main/networks/posemesh/storage/scratch.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const opened = async (mostBytes = 1000) => {
  const outside = temporaryFolder();
  const scratch = await Scratch.open(temporaryFolder(), 'job', mostBytes);
  return { outside, scratch };
};

it('follows no link out of itself', async () => {
  const { outside, scratch } = await opened();
  symlinkSync(outside, join(scratch.root, 'datasets'));
  await expect(scratch.create('datasets', 'x')).rejects.toThrow('leaves its folder');
  mkdirSync(join(scratch.root, 'own'));
  writeFileSync(join(outside, 'kept'), 'as it was');
  symlinkSync(join(outside, 'kept'), join(scratch.root, 'own', 'x'));
  await expect(scratch.create('own', 'x')).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('as it was');
  await scratch.remove();
  expect([existsSync(scratch.root), existsSync(join(outside, 'kept'))]).toEqual([false, true]);
});

it('takes the place of no file that is there', async () => {
  const { scratch } = await opened();
  const first = await scratch.create('a', 'x');
  await first.write(Buffer.from('first'));
  await expect(scratch.create('a', 'x')).rejects.toMatchObject({ code: 'EEXIST' });
  await first.close();
  expect(readFileSync(first.path, 'utf8')).toBe('first');
  await scratch.remove();
});

it.each([1, 300_000])(
  'takes no more than it may, in pieces of %i bytes, and gives back what is discarded',
  async (piece) => {
    const most = piece * 10;
    const { scratch } = await opened(most);
    const file = await scratch.create('a', 'x');
    for (let at = 0; at < 10; at += 1) await file.append(Buffer.alloc(piece, at));
    await expect(file.append(Buffer.alloc(1))).rejects.toMatchObject({ code: 'posemesh.disk-limit' });
    await file.close();
    expect([scratch.taken, file.size]).toEqual([most, most]);
    const bytes = readFileSync(file.path);
    expect(Array.from({ length: 10 }, (_, at) => [bytes[at * piece], bytes[(at + 1) * piece - 1]])).toEqual(
      Array.from({ length: 10 }, (_, at) => [at, at]),
    );
    await scratch.discard(file);
    expect(scratch.taken).toBe(0);
    await scratch.remove();
  },
);
