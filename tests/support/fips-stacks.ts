// Two nodes that have a session with each other, reduced to what TCP needs: packets of the one come to the other over a network in memory.
import { setImmediate } from 'node:timers/promises';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { ipv6Bytes, type NodeAddr } from '../../src-main/networks/fips/identity/names.ts';
import { IpLayer } from '../../src-main/networks/fips/ip/ip-layer.ts';
import { TcpStack } from '../../src-main/networks/fips/tcp/stack.ts';
import { SessionType } from '../../src-main/networks/fips/wire/session-packet.ts';
import type { FakeNetwork } from '../simulators/fips/network.ts';

export interface StackNode {
  readonly identity: Identity;
  readonly ip: IpLayer;
  readonly stack: TcpStack;
  /** Of the largest frame to the others. */
  mtu: number;
}

export function stackNodes(network: FakeNetwork, count = 2): readonly StackNode[] {
  const identities = Array.from({ length: count }, (_, nth) => Identity.of(Buffer.alloc(32, nth + 1))!);
  const addrs = new Map<string, NodeAddr>(
    identities.map(({ nodeAddr }) => [ipv6Bytes(nodeAddr).toString('hex'), nodeAddr]),
  );
  const nodeOf = (address: Buffer) => addrs.get(address.toString('hex'));
  const clock = {
    ...network.clock,
    after(ms: number, fn: () => void) {
      let isWanted = true;
      network.after(ms, () => isWanted && fn());
      return () => {
        isWanted = false;
      };
    },
  };
  return identities.map((identity) => {
    const way = { mtu: 1280 };
    const ip = new IpLayer({
      clock,
      identity,
      nodeOf,
      send: (to, { body }) => {
        if (body.length > way.mtu) return 'too-large';
        network.send(identity.nodeAddr, to, body);
        return 'sent';
      },
      mtuTo: () => way.mtu,
    });
    const stack = new TcpStack({ clock, random: network.random, ip, nodeOf });
    network.attach(identity.nodeAddr, (from, body) => {
      ip.receive(from, { type: SessionType.data, body: Buffer.from(body) }, false);
    });
    return Object.assign(way, { identity, ip, stack });
  });
}

/** Turns time, in steps between which streams do what they do, until it is so. */
export async function turnUntil(
  network: FakeNetwork,
  what: string,
  is: () => boolean,
  withinMs = 600_000,
): Promise<void> {
  const end = network.clock.monotonic() + withinMs;
  while (!is()) {
    if (network.clock.monotonic() > end) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    network.turn(5);
    await setImmediate();
  }
}
