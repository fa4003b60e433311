// Many nodes on a network in memory, with all that a node has but sockets, on time that is turned: a minute takes seconds.
import { describe, expect, it } from 'vitest';
import { MeshNode, meshOf } from '../../../simulators/fips/mesh-node.ts';
import { FakeNetwork } from '../../../simulators/fips/network.ts';

const LONG = process.env.HEARTH_SOAK === '1';
const NODES = LONG ? 200 : 30;
const MINUTE = 60_000;

type Pair = readonly [MeshNode, MeshNode];

const rootsOf = (nodes: readonly MeshNode[]) => [...new Set(nodes.map(({ mesh }) => mesh.router.tree.root))];
const smallestOf = (nodes: readonly MeshNode[]) => nodes.map(({ addr }) => addr).sort()[0]!;

/** Each node and some others, at even distances in the order of their names. */
function pairsOf(nodes: readonly MeshNode[], each: number): readonly Pair[] {
  return nodes.flatMap((one, at) =>
    Array.from({ length: each }, (_, nth): Pair => {
      const other = nodes[(at + 1 + Math.floor((nth * (nodes.length - 1)) / each)) % nodes.length]!;
      return [one, other];
    }),
  );
}

/** Each says something to the other of its pair, three times at most; those who have not heard it. */
function unheard(network: FakeNetwork, pairs: readonly Pair[], text: string): readonly string[] {
  let left = pairs;
  for (let nth = 0; nth < 3 && left.length > 0; nth += 1) {
    for (const [at, [one, other]] of left.entries()) network.after(at * 20, () => void one.say(other, text));
    network.turn(left.length * 20 + 20_000);
    left = left.filter(([one, other]) => !other.heard.includes(`${one.addr} ${text}`));
  }
  return left.map(([one, other]) => `${one.name} to ${other.name}`);
}

describe('a session that one end alone uses', () => {
  it.each([1, 2, 3])('loses nothing for half an hour of new keys, whichever end asks for them (%s)', (seed) => {
    const network = new FakeNetwork(seed, { delay: [1, 30] });
    const nodes = ['one', 'between', 'other'].map((name) => new MeshNode(network, `${name}${seed}`));
    const [one, between, other] = nodes as [MeshNode, MeshNode, MeshNode];
    one.dial(between);
    between.dial(other);
    network.turn(MINUTE / 3);
    const words = Array.from({ length: 1800 }, (_, nth) => `${one.addr} word ${nth}`);
    for (const [nth] of words.entries()) {
      one.say(other, `word ${nth}`);
      network.turn(1000);
    }
    expect(words.filter((word) => !other.heard.includes(word))).toEqual([]);
    expect(other.heard.length).toBe(words.length);
  });
});

describe(`a mesh of ${NODES} nodes`, { timeout: 600_000 }, () => {
  it('agrees on one tree within a minute, and every node reaches others', () => {
    const network = new FakeNetwork(3, { delay: [5, 40] });
    const nodes = meshOf(network, { nodes: NODES });
    network.turn(MINUTE);
    expect(rootsOf(nodes)).toEqual([smallestOf(nodes)]);
    expect(unheard(network, pairsOf(nodes, 4), 'hello')).toEqual([]);
    const depths = nodes.map(({ mesh }) => mesh.router.coordinates.length - 1);
    const links = nodes.reduce((sum, { links: { peers } }) => sum + peers.size, 0) / 2;
    console.info(`${NODES} nodes, ${links} links: depth ${Math.max(...depths)}, ${network.sent.frames} frames`);
  });

  it('agrees on a tree while one frame in three is lost, some come twice and all overtake one another, and works once it is better', () => {
    const network = new FakeNetwork(5, { lost: 300, doubled: 100, delay: [5, 200] });
    const nodes = meshOf(network, { nodes: 15 });
    network.turn(3 * MINUTE);
    expect(rootsOf(nodes)).toEqual([smallestOf(nodes)]);
    network.weather = { lost: 50, delay: [5, 200] };
    network.turn(MINUTE);
    expect(unheard(network, pairsOf(nodes, 3), 'hello')).toEqual([]);
    expect(nodes.flatMap(({ downs }) => downs)).toEqual([]);
  });

  it('heals after it was parted in two, each of which had a root of its own', () => {
    const network = new FakeNetwork(7, { delay: [5, 40] });
    const nodes = meshOf(network, { nodes: 20, more: 2 });
    network.turn(MINUTE);
    const isLeft = (name: string) => Number(name.slice(1)) < 10;
    network.passes = (from, to) => isLeft(from) === isLeft(to);
    network.turn(3 * MINUTE);
    const halves = [nodes.filter(({ name }) => isLeft(name)), nodes.filter(({ name }) => !isLeft(name))];
    const cut = new Set(halves.flatMap(rootsOf));
    expect(cut.size).toBeGreaterThan(1);
    expect(cut).toContain(smallestOf(nodes));
    network.passes = () => true;
    for (const [nth, node] of halves[1]!.entries()) node.dial(halves[0]![nth % 10]!);
    network.turn(2 * MINUTE);
    expect(rootsOf(nodes)).toEqual([smallestOf(nodes)]);
    expect(unheard(network, pairsOf(nodes, 3), 'again')).toEqual([]);
  });

  it('goes on when the root is gone', () => {
    const network = new FakeNetwork(9, { delay: [5, 40] });
    const nodes = meshOf(network, { nodes: 20, more: 2 });
    network.turn(MINUTE);
    const root = nodes.find(({ addr }) => addr === smallestOf(nodes))!;
    root.kill();
    const others = nodes.filter((node) => node !== root);
    network.turn(4 * MINUTE);
    expect(rootsOf(others)).toEqual([smallestOf(others)]);
    expect(unheard(network, pairsOf(others, 3), 'still here')).toEqual([]);
  });
});
