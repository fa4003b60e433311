import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { silentLogger } from '../../../../src-main/base/logger.ts';
import { Journal, mapperMigrations, type Opening } from '../../../../src-main/reachability/mapper/journal.ts';
import { openDatabase } from '../../../../src-main/storage/database.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const ROW: Opening = {
  request: 'tasks',
  family: 4,
  way: 'pcp',
  router: '02:00:00:00:00:01',
  transport: 'tcp',
  internalAddress: '192.168.77.10',
  internalPort: 9484,
  externalAddress: '11.203.113.100',
  externalPort: 9490,
  handle: 'a1b2',
  description: 'Hearth tasks',
  endsAt: 5,
};

async function journal(file: string, steps = mapperMigrations.length) {
  const deps = { clock: systemClock, logger: silentLogger };
  const migrations = mapperMigrations.slice(0, steps);
  const database = await openDatabase(deps, { file, migrations });
  return { ...database, make: () => new Journal(database) };
}

describe('the journal of what routers have open', () => {
  it('keeps what a database of before has, as ports of TCP', async () => {
    const file = join(temporaryFolder(), 'hearth.db');
    const before = await journal(file, 1);
    const columns = 'tasks|4|pcp|02:00:00:00:00:01|tcp|192.168.77.10|9484|11.203.113.100|9490|a1b2|Hearth tasks|5';
    await before.committer.commit([
      { sql: `INSERT INTO router_openings VALUES (${Array(12).fill('?').join(', ')})`, params: columns.split('|') },
      { sql: "INSERT INTO router_ports VALUES ('tasks', 4, 9490)", params: [] },
    ]);
    await before.close();
    const { make, close } = await journal(file);
    expect(make().list()).toEqual([ROW]);
    expect(make().lastPort({ id: 'tasks', transport: 'tcp' }, 4)).toBe(9490);
    expect(make().lastPort({ id: 'tasks', transport: 'udp' }, 4)).toBeUndefined();
    await close();
  });

  it('calls this node the same at every start, and another one otherwise', async () => {
    const file = join(temporaryFolder(), 'hearth.db');
    const tags = [];
    for (const each of [file, file, join(temporaryFolder(), 'hearth.db')]) {
      const { make, close } = await journal(each);
      tags.push(make().tag());
      await close();
    }
    expect(tags[0]).toMatch(/^[0-9a-f]{8}$/);
    expect(tags[1]).toBe(tags[0]);
    expect(tags[2]).not.toBe(tags[0]);
  });

  it('has TCP and UDP of one port beside each other, and erases each alone', async () => {
    const { make, close } = await journal(join(temporaryFolder(), 'hearth.db'));
    const udp = { ...ROW, transport: 'udp', externalPort: 9491 } as const;
    await make().intend(ROW);
    await make().granted(udp);
    expect(make().list()).toHaveLength(2);
    expect(make().lastPort({ id: 'tasks', transport: 'udp' }, 4)).toBe(9491);
    await make().erase(ROW);
    expect(make().list()).toEqual([udp]);
    await close();
  });
});
