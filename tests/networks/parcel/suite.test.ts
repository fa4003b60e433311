// The network of the tests holds to what every network has to hold to.
import { expect, onTestFinished } from 'vitest';
import { type JoinedNode, networkSuite } from '../../suites/network.ts';
import { until } from '../../support/wait.ts';
import { joined, joinedAt } from './joined.ts';

const HOUR_MS = 3_600_000;
const LONG_MS = 1000;

let count = 0;

function driven(node: Awaited<ReturnType<typeof joined>>): JoinedNode {
  const { manager } = node;
  let last = '';
  const order = (kind: string, ms: number) => {
    expect(kind).not.toBe('task');
    count += 1;
    last = `order-${count}`;
    manager.order(
      kind === 'job' ? { kind: 'job', ref: last, takesMs: ms } : { kind: 'lease', ref: last, until: Date.now() + ms },
    );
    return last;
  };
  return {
    ...node,
    async do(kind) {
      const ref = order(kind, kind === 'job' ? 20 : 200);
      await until('the answer', () => manager.answers.get(ref) === 'done');
    },
    begin: (kind) => void order(kind, kind === 'job' ? LONG_MS : HOUR_MS),
    async offer(leaseMs) {
      const ref = leaseMs === undefined ? order('job', 20) : order('lease', leaseMs);
      // It comes by to look for work while work is taken; while none is, the order stays where it is.
      if (node.engine.take('availability').value.answer.accepting) {
        await until('the order to be gone', () => manager.waiting() === 0);
        await until('the answer', () => manager.answers.has(ref));
        return manager.answers.get(ref) !== 'no-room';
      }
      const looks = manager.looks();
      await node.engine.handle('networks.check', { id: 'parcel' });
      expect(manager.looks() - looks).toBeLessThanOrEqual(1);
      return manager.waiting() === 0;
    },
    seen: () => manager.joined.size > 0,
    hasItBack: () => manager.answers.get(last) === 'handed-back',
    async again(dataDir) {
      await node.engine.stop();
      // What it says as it ends would not be said in a crash.
      manager.answers.clear();
      return {
        ...driven(await joinedAt(manager, dataDir, onTestFinished)),
        hasItBack: () => manager.answers.get(last) === 'handed-back',
      };
    },
    secrets: () => [...manager.tokens],
  };
}

networkSuite({ id: 'parcel', join: async () => driven(await joined(onTestFinished)) });
