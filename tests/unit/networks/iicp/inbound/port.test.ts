import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../../src-main/base/logger.ts';
import { whyNotListening } from '../../../../../src-main/inbound/listen.ts';
import { portOwner } from '../../../../../src-main/inbound/port-owner.ts';
import { BindRefused, listenRefused, PortReserved, PortTaken } from '../../../../../src-main/networks/iicp/errors.ts';
import { AutomaticPort, portMigrations } from '../../../../../src-main/networks/iicp/inbound/port.ts';
import { openDatabase } from '../../../../../src-main/storage/database.ts';
import { temporaryFolder } from '../../../../support/folder.ts';

async function setUp() {
  const migrations = portMigrations.map((step) => ({ ...step, number: 1 }));
  const deps = { clock: systemClock, logger: silentLogger };
  const database = await openDatabase(deps, { file: join(temporaryFolder(), 'hearth.db'), migrations });
  onTestFinished(() => database.close());
  const used = (port: number): Error => new PortTaken('0.0.0.0', port, undefined);
  const take = (free: (port: number) => boolean, why = used) =>
    new AutomaticPort(database).take(async (port) => {
      if (!free(port)) throw why(port);
      return port;
    });
  return { take };
}

describe('AutomaticPort', () => {
  it('takes the usual port', async () => {
    const { take } = await setUp();
    expect(await take(() => true)).toBe(9484);
  });

  it('moves on where it is taken, never to the relays’ port, and comes back to the one it took', async () => {
    const { take } = await setUp();
    expect(await take((port) => port > 9484)).toBe(9486);
    expect(await take(() => true)).toBe(9486);
  });

  it('gives the first reason when all are taken, and any other reason at once', async () => {
    const { take } = await setUp();
    await expect(take(() => false)).rejects.toMatchObject({ code: 'iicp.port-taken', details: { port: 9484 } });
    const tried: number[] = [];
    const denied = new TypeError('no');
    await expect(
      take((port) => {
        tried.push(port);
        throw denied;
      }),
    ).rejects.toBe(denied);
    expect(tried).toEqual([9484]);
  });

  it('moves on where the system keeps a port for itself', async () => {
    const { take } = await setUp();
    const kept = (port: number) => listenRefused('reserved', { bind: '::', port, cause: new Error('no') });
    expect(await take((port) => port > 9488, kept)).toBe(9489);
    await expect(take(() => false, kept)).rejects.toMatchObject({ code: 'iicp.port-reserved' });
  });
});

describe('why a socket can’t listen', () => {
  const refused = (code: string, port: number) => {
    const cause = Object.assign(new Error('no'), { code });
    return listenRefused(whyNotListening(cause, port), { bind: '::', port, cause });
  };

  it('is told by the system’s code, and on which side of 1024 it was', () => {
    expect(refused('EADDRINUSE', 9484)).toBeInstanceOf(PortTaken);
    expect(refused('EACCES', 9484)).toBeInstanceOf(PortReserved);
    expect(refused('EACCES', 9484).message).toContain('excludedportrange');
    expect(refused('EACCES', 80)).toBeInstanceOf(BindRefused);
    expect(refused('EADDRNOTAVAIL', 9484)).toBeInstanceOf(BindRefused);
  });
});

describe('who has a port', () => {
  it.skipIf(process.platform !== 'linux')('is named where it can be seen', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await portOwner(port)).toMatch(new RegExp(`^\\S.* \\(process ${process.pid}\\)$`));
  });

  it('is left out where it can’t, and a name is no more than that', async () => {
    const root = temporaryFolder();
    expect(await portOwner(9484, root)).toBeUndefined();
    mkdirSync(join(root, 'proc/net'), { recursive: true });
    const line = (inode: number, state: string) =>
      `   0: 00000000:250C 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0 100 0 0 10 0`;
    writeFileSync(join(root, 'proc/net/tcp'), [line(41, '01'), line(42, '0A')].join('\n'));
    expect(await portOwner(9484, root)).toBeUndefined();
    for (const [process, inode] of [
      ['7', 41],
      ['8', 42],
    ] as const) {
      mkdirSync(join(root, 'proc', process, 'fd'), { recursive: true });
      symlinkSync(`socket:[${inode}]`, join(root, 'proc', process, 'fd/3'));
    }
    writeFileSync(join(root, 'proc/8/comm'), 'evil\u001b[31m\n');
    expect(await portOwner(9484, root)).toBe('evil31m (process 8)');
    expect(await portOwner(9485, root)).toBeUndefined();
  });
});
