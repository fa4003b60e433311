// The ledger as a file, by the command: from the folder itself, from the node that runs on it, and the same from both.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { openState } from '../../src-main/engine/open-state.ts';
import { Ledger } from '../../src-main/payments/ledger.ts';
import { WorkStore } from '../../src-main/work/store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { hearth, launch } from '../support/serving.ts';

const TURN = new Date(2026, 0, 1).getTime();
const ENTRIES = 2600;
const HOSTILE = '=HYPERLINK("http://x.test")';

/** Entries around the turn of a year, of tasks that strangers gave names to. */
async function fill(dataDir: string): Promise<void> {
  const state = await openState({ clock: systemClock, random: systemRandom }, { dataDir, logLevel: 'error' });
  const { read, committer } = state.database;
  const [store, ledger] = [new WorkStore(read), new Ledger(read)];
  const commits = Array.from({ length: ENTRIES }, (_, n) => {
    const [id, at] = [n + 1, TURN + (n - 100) * 60_000];
    const task = { id, network: 'iicp', kind: 'task', ref: n === 200 ? HOSTILE : `t${n}`, what: 'chat' } as const;
    const inference = { model: 'm', backend: 'b', sealed: false };
    const times = { waitedMs: 0, serverMs: 2, firstMs: null };
    return committer.commit([
      store.started({ ...task, startedAt: at - 3 }),
      store.endedInference(id, inference, { tokensIn: 1, tokensOut: 2, ...times }),
      store.ended(task, { state: 'done', code: null, tookMs: 3, finishedAt: at }),
      ledger.book({
        at,
        network: 'iicp',
        unit: 'credit',
        amountMicro: 1500 + n,
        kind: 'earned',
        job: id,
        reference: `earned/${id}`,
        settledAt: null,
      }),
    ]);
  });
  await Promise.all(commits);
  await state.close();
}

describe('hearth export', () => {
  it('writes the same file from the folder and from the node that runs on it', async () => {
    const dataDir = join(temporaryFolder(), 'data');
    await fill(dataDir);
    const on = (line: string) => hearth(['export', ...line.split(' ').filter(Boolean), '--data', dataDir]);
    const [all, year, json] = [await on(''), await on('--year 2026'), await on('--year 2025 --format json')];
    expect([all.code, all.stderr]).toEqual([0, '']);
    const lines = all.stdout.split('\r\n');
    expect([lines.length, lines.at(-1)]).toEqual([ENTRIES + 2, '']);
    expect(lines[0]).toMatch(/^entry,time_utc,network,unit,/);
    expect(lines[1]).toBe(
      `1,${new Date(TURN - 6_000_000).toISOString()},iicp,credit,earned,earned,0.0015,0,0.0015,1,t0,chat,m,1,2,,,,,,,earned/1,0.0015`,
    );
    expect(lines[201]).toContain(`"'=HYPERLINK(""http://x.test"")"`);
    expect(year.stdout.split('\r\n')).toHaveLength(ENTRIES - 100 + 2);
    expect(JSON.parse(json.stdout)).toMatchObject({
      year: 2025,
      sums: [{ network: 'iicp', unit: 'credit', entries: 100 }],
    });

    const node = await launch(['--headless', '--data', dataDir]);
    expect([await on(''), await on('--year 2026'), await on('--year 2025 --format json')]).toEqual([all, year, json]);
    node.process.kill('SIGTERM');
    expect(await node.ended).toBe(0);
  });

  it('does not make an empty file, nor a folder, where there is no node', async () => {
    const dataDir = join(temporaryFolder(), 'mistyped');
    const { code, stdout, stderr } = await hearth(['export', '--data', dataDir]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('[command.nothing-here]');
    expect(existsSync(dataDir)).toBe(false);
  });
});
