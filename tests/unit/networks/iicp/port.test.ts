import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { PortTaken } from '../../../../src-main/networks/iicp/errors.ts';
import { AutomaticPort, portMigrations } from '../../../../src-main/networks/iicp/port.ts';
import { openDatabase } from '../../../../src-main/storage/database.ts';
import { temporaryFolder } from '../../../support/folder.ts';

async function setUp() {
  const migrations = portMigrations.map((step) => ({ ...step, number: 1 }));
  const deps = { clock: systemClock, logger: silentLogger };
  const database = await openDatabase(deps, { file: join(temporaryFolder(), 'hearth.db'), migrations });
  onTestFinished(() => database.close());
  const take = (free: (port: number) => boolean) =>
    new AutomaticPort(database).take(async (port) => {
      if (!free(port)) throw new PortTaken('0.0.0.0', port, undefined);
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
});
