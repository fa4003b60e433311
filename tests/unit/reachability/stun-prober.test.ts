import { createSocket, type RemoteInfo } from 'node:dgram';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock as clock } from '../../../src-main/base/clock.ts';
import { StunProber } from '../../../src-main/reachability/stun/prober.ts';
import type { Datagrams } from '../../../src-main/reachability/stun/socket.ts';
import { type StunServerOptions, startStunServer } from '../../simulators/stun.ts';
import { seededRandom } from '../../support/random.ts';

const TWO = ['127.0.0.1', '127.0.0.2'] as const;

/** A socket as a network has it, bound to all addresses. */
async function bound(): Promise<{ readonly datagrams: Datagrams; readonly port: number }> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, resolve));
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  const datagrams: Datagrams = {
    send: (bytes, { address, port }) => socket.send(bytes, port, address),
    onDatagram: (listener) => {
      const hear = (bytes: Buffer, { address, port }: RemoteInfo) => listener(bytes, { address, port });
      socket.on('message', hear);
      return () => socket.off('message', hear);
    },
  };
  return { datagrams, port: socket.address().port };
}

async function tried(
  options: readonly StunServerOptions[],
  { host = '127.0.0.1', off = 0 }: { readonly host?: string; readonly off?: number } = {},
) {
  const servers = await Promise.all(options.map((each) => startStunServer(each)));
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.stop()))));
  const names = servers.map(({ server }) => server);
  const { datagrams, port } = await bound();
  const deps = { clock, random: seededRandom(5), servers: () => names, timeoutMs: 300 };
  const target = { host, port: port + off, nonce: '' };
  const probeResult = await new StunProber(deps, datagrams).reach(target, new AbortController().signal);
  return { probeResult, names, requests: servers.map((server) => server.requests()) };
}

describe('trying an address by STUN from the socket that is bound there', () => {
  it('has reached it when an answer comes in from an address that nothing was sent to', async () => {
    const { probeResult, names } = await tried([{ hosts: TWO }]);
    expect(probeResult).toEqual({ kind: 'reached', nonce: true, by: names[0] });
  });

  it('has not reached it when such an answer is kept out', async () => {
    const { probeResult, names } = await tried([{ hosts: TWO, filters: 'address' }]);
    expect(probeResult).toMatchObject({ kind: 'not-reached', by: names[0] });
  });

  it.each<[string, StunServerOptions, object?]>([
    ['the server has one address', {}],
    ['the server answers from where it was asked', { hosts: TWO, ignoresChange: true }],
    ['no answer comes', { hosts: TWO, silent: true }],
    ['our datagrams are seen to leave by another port', { hosts: TWO }, { off: 1 }],
    ['our datagrams are seen to come from another address', { hosts: TWO }, { host: '127.0.0.9' }],
    ['each server is shown another port', { hosts: TWO, symmetric: true }],
    ['a name is to be tried, and no address', { hosts: TWO }, { host: 'localhost' }],
  ])('says nothing where %s', async (_why, server, target) => {
    expect((await tried([server], target)).probeResult).toEqual({ kind: 'unknown' });
  });

  it('asks the next server where one can’t say', async () => {
    const { probeResult, names } = await tried([{ silent: true }, { hosts: ['127.0.0.3', '127.0.0.4'] }]);
    expect(probeResult).toEqual({ kind: 'reached', nonce: true, by: names[1] });
  });

  it('says nothing where the answer would come from an address that was asked before', async () => {
    // The first can't say, and has the second address of the other one.
    const { probeResult } = await tried([{ hosts: ['127.0.0.2'] }, { hosts: TWO }]);
    expect(probeResult).toEqual({ kind: 'unknown' });
  });

  it('is over at once when it is no longer wanted', async () => {
    const { datagrams, port } = await bound();
    const deps = { clock, random: seededRandom(5), servers: () => ['127.0.0.1:9'], timeoutMs: 60_000 };
    const stop = new AbortController();
    const trying = new StunProber(deps, datagrams).reach({ host: '127.0.0.1', port, nonce: '' }, stop.signal);
    stop.abort(new Error('over'));
    await expect(trying).rejects.toThrow('over');
  });
});
