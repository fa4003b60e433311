// Large inputs and results: no more of them is held than the servers and the disk are behind, and a disk that is full fails the job and
// is as it was. How fast, and how much memory: `npm run bench -- --transfer`.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, truncateSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Runner } from '../../../../src-main/backends/runners/runner.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { doJob, mesh, order } from '../../../support/posemesh.ts';
import { until } from '../../../support/wait.ts';

const MIB = 1024 * 1024;
const LARGE = 96 * MIB;
/** The buffers of sockets on both sides, what waits for the disk, and what is under way. */
const MOST_HELD = 24 * MIB;

async function server(answer: RequestListener): Promise<string> {
  const http = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  onTestFinished(() => void http.close().closeAllConnections());
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

async function jobAt(domainUrl: string, run: Runner['run'], more: Parameters<typeof doJob>[2] = {}) {
  const servers = await mesh();
  const managed = order(servers, { domainUrl, inputs: ['large'] });
  return { managed, ...(await doJob(servers, run, { ...more, options: { diskBytes: 2 * LARGE, ...more.options } })) };
}

describe('a large input', () => {
  it('is written as it comes, and asked for no faster', async () => {
    let produced = 0;
    let most = 0;
    let arrived = () => 0;
    const piece = Buffer.alloc(MIB, 'x');
    const url = await server((_, res) => {
      res.writeHead(200, { 'content-type': 'multipart/form-data; boundary=b' });
      res.write(`--b\r\nContent-Disposition: form-data; id=1; name="a"; data-type="b"; size=${LARGE}\r\n\r\n`);
      const more = () => {
        while (produced < LARGE) {
          most = Math.max(most, produced - arrived());
          produced += piece.length;
          if (!res.write(piece)) return void res.once('drain', more);
        }
        res.end('\r\n--b--\r\n');
      };
      more();
    });
    let size = 0;
    const { job, outcome } = await jobAt(url, async ({ input }) => {
      const { path } = await input.materialize('large');
      const file = await open(path);
      ({ size } = await file.stat());
      await file.close();
    });
    arrived = () => job.figures.inputBytes;
    expect(await outcome).toEqual({ kind: 'done' });
    expect([produced, size, job.figures.inputBytes]).toEqual([LARGE, LARGE, LARGE]);
    expect(most).toBeLessThan(MOST_HELD);
  });
});

describe('a large result', () => {
  it('is read no further than the server has taken it', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'large');
    closeSync(openSync(path, 'w'));
    truncateSync(path, LARGE);
    let read = 0;
    const handle = await open(path);
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const real = prototype.read as (...args: unknown[]) => Promise<{ bytesRead: number }>;
    vi.spyOn(prototype, 'read').mockImplementation(async function (this: FileHandle, ...args: unknown[]) {
      const got = await real.apply(this, args);
      read += got.bytesRead;
      return got as never;
    });
    onTestFinished(() => void vi.restoreAllMocks());
    let taken = 0;
    let goOn: (() => void) | undefined;
    const url = await server((req, res) => {
      const json = (value: unknown) => res.writeHead(200).end(JSON.stringify(value));
      if (req.method === 'GET') return void json({ data: [] });
      req.on('data', (bytes: Buffer) => {
        if (req.method === 'PUT') taken += bytes.length;
        // Nothing more is taken of the first part for now.
        if (taken === 0 || goOn) return;
        goOn = () => void req.resume();
        req.pause();
      });
      req.once('end', () =>
        json(req.url?.includes('uploads') ? { upload_id: 'u', part_size: LARGE / 2 } : { etag: 'e' }),
      );
    });
    const { outcome } = await jobAt(url, async ({ output }) => void (await output.put('r', { file: path })));
    await until('the server to take no more', () => goOn !== undefined);
    // What is read ahead of it comes to an end by itself: seen by the same count many turns later.
    let before = -1;
    await until('no more to be read', async () => {
      const same = read === before;
      before = read;
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      return same;
    });
    expect(read).toBeLessThan(MOST_HELD);
    goOn!();
    expect(await outcome).toEqual({ kind: 'done' });
    expect([taken, read]).toEqual([LARGE, LARGE]);
  });
});

/** A disk of four megabytes; undefined where none may be mounted. */
function smallDisk(): string | undefined {
  const at = join(temporaryFolder(), 'disk');
  mkdirSync(at);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', at], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', at]));
  return at;
}

describe('a disk that is full', () => {
  it.each<[string, Runner['run']]>([
    ['in the middle of a download', async ({ input }) => void (await input.materialize('large'))],
    [
      'in the middle of a result',
      async ({ output }) => {
        const writer = await output.open('r.bin');
        for (let count = 0; count < 8; count += 1) await writer.write(Buffer.alloc(MIB));
        await writer.finish();
      },
    ],
  ])('%s fails the job with a sentence, and gets back what was taken', async (_, run) => {
    const scratchFolder = smallDisk();
    if (scratchFolder === undefined)
      return console.warn('SKIPPED: a full disk was not tried, for none could be mounted');
    const url = await server((req, res) => {
      if (req.url?.includes('name=')) return void res.writeHead(404).end();
      res.writeHead(200, { 'content-type': 'multipart/form-data; boundary=b' });
      res.write('--b\r\nContent-Disposition: form-data; id=1; name="a"; data-type="b"\r\n\r\n');
      res.write(Buffer.alloc(8 * MIB, 'x'));
      res.end('\r\n--b--\r\n');
    });
    const { managed, outcome } = await jobAt(url, run, { scratchFolder });
    expect(await outcome).toEqual({ kind: 'failed', code: 'posemesh.disk-full', reported: true });
    expect(managed.reports[0]!.body.reason).toMatch(/^runner failed: The disk is full/);
    expect(readdirSync(scratchFolder)).toEqual([]);
  });
});
