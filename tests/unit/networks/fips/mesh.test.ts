// A few nodes that are whole but for their sockets. Larger meshes are in tests/integration, for they take seconds.
import { expect, it } from 'vitest';
import { MeshNode } from '../../../simulators/fips/mesh-node.ts';
import { FakeNetwork } from '../../../simulators/fips/network.ts';

it('a word goes along a chain of nodes, sealed between its two ends, and the answer comes back', () => {
  const network = new FakeNetwork(3, { delay: [5, 40] });
  const nodes = Array.from({ length: 6 }, (_, nth) => new MeshNode(network, `n${nth}`));
  for (const [nth, node] of nodes.entries()) if (nth > 0) node.dial(nodes[nth - 1]!);
  network.turn(15_000);
  const [first, last] = [nodes[0]!, nodes.at(-1)!];
  const seen: Buffer[] = [];
  network.passes = (_, __, frame) => seen.push(frame) > 0;
  expect(first.say(last, 'a word for the last')).toBe('queued');
  network.turn(5000);
  expect(last.heard).toEqual([`${first.addr} a word for the last`]);
  expect(last.say(first, 'and back')).toBe('sent');
  network.turn(1000);
  expect(first.heard).toEqual([`${last.addr} and back`]);
  expect(nodes.slice(1, -1).flatMap(({ heard, established }) => [...heard, ...established])).toEqual([]);
  expect(seen.some((frame) => frame.includes('a word'))).toBe(false);
});

it('a word for a node that is not there is lost, which is said', () => {
  const network = new FakeNetwork(3);
  const [one, other] = [new MeshNode(network, 'one'), new MeshNode(network, 'other')];
  const gone = new MeshNode(network, 'gone');
  gone.kill();
  one.dial(other);
  network.turn(3000);
  one.say(gone, 'hello');
  network.turn(40_000);
  expect([one.failed, one.mesh.sessions.all.size]).toEqual([[gone.addr], 0]);
});
