// The lines that the official nodes write too (IICP 4), in the files they write them to.
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LogFile, type LogFileOptions } from '../../../../../src-main/logs/log-file.ts';
import { Journal } from '../../../../../src-main/networks/iicp/observe/journal.ts';
import { HandClock } from '../../../../support/clock.ts';
import { temporaryFolder } from '../../../../support/folder.ts';

const NODE = '0c8f2f6e-9a51-4b36-8f6c-0f7f2b1f3a77';

function opened(size: LogFileOptions['size'] = '10M', nodeId = NODE) {
  const dir = join(temporaryFolder(), 'logs');
  const clock = new HandClock();
  const lineFile = (name: string, lost: (count: number) => string) =>
    new LogFile({ clock }, { dir, name, lost, size, generations: 3 });
  const journal = new Journal({ clock, lineFile }, nodeId);
  onTestFinished(() => journal.close());
  const read = (name: string) => readFileSync(join(dir, name), 'utf8');
  return { journal, dir, clock, read };
}

const stamp = (clock: HandClock) => `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;

describe('the journal of a node', () => {
  it.each([
    ['register_ok', '', ''],
    ['heartbeat_ok', 'seq=1', ' seq=1'],
    ['heartbeat_fail', 'seq=2 status=503', ' seq=2 status=503'],
    ['heartbeat_fail', 'seq=3 error=iicp.directory-unreachable', ' seq=3 error=iicp.directory-unreachable'],
    ['reregister_ok', 'seq=4 after_status=401', ' seq=4 after_status=401'],
    ['recovery_check', 'a "quoted"\nline', " a 'quoted' line"],
  ] as const)('writes %s %j as one line for people and one for programs', async (event, details, shown) => {
    const { journal, clock, read } = opened();
    journal.note(event, details);
    await journal.close();
    expect(read(`${NODE}.log`)).toBe(`${stamp(clock)} [${event}] node=${NODE}${shown}\n`);
    expect(read('events.jsonl')).toBe(
      `{"ts":"${stamp(clock)}","event":"${event}","node_id":"${NODE}","details":"${shown.trim()}"}\n`,
    );
  });

  it('touches the disk with its first line only, and keeps its files to their owner', async () => {
    const { journal, dir } = opened();
    expect(statSync(dir, { throwIfNoEntry: false })).toBeUndefined();
    journal.note('register_ok');
    await journal.close();
    expect(readdirSync(dir).map((name) => [name, statSync(join(dir, name)).mode & 0o777])).toEqual([
      [`${NODE}.log`, 0o600],
      ['events.jsonl', 0o600],
    ]);
  });

  it('turns over by size and keeps three generations of each', async () => {
    const { journal, dir } = opened('1K');
    for (let seq = 1; seq <= 300; seq += 1) journal.note('heartbeat_ok', `seq=${seq}`);
    await journal.close();
    const generations = (name: string) => [name, `${name}.1`, `${name}.2`, `${name}.3`];
    expect(readdirSync(dir).toSorted()).toEqual([...generations(`${NODE}.log`), ...generations('events.jsonl')]);
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).size).toBeLessThan(2048);
  });

  it('keeps going where nothing can be written, and says in its own words how many lines are missing', async () => {
    const { journal, dir, clock, read } = opened();
    writeFileSync(dir, 'a file where the folder should be');
    for (let seq = 1; seq <= 5; seq += 1) journal.note('heartbeat_ok', `seq=${seq}`);
    rmSync(dir);
    await clock.turn(5000);
    journal.note('heartbeat_ok', 'seq=6');
    await journal.close();
    expect(read(`${NODE}.log`).split('\n')).toEqual([
      `${stamp(clock)} [lines_dropped] node=${NODE} count=5`,
      `${stamp(clock)} [heartbeat_ok] node=${NODE} seq=6`,
      '',
    ]);
    const events = read('events.jsonl').trim().split('\n');
    expect(events.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      'lines_dropped',
      'heartbeat_ok',
    ]);
  });

  it('takes no node id for a way out of its folder', async () => {
    const { journal, dir } = opened('10M', '../../x');
    mkdirSync(dir, { recursive: true });
    chmodSync(dir, 0o700);
    journal.note('register_ok');
    await journal.close();
    expect(readdirSync(dir).toSorted()).toEqual(['__.._x.log', 'events.jsonl']);
  });
});
