import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HearthError } from '../../../src-main/base/errors.ts';
import { LogFile } from '../../../src-main/logs/log-file.ts';
import { openLogs } from '../../../src-main/logs/logs.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { until } from '../../support/wait.ts';

function opened(level = 'debug') {
  const dir = join(temporaryFolder(), 'logs');
  const clock = new HandClock();
  const logs = openLogs({ clock }, { dir, level });
  onTestFinished(() => logs.close());
  const file = join(dir, 'hearth.log');
  const lines = async () => {
    await logs.close();
    const text = readFileSync(file, 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { ...logs, dir, file, clock, lines };
}

describe('the log', () => {
  it('is lines of JSON with time, level, component and facts, for its owner alone', async () => {
    const { logger, lines, file, dir } = opened('info');
    logger.child('networks').child('iicp').info('registered', { attempt: 2 });
    logger.debug('not shown');
    expect(await lines()).toEqual([
      { level: 30, time: 1_700_000_000_000, component: 'networks.iicp', attempt: 2, msg: 'registered' },
    ]);
    expect([dir, file].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
  });

  it('leaves out what has the name of a secret or a payload, however deep', async () => {
    const { logger, lines } = opened();
    const hidden = {
      nodeToken: 'S1',
      deep: { apiKey: 'S2', list: [{ Authorization: 'S3' }], hmac_key: Buffer.from('S4') },
    };
    logger.warn('told too much', { ...hidden, payload: { a: 'S5' }, messages: ['S6'], prompt: 'S7', passphrase: 'S8' });
    logger.info('harmless', { tokensIn: 12, tokens: 3, keySet: true, keyHolder: 'file', model: 'llama' });
    const [first, second] = await lines();
    expect(JSON.stringify(first)).not.toMatch(/S\d/);
    expect(first).toMatchObject({ nodeToken: '[left out]', deep: { apiKey: '[left out]' } });
    expect(second).toMatchObject({ tokensIn: 12, tokens: 3, keySet: true, keyHolder: 'file', model: 'llama' });
  });

  it('spells out errors with their causes, and nothing else that hangs on them', async () => {
    const { logger, lines } = opened();
    const cause = Object.assign(new Error('connect failed'), { code: 'ECONNREFUSED', request: { body: 'S1' } });
    const error = new HearthError({
      code: 'test.failed',
      category: 'unavailable',
      message: 'It failed.',
      details: { port: 1, token: 'S2' },
      cause,
    });
    logger.error('failed', { error });
    let quoting: unknown;
    try {
      JSON.parse('{"S3": secret}');
    } catch (thrown) {
      quoting = thrown;
    }
    logger.error('unreadable', { error: quoting });
    const [first, second] = await lines();
    expect(first?.error).toMatchObject({
      name: 'HearthError',
      code: 'test.failed',
      category: 'unavailable',
      message: 'It failed.',
      details: { port: 1, token: '[left out]' },
      cause: { code: 'ECONNREFUSED', message: 'connect failed' },
    });
    expect((first!.error as { stack: string[] }).stack[0]).toMatch(/^\s+at /);
    expect(JSON.stringify([first, second])).not.toMatch(/S\d/);
  });

  it('keeps its lines short and never throws into who logs, whatever it is handed', async () => {
    const { logger, lines } = opened();
    const circle: Record<string, unknown> = {
      long: 'x'.repeat(100_000),
      big: 10n,
      fn: () => 1,
      bytes: new Uint8Array(9),
    };
    circle.self = circle;
    circle.many = Array.from({ length: 10_000 }, (_, n) => n);
    logger.info('odd', circle);
    logger.info('trap', {
      get trap() {
        throw new Error('no');
      },
    });
    const [odd, trap] = await lines();
    expect(JSON.stringify(odd).length).toBeLessThan(20_000);
    expect(odd).toMatchObject({ big: '10', bytes: '[9 bytes]' });
    expect(trap).toMatchObject({ msg: 'trap' });
  });

  it('goes on in silence while its folder cannot be written, and writes again later', async () => {
    const { logger, dir, clock, file } = opened();
    writeFileSync(dir, 'a file where the folder should be');
    logger.info('lost');
    logger.info('lost too');
    rmSync(dir);
    logger.info('still in the pause');
    await clock.turn(5000);
    logger.info('back');
    await until('the line after the pause', () => statSync(file, { throwIfNoEntry: false })?.size);
    await until('both lines', () => readFileSync(file, 'utf8').includes('back'));
    const text = readFileSync(file, 'utf8');
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { msg: string }).msg),
    ).toEqual(['lines were dropped', 'back']);
    expect(JSON.parse(text.split('\n')[0]!).count).toBe(3);
  });

  it('gives a file up that fails under it and takes a new one after the pause', async () => {
    const dir = temporaryFolder();
    const clock = new HandClock();
    // A folder in the place of the file: opening it fails a moment later, as an event.
    mkdirSync(join(dir, 'a.log'), { mode: 0o700 });
    const file = new LogFile({ clock }, { dir, name: 'a.log', size: '1M', generations: 1 });
    onTestFinished(() => file.close());
    file.write('{"lost":1}\n');
    await until('the file to be let go of', () => !file.open);
    rmSync(join(dir, 'a.log'), { recursive: true });
    await clock.turn(5000);
    file.write('{"kept":1}\n');
    await file.close();
    expect(readFileSync(join(dir, 'a.log'), 'utf8')).toContain('{"kept":1}');
  });
});

describe('a log file', () => {
  it('turns over by size and keeps so many generations', async () => {
    const dir = temporaryFolder();
    const file = new LogFile({ clock: new HandClock() }, { dir, name: 'a.log', size: '1K', generations: 3 });
    for (let n = 0; n < 200; n++) file.write(`${String(n).padStart(99, '0')}\n`);
    await file.close();
    expect(readdirSync(dir).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2', 'a.log.3']);
    for (const name of readdirSync(dir)) {
      expect(statSync(join(dir, name)).size).toBeLessThan(3000);
      expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('drops and counts lines that the disk does not take in time', async () => {
    const dir = temporaryFolder();
    const file = new LogFile({ clock: new HandClock() }, { dir, name: 'a.log', size: '100M', generations: 1 });
    // All in one turn: nothing can be written in between.
    const line = `${'x'.repeat(64 * 1024 - 1)}\n`;
    for (let n = 0; n < 100; n++) file.write(line);
    await until('the file to be written', () => file.waiting === 0);
    file.write('{"after":1}\n');
    await file.close();
    const text = readFileSync(join(dir, 'a.log'), 'utf8');
    const { count } = JSON.parse(/\{"level".*\}/.exec(text)![0]);
    expect(text.split(line).length - 1 + count).toBe(100);
    expect(count).toBeGreaterThan(50);
    expect(text.endsWith('{"after":1}\n')).toBe(true);
  });
});
