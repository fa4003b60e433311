// A whole node that asks for work for hours and gets none: nothing gathers in its database, among its timers and handles, or, as
// `npm run soak` looks besides, in its memory.
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { StandingNode, watchWork } from '../../../support/posemesh-standing.ts';

const SOAK = process.env.HEARTH_SOAK === '1';
const POLLS = SOAK ? 10_000 : 300;
/** What the engine compiles meanwhile, and less than the least that a question could leave behind. */
const MOST_GROWTH = POLLS * 512;
/** They count time, not questions: a row each for so many minutes. */
const OF_TIME = /^(uptime|quarters|idle|data_use|speed|sqlite_|blocks)/;

function rows(dataDir: string): Record<string, number> {
  const db = new Database(join(dataDir, 'hearth.db'), { readonly: true });
  try {
    const names = db.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    const counted = names
      .filter(({ name }) => !OF_TIME.test(name))
      .map(({ name }) => [
        name,
        db.prepare<[], { count: number }>(`SELECT count(*) AS count FROM "${name}"`).get()!.count,
      ]);
    return Object.fromEntries(counted) as Record<string, number>;
  } finally {
    db.close();
  }
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heap = () => {
  collect();
  return process.memoryUsage().heapUsed;
};

it(`${POLLS} questions without an answer leave nothing behind`, { timeout: SOAK ? 1_200_000 : 60_000 }, async () => {
  const unwatch = watchWork();
  const node = new StandingNode([], { pollMs: 400 });
  try {
    await node.start();
    const { dms } = node.servers;
    const asked = async (count: number) => {
      const end = dms.polls() + count;
      await node.passes('the questions', () => dms.polls() >= end, 500, Number.POSITIVE_INFINITY);
    };
    // What is made when it is first wanted is there by then.
    await asked(POLLS / 10);
    const before = { rows: rows(node.dataDir), timers: node.clock.timers, handles: handles(), heap: SOAK ? heap() : 0 };
    await asked(POLLS);
    expect(rows(node.dataDir)).toEqual(before.rows);
    expect(Math.abs(node.clock.timers - before.timers)).toBeLessThanOrEqual(2);
    expect(handles()).toBeLessThanOrEqual(before.handles + 2);
    const grown = SOAK ? heap() - before.heap : 0;
    console.info(
      `${POLLS} questions: ${node.clock.timers} timers, ${handles()} handles, heap ${(grown / 1024).toFixed(0)} KiB more`,
    );
    expect(grown).toBeLessThan(MOST_GROWTH);
  } finally {
    await node.stop();
    unwatch();
  }
});

/** Sockets, files and timers of the process. */
function handles(): number {
  return process.getActiveResourcesInfo().filter((name) => name !== 'Timeout' && name !== 'Immediate').length;
}
