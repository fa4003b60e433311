// A process that books units, one after the other, each with the sealed value that names it, and prints the number of each once it
// is committed. To be killed.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { openSecrets, secretsMigrations } from '../../src-main/secrets/secrets.ts';
import { openDatabase } from '../../src-main/storage/database.ts';
import { childMigrations } from './storage-schema.ts';

const folder = process.argv[2] ?? '';
const deps = { clock: systemClock, logger: silentLogger };
const migrations = [...secretsMigrations, ...childMigrations];
const { committer, read } = await openDatabase(deps, { file: join(folder, 'hearth.db'), migrations });
const secrets = await openSecrets({ ...deps, random: systemRandom, committer, read }, { dir: join(folder, 'keys') });

for (let id = 1 + (read.prepare('SELECT coalesce(max(id), 0) FROM units').pluck().get() as number); ; id += 1) {
  // Of several pages, so that a unit is not written at one stroke.
  const text = `unit ${id} `.repeat(1500);
  await secrets.change({ 'test.newest': String(id) }, (sealed) =>
    committer.commit([{ sql: 'INSERT INTO units (id, text) VALUES (?, ?)', params: [id, text] }, ...sealed]),
  );
  if (secrets.get('test.newest') !== String(id)) throw new Error('remembered before it was committed, or not at all');
  writeSync(1, `${id}\n`);
}
