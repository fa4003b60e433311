import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { createSystemd, writesToJournal } from '../../../src-main/command/systemd.ts';
import { HandClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { until } from '../../support/wait.ts';

/** Node has no sockets of this kind; systemd's own program is the real one. */
const LISTEN = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('listening', flush=True)
while True:
    print(s.recv(4096).decode(), flush=True)
`;
const missing = ['python3', 'systemd-notify'].find((program) => spawnSync(program, ['--version']).error);

let listener: ChildProcess | undefined;
afterEach(async () => {
  if (!listener) return;
  const end = once(listener, 'exit');
  listener.kill('SIGKILL');
  await end;
  listener = undefined;
});

/** A socket as systemd gives one, and what was said to it. */
async function manager() {
  const socket = join(temporaryFolder(), 'notify');
  listener = spawn('python3', ['-c', LISTEN, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  listener.stdout?.on('data', (chunk) => {
    said += String(chunk);
  });
  await until('what systemd hears', () => said.includes('listening'));
  const times = (word: string) => said.split('\n').filter((line) => line === word).length;
  return { socket, times };
}

function tell(words: Record<string, string>) {
  const clock = new HandClock();
  const env = { PATH: process.env.PATH, ...words };
  return { clock, systemd: createSystemd({ clock, logger: silentLogger, env, pid: 77 }) };
}

describe('what is printed', () => {
  const stdout = () => ({ dev: 9, ino: 123 });
  it.each([
    [{ JOURNAL_STREAM: '9:123' }, true],
    // Inherited from a service, by a program whose words go elsewhere.
    [{ JOURNAL_STREAM: '9:124' }, false],
    [{ JOURNAL_STREAM: '' }, false],
    [{}, false],
  ])('is known to go to the journal or not by %j', (env, expected) => {
    expect(writesToJournal(env, stdout)).toBe(expected);
  });
});

describe.skipIf(missing !== undefined)('a node under systemd', () => {
  it('says when it is up and when it goes', async () => {
    const { socket, times } = await manager();
    const { clock, systemd } = tell({ NOTIFY_SOCKET: socket });
    systemd.ready();
    await until('what systemd hears', () => times('READY=1') === 1);
    expect(clock.timers).toBe(0);
    systemd.stopping();
    await until('what systemd hears', () => times('STOPPING=1') === 1);
    expect(times('WATCHDOG=1')).toBe(0);
  });

  it('feeds its watchdog twice within the time, until it stops', async () => {
    const { socket, times } = await manager();
    const { clock, systemd } = tell({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: '60000000', WATCHDOG_PID: '77' });
    systemd.ready();
    await until('what systemd hears', () => times('WATCHDOG=1') === 1);
    await clock.turn(29_999);
    expect(clock.timers).toBe(1);
    await clock.turn(1);
    await until('what systemd hears', () => times('WATCHDOG=1') === 2);
    systemd.stopping();
    await until('what systemd hears', () => times('STOPPING=1') === 1);
    expect(clock.timers).toBe(0);
  });

  it('leaves a watchdog alone that watches another process', async () => {
    const { socket, times } = await manager();
    const { clock, systemd } = tell({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: '60000000', WATCHDOG_PID: '78' });
    systemd.ready();
    await until('what systemd hears', () => times('READY=1') === 1);
    expect(clock.timers).toBe(0);
  });
});

describe('a node that nobody watches', () => {
  it('starts no program and sets no timer', () => {
    const { clock, systemd } = tell({ WATCHDOG_USEC: '60000000', PATH: '' });
    systemd.ready();
    systemd.stopping();
    expect(clock.timers).toBe(0);
  });
});
