// The socket for fipsctl, as this account's programs and as others meet it.

import { once } from 'node:events';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { ControlServer } from '../../../../src-main/networks/fips/control/control-server.ts';
import { asPeer, fipsRun } from '../../../support/fips-run.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { until } from '../../../support/wait.ts';

async function ask(path: string, line: string): Promise<Record<string, unknown>> {
  const socket = connect(path);
  socket.write(line);
  return JSON.parse(await text(socket)) as Record<string, unknown>;
}

const question = (command: string, params?: object) => `${JSON.stringify({ command, params })}\n`;

async function server(
  path: string,
  { answer = async () => ({ status: 'ok', data: 1 }) as never, runtimeDir = '' } = {},
) {
  const made = new ControlServer({ clock: systemClock, answer, runtimeDir }, path);
  onTestFinished(() => made.stop());
  await made.start();
  return made;
}

describe.skipIf(process.platform === 'win32')('the socket for fipsctl', () => {
  it('is this account’s alone, in a folder that is too, and is gone with its node', async () => {
    const folder = temporaryFolder();
    const made = await server('', { runtimeDir: folder });
    const path = join(folder, 'fips', 'control.sock');
    expect(made.path).toBe(path);
    expect([statSync(path).mode & 0o777, statSync(join(folder, 'fips')).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(process.umask()).not.toBe(0o177);
    await made.stop();
    expect(existsSync(path)).toBe(false);
  });

  it.each([
    ['a longer path than there may be', 'a'.repeat(120), 'fips.control-too-long'],
    ['what is no socket', 'file', 'fips.control-refused'],
    ['the socket of a node that runs', 'taken.sock', 'fips.control-taken'],
  ])('is not made in the place of %s', async (_, name, code) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'mine');
    const other = createServer().listen(join(folder, 'taken.sock'));
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    await expect(server(join(folder, name))).rejects.toMatchObject({ code });
    expect(existsSync(join(folder, 'file'))).toBe(true);
  });

  it('is not made where there is no place for it', async () => {
    await expect(server('', { runtimeDir: '' })).rejects.toMatchObject({ code: 'fips.control-no-folder' });
  });

  it('answers one question a connection, whatever comes after it', async () => {
    const made = await server(join(temporaryFolder(), 's'));
    expect(await ask(made.path!, `${question('show_status')}${question('show_peers')}`)).toEqual({
      status: 'ok',
      data: 1,
    });
    expect(await ask(made.path!, '\n')).toEqual({ status: 'error', message: 'empty request' });
    expect(await ask(made.path!, 'x'.repeat(5000))).toEqual({ status: 'error', message: 'request too large' });
  });

  it('takes 16 connections at once, and closes those above', async () => {
    const made = await server(join(temporaryFolder(), 's'));
    const open = await Promise.all(
      Array.from({ length: 16 }, async () => {
        const socket = connect(made.path!);
        await once(socket, 'connect');
        return socket;
      }),
    );
    onTestFinished(() => {
      for (const socket of open) socket.destroy();
    });
    const above = connect(made.path!)
      .on('error', () => undefined)
      .resume();
    await once(above, 'close');
    expect(open.map(({ destroyed }) => destroyed)).toEqual(open.map(() => false));
  });

  it('closes a connection that asks nothing within 5 s', async () => {
    const due: (() => void)[] = [];
    const clock = {
      after: (ms: number, fn: () => void) => {
        expect(ms).toBe(5000);
        due.push(fn);
        return () => undefined;
      },
    };
    const made = new ControlServer({ clock, answer: () => new Promise(() => undefined) }, join(temporaryFolder(), 's'));
    onTestFinished(() => made.stop());
    await made.start();
    const socket = connect(made.path!)
      .on('error', () => undefined)
      .resume();
    socket.write(question('show_status'));
    await until('it to be there', () => due.length === 1);
    due[0]!();
    await until('it to be closed', () => socket.closed);
  });

  it('shows, connects and disconnects by the words of official nodes', async () => {
    const path = join(temporaryFolder(), 's');
    const two = fipsRun({ secret: 0x22, settings: { tcpBind: '127.0.0.1:0' } });
    await two.node.start();
    const one = fipsRun({
      secret: 0x21,
      settings: { control: true, controlSocket: path, peers: [asPeer(two.identity, two.udp)] },
    });
    await one.node.start();
    await until('the link', () => one.peers().length === 1);
    const { npub } = two.identity;
    expect(await ask(path, question('show_status'))).toMatchObject({
      status: 'ok',
      data: { peer_count: 1, npub: one.identity.npub, state: 'running' },
    });
    for (const name of [
      'peers',
      'links',
      'tree',
      'sessions',
      'bloom',
      'mmp',
      'cache',
      'connections',
      'transports',
      'routing',
      'identity_cache',
      'acl',
    ]) {
      expect([name, await ask(path, question(`show_${name}`))]).toMatchObject([name, { status: 'ok', data: {} }]);
    }
    const history = (params?: object) => ask(path, question('show_stats_history', params));
    await until('the first values', async () => {
      const { data } = await history({ metric: 'peer_count', window: '2s' });
      return (data as { values: unknown[] }).values.at(-1) === 1;
    });
    expect(await history({ metric: 'srtt_ms', window: '1m', granularity: '1m', peer: npub })).toMatchObject({
      data: { granularity_seconds: 60, metric: 'srtt_ms', unit: 'ms', values: [null] },
    });
    expect(await history({ metric: 'bytes_in', window: '99h', peer: npub })).toMatchObject({
      data: { values: expect.objectContaining({ length: 600 }) },
    });
    for (const [params, message] of [
      [undefined, 'missing params for show_stats_history'],
      [{}, "missing 'metric' parameter"],
      [{ metric: 'nonsense' }, 'unknown metric: nonsense'],
      [{ metric: 'srtt_ms' }, 'unknown metric: srtt_ms'],
      [{ metric: 'toString' }, 'unknown metric: toString'],
      [{ metric: 'peer_count', window: '5x' }, 'unknown duration unit: x (expected s, m, h)'],
      [{ metric: 'peer_count', window: 'soon' }, 'invalid duration: soon'],
      [{ metric: 'peer_count', granularity: '2s' }, 'unknown granularity: 2s (expected 1s or 1m)'],
      [{ metric: 'srtt_ms', peer: 'npub1xyz' }, 'invalid peer npub'],
      [{ metric: 'srtt_ms', peer: one.identity.npub }, /^peer not tracked in stats history: [0-9a-f]{8}\.\.\.$/],
    ] as const) {
      expect(await history(params)).toEqual({
        status: 'error',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      });
    }
    for (const [command, params] of [
      ['show_stats_list', undefined],
      ['show_stats_peers', undefined],
      ['show_stats_all_history', { window: '3s' }],
      ['show_stats_all_history', { window: '3s', peer: npub }],
      ['show_stats_history_all_peers', { metric: 'srtt_ms', window: '3s' }],
      ['show_metrics', undefined],
    ] as const) {
      expect([command, await ask(path, question(command, params))]).toMatchObject([command, { status: 'ok' }]);
    }
    expect(await ask(path, question('disconnect', { npub }))).toEqual({
      status: 'ok',
      data: { npub, disconnected: true },
    });
    await until('it to be gone', () => one.peers().length === 0);
    expect(await ask(path, question('disconnect', { npub }))).toEqual({
      status: 'error',
      message: `peer not found: ${npub}`,
    });
    const params = { npub, address: two.tcp, transport: 'tcp' };
    expect(await ask(path, question('connect', params))).toEqual({ status: 'ok', data: params });
    await until('the link by TCP', () => one.peers().length === 1);
  });

  it.each([
    ['connect', undefined, 'missing params for connect'],
    ['connect', {}, "missing 'npub' parameter"],
    ['connect', { npub: 'npub1x' }, "missing 'address' parameter"],
    ['connect', { npub: 'npub1x', address: '127.0.0.1:1', transport: 'tor' }, 'no transport'],
    ['connect', { npub: 'npub1x', address: '127.0.0.1', transport: 'udp' }, 'invalid address'],
    ['connect', { npub: 'npub1x', address: '127.0.0.1:1', transport: 'udp' }, "invalid npub 'npub1x'"],
    ['disconnect', undefined, 'missing params for disconnect'],
    ['disconnect', { npub: 'npub1x' }, "invalid npub 'npub1x'"],
    ['constructor', undefined, 'unknown command: constructor'],
    ['show_everything', undefined, 'unknown command: show_everything'],
  ])('says what is wrong with %s %j', async (command, params, message) => {
    const path = join(temporaryFolder(), 's');
    mkdirSync(join(path, '..'), { recursive: true });
    const one = fipsRun({ secret: 0x21, settings: { control: true, controlSocket: path } });
    await one.node.start();
    expect(await ask(path, question(command, params))).toEqual({ status: 'error', message });
  });
});
