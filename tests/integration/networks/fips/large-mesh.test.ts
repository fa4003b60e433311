// A mesh as large as one gets, on the network in memory: whether it agrees on one tree, what that takes, and what a neighbour costs. In the
// short form it is smaller; `npm run soak` has a thousand nodes.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type MeshNode, meshOf } from '../../../simulators/fips/mesh-node.ts';
import { FakeNetwork } from '../../../simulators/fips/network.ts';

const LONG = process.env.HEARTH_SOAK === '1';
const NODES = LONG ? 1000 : 25;
const NEIGHBOURS = LONG ? 128 : 32;
const STEP_MS = 10_000;
const MINUTE_MS = 60_000;
const KIB = 1024;

const pad = (cells: readonly (string | number)[]) => cells.map((cell) => String(cell).padStart(10)).join('');
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
/** What was let go of is counted until it was collected, and its bytes were freed after that. */
const bytesNow = async () => {
  for (let times = 0; times < 3; times += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
};

describe(`a mesh of ${NODES} nodes`, { timeout: 3_600_000 }, () => {
  it('agrees on one tree, in which every pair that is tried finds a way', () => {
    const network = new FakeNetwork(21, { delay: [5, 40] });
    const nodes = meshOf(network, { nodes: NODES });
    const smallest = nodes.map(({ addr }) => addr).sort()[0]!;
    const table = [pad(['seconds', 'roots', 'frames', 'MiB'])];
    const roots = () => new Set(nodes.map(({ mesh }) => mesh.router.tree.root));
    let now = 0;
    do {
      network.turn(STEP_MS);
      now += STEP_MS;
      const { frames, bytes } = network.sent;
      table.push(pad([now / 1000, roots().size, frames, (bytes / KIB / KIB).toFixed(1)]));
    } while (roots().size > 1 && now < 3 * MINUTE_MS);
    network.turn(MINUTE_MS);
    console.info(`${NODES} nodes\n${table.join('\n')}`);
    expect([...roots()]).toEqual([smallest]);
    const pairs = nodes.map((one, nth) => [one, nodes[(nth * 7 + 13) % nodes.length]!] as const);
    const asked = pairs.filter(([one, other]) => one !== other);
    let left = asked;
    for (let times = 0; times < 4 && left.length > 0; times += 1) {
      for (const [nth, [one, other]] of left.entries()) network.after(nth * 20, () => void one.say(other, 'hello'));
      network.turn(left.length * 20 + 20_000);
      left = left.filter(([one, other]) => !other.heard.includes(`${one.addr} hello`));
    }
    const depths = nodes.map(({ mesh }) => mesh.router.coordinates.length - 1);
    console.info(
      `deepest ${Math.max(...depths)}, mean ${(depths.reduce((sum, depth) => sum + depth, 0) / NODES).toFixed(1)}; ` +
        `${asked.length} pairs, ${left.length} without a way`,
    );
    expect(left.map(([one, other]) => `${one.name} to ${other.name}`)).toEqual([]);
  });

  it(`holds ${NEIGHBOURS} neighbours in little room, and does the same for each at every tick`, async () => {
    const network = new FakeNetwork(22, { delay: [5, 10] });
    const [middle, ...others] = meshOf(network, { nodes: NEIGHBOURS + 1, more: -1 }) as [MeshNode, ...MeshNode[]];
    const before = await bytesNow();
    for (const other of others) other.dial(middle);
    network.turn(MINUTE_MS);
    expect(middle.links.peers.size).toBe(NEIGHBOURS);
    // Each link has two ends here, and the filters of either.
    const each = ((await bytesNow()) - before) / NEIGHBOURS / 2;
    const sent = () => network.sent.frames;
    const frames = sent();
    const times: number[] = [];
    for (let nth = 0; nth < 100; nth += 1) {
      const start = performance.now();
      middle.links.tick();
      middle.mesh.ticked();
      times.push(performance.now() - start);
    }
    const median = times.toSorted((one, other) => one - other)[50]!;
    console.info(
      `${NEIGHBOURS} neighbours: ${(each / KIB).toFixed(1)} KiB each, tick ${median.toFixed(2)} ms in the middle`,
    );
    // Of few neighbours, most of it is compiled code.
    if (LONG) expect(each).toBeLessThan(20 * KIB);
    // Time stands still: what was due went with the first of these ticks.
    expect(sent() - frames).toBeLessThanOrEqual(6 * NEIGHBOURS);
  });
});
