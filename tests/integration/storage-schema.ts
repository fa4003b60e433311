import type { Migration } from '../../src-main/storage/write.ts';

/** Two tables, so that half a unit would show. */
export const childMigrations: readonly Migration[] = [
  {
    area: 'test',
    number: 1,
    name: 'units in two halves',
    sql: `CREATE TABLE units (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
      CREATE TABLE halves (unit INTEGER PRIMARY KEY REFERENCES units (id)) STRICT;`,
  },
];
