import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { inboundLimits } from '../../../src-main/inbound/bounds.ts';
import { Connections } from '../../../src-main/inbound/connections.ts';
import { SharedRoom } from '../../../src-main/inbound/room.ts';
import { HandClock } from '../../support/clock.ts';

/** As much of a socket as is looked at. */
function socketOf(remoteAddress: string) {
  const events = new EventEmitter();
  const socket = Object.assign(events, { remoteAddress, destroyed: false, destroy });
  function destroy() {
    socket.destroyed = true;
    events.emit('close');
  }
  return socket as unknown as Socket & { destroyed: boolean };
}

function connections({ shutOut = 1000, callersKept = 4096 } = {}) {
  const clock = new HandClock();
  const limits = { ...inboundLimits({ body: 1000, silentMs: 1000 }), shutOutMs: 10_000, shutOut, callersKept };
  const open = new Connections({ clock, ending: () => false, replies: new SharedRoom(1_000_000) }, limits);
  const comes = (address: string) => open.admit(socketOf(address));
  /** On a connection of its own, which ends with the answer. */
  const asksOnce = (address: string) => {
    const socket = socketOf(address);
    const taken = open.admit(socket) && open.asks(socket);
    socket.destroy();
    return taken;
  };
  const isShutOut = (address: string) => {
    const socket = socketOf(address);
    open.admit(socket);
    open.shutOut(socket);
    return socket.destroyed;
  };
  return { clock, open, comes, asksOnce, isShutOut };
}

describe('requests of one caller', () => {
  it('are too many beyond so many in a second, over all its connections', async () => {
    const { clock, open } = connections();
    const sockets = [socketOf('198.51.100.7'), socketOf('198.51.100.7'), socketOf('198.51.100.8')] as const;
    for (const socket of sockets) open.admit(socket);
    const asks = (socket: Socket) => {
      const response = new EventEmitter();
      const taken = open.expects(socket, response as ServerResponse);
      response.emit('close');
      return taken;
    };
    await clock.turn(5000);
    const taken = Array.from({ length: 1000 }, (_, nth) => asks(sockets[nth % 2 === 0 ? 0 : 1]));
    expect(taken.every(Boolean)).toBe(true);
    expect(sockets.map(asks)).toEqual([false, false, true]);
    await clock.turn(1000);
    expect(sockets.map(asks)).toEqual([true, true, true]);
  });

  it.each([
    ['all within the second', 0, 1000],
    ['in the last millisecond of it', 999, 1000],
    ['when it is over', 1000, 1001],
  ])('are counted over connections that come one after the other: %s', async (_when, ms, taken) => {
    const { clock, asksOnce } = connections();
    await clock.turn(5000);
    const first = Array.from({ length: 1000 }, () => asksOnce('198.51.100.7'));
    await clock.turn(ms);
    expect([...first, asksOnce('198.51.100.7')].filter(Boolean)).toHaveLength(taken);
    expect(asksOnce('198.51.100.8')).toBe(true);
  });

  it('are forgotten of the first that left, before there are too many that have', async () => {
    const { clock, open, asksOnce } = connections({ callersKept: 2 });
    await clock.turn(5000);
    const all = ['198.51.100.1', '198.51.100.2', '198.51.100.3'];
    for (const caller of all) for (let each = 0; each < 1000; each += 1) asksOnce(caller);
    const here = socketOf('198.51.100.3');
    open.admit(here);
    expect(all.slice(1).map(asksOnce)).toEqual([false, false]);
    expect(asksOnce('198.51.100.1')).toBe(true);
  });

  it('are not counted on this host', () => {
    const { open } = connections();
    const socket = socketOf('127.0.0.1');
    open.admit(socket);
    const taken = Array.from({ length: 2000 }, () => {
      const response = new EventEmitter();
      const each = open.expects(socket, response as ServerResponse);
      response.emit('close');
      return each;
    });
    expect(taken.every(Boolean)).toBe(true);
  });
});

describe('a caller who was shut out', () => {
  it('is cut off, and let in again after a while', async () => {
    const { clock, comes, isShutOut } = connections();
    expect([isShutOut('198.51.100.7'), comes('198.51.100.7'), comes('198.51.100.8')]).toEqual([true, false, true]);
    await clock.turn(9999);
    expect(comes('198.51.100.7')).toBe(false);
    await clock.turn(1);
    expect(comes('198.51.100.7')).toBe(true);
  });

  it('is all of its network by IPv6', () => {
    const { comes, isShutOut } = connections();
    isShutOut('2001:db8:0:1::7');
    expect([comes('2001:db8:0:1:9::8'), comes('2001:db8:0:2::7')]).toEqual([false, true]);
  });

  it('is cut off and no more on this host, where a tunnel brings everybody', () => {
    const { comes, isShutOut } = connections();
    expect([isShutOut('127.0.0.1'), comes('127.0.0.1')]).toEqual([true, true]);
  });

  it('is forgotten before there are too many of them', () => {
    const { comes, isShutOut } = connections({ shutOut: 2 });
    for (const last of [1, 2, 3]) isShutOut(`198.51.100.${last}`);
    expect([1, 2, 3].map((last) => comes(`198.51.100.${last}`))).toEqual([true, false, false]);
  });
});
