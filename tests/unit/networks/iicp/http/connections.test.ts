import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { limitsFor } from '../../../../../src-main/networks/iicp/http/bounds.ts';
import { Connections } from '../../../../../src-main/networks/iicp/http/connections.ts';
import { HandClock } from '../../../../support/clock.ts';

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

function connections(shutOut = 1000) {
  const clock = new HandClock();
  const limits = { ...limitsFor(), shutOutMs: 10_000, shutOut };
  const open = new Connections({ clock, ending: () => false }, limits);
  const comes = (address: string) => open.admit(socketOf(address));
  const isShutOut = (address: string) => {
    const socket = socketOf(address);
    open.admit(socket);
    open.shutOut(socket);
    return socket.destroyed;
  };
  return { clock, open, comes, isShutOut };
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
    const { comes, isShutOut } = connections(2);
    for (const last of [1, 2, 3]) isShutOut(`198.51.100.${last}`);
    expect([1, 2, 3].map((last) => comes(`198.51.100.${last}`))).toEqual([true, false, false]);
  });
});
