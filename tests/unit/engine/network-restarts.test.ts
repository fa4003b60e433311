// When networks are started anew after a setting was changed, and when not.
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { NetworkRestarts } from '../../../src-main/engine/network-restarts.ts';
import type { NetworkId } from '../../../src-preload/contract/networks/index.ts';
import type { SettingPath } from '../../../src-preload/contract/settings/index.ts';
import { HandClock } from '../../support/clock.ts';

const PORT = 'networks.iicp.port';
const ours = { expected: false };

const owned: readonly SettingPath[] = [
  PORT,
  'networks.iicp.bind',
  'networks.iicp.directoryUrl',
  'networks.iicp.enabled',
];

function restarts(leave: () => Promise<void> = async () => {}, { wanted = true, moved = false } = {}) {
  const done: string[] = [];
  const failures: Error[] = [];
  const made = new NetworkRestarts({
    clock: new HandClock(),
    logger: silentLogger,
    networks: [
      {
        id: 'iicp',
        name: 'network iicp',
        moved,
        leave: async (departure) => {
          await leave();
          done.push(departure === 'restart' ? 'left' : `left: ${departure}`);
        },
      },
    ],
    restartsFor: () => owned,
    supervisor: {
      refresh: async (name) => {
        done.push(`started ${name}`);
      },
    },
    wanted: () => wanted,
    failed: (error) => failures.push(error),
  });
  return { made, done, failures };
}

const ANEW = ['left', 'started network iicp'];

describe('the restart of networks', () => {
  it('is one for several changes at once, and another one for a later change', async () => {
    const { made, done } = restarts();
    made.starting();
    made.started();
    made.changed(PORT, ours);
    made.changed('networks.iicp.bind', ours);
    await made.settled();
    expect(done).toEqual(ANEW);
    made.changed(PORT, ours);
    await made.settled();
    expect(done).toEqual([...ANEW, ...ANEW]);
  });

  it.each([
    ['is a short absence where the port is another one', [PORT], {}, 'left'],
    [
      'stops at the directory before, where another one is used',
      ['networks.iicp.directoryUrl', PORT],
      { moved: true },
      'left: stop',
    ],
    [
      'gives the place up where the network was switched off',
      ['networks.iicp.enabled'],
      { wanted: false },
      'left: leave',
    ],
  ] as const)('%s', async (_what, paths, now, left) => {
    const { made, done } = restarts(undefined, now);
    made.starting();
    made.started();
    for (const path of paths) made.changed(path, ours);
    await made.settled();
    expect(done).toEqual([left, 'started network iicp']);
  });

  it('is of the network alone whose setting was changed', async () => {
    const done: string[] = [];
    const network = (id: string) => ({
      id: id as NetworkId,
      name: `network ${id}`,
      leave: async () => void done.push(`${id} left`),
    });
    const made = new NetworkRestarts({
      clock: new HandClock(),
      logger: silentLogger,
      networks: [network('parcel'), network('iicp')],
      restartsFor: (id) => (id === 'iicp' ? owned : []),
      supervisor: { refresh: async (name) => void done.push(`started ${name}`) },
      wanted: () => true,
      failed: (error) => done.push(error.message),
    });
    made.starting();
    made.started();
    made.changed(PORT, ours);
    await made.settled();
    expect(done).toEqual(['iicp left', 'started network iicp']);
  });

  it('leaves alone what needs no new start', async () => {
    const { made, done } = restarts();
    made.starting();
    made.started();
    made.changed('networks.iicp.mesh', ours);
    await made.settled();
    expect(done).toEqual([]);
  });

  it('comes after the start for what was set while it was under way, unless that was expected', async () => {
    const late = restarts();
    late.made.starting();
    late.made.changed(PORT, ours);
    expect(late.done).toEqual([]);
    late.made.started();
    await late.made.settled();
    expect(late.done).toEqual(ANEW);
    const expected = restarts();
    expected.made.changed(PORT, ours);
    expected.made.starting();
    expected.made.changed(PORT, { expected: true });
    expected.made.started();
    await expected.made.settled();
    expect(expected.done).toEqual([]);
  });

  it('starts a network once where what is made ready for it changes its settings', async () => {
    const done: string[] = [];
    const made: NetworkRestarts = new NetworkRestarts({
      clock: new HandClock(),
      logger: silentLogger,
      networks: [{ id: 'iicp', name: 'iicp', leave: async () => void done.push('left') }],
      restartsFor: () => owned,
      supervisor: {
        refresh: async (_name, between) => {
          await between?.();
          done.push('started');
        },
      },
      prepare: async () => {
        made.changed('networks.iicp.directoryUrl', ours);
        done.push('ready');
      },
      wanted: () => true,
      failed: (error) => done.push(error.message),
    });
    made.starting();
    made.started();
    made.changed('networks.iicp.enabled', ours);
    await made.settled();
    await made.settled();
    expect(done).toEqual(['left', 'ready', 'started']);
  });

  it('goes on where a network can’t be left in good order', async () => {
    const { made, done, failures } = restarts(() => Promise.reject(new Error('cannot leave')));
    made.starting();
    made.started();
    made.changed(PORT, ours);
    await made.settled();
    expect([done, failures]).toEqual([['started network iicp'], []]);
  });

  it('keeps no network waiting for one that never leaves, and that one for 45 s', async () => {
    const clock = new HandClock();
    const done: string[] = [];
    const network = (id: string, leave: () => Promise<void>) => ({ id: id as NetworkId, name: id, leave });
    const made = new NetworkRestarts({
      clock,
      logger: silentLogger,
      networks: [network('mute', () => new Promise(() => undefined)), network('parcel', async () => undefined)],
      restartsFor: () => owned,
      supervisor: { refresh: async (name) => void done.push(name) },
      wanted: () => true,
      failed: (error) => done.push(error.message),
    });
    made.starting();
    made.started();
    made.changed(PORT, ours);
    await clock.turn(44_000);
    expect(done).toEqual(['parcel']);
    await clock.turn(1000);
    await made.settled();
    expect([done, clock.timers]).toEqual([['parcel', 'mute'], 0]);
  });
});
