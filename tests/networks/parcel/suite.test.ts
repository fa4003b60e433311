// The network of the tests holds to what every network has to hold to.
import { expect, onTestFinished } from 'vitest';
import { networkSuite } from '../../suites/network.ts';
import { until } from '../../support/wait.ts';
import { joined } from './joined.ts';

networkSuite({
  id: 'parcel',
  async join() {
    const node = await joined(onTestFinished);
    const { manager } = node;
    let count = 0;
    const order = (kind: 'job' | 'lease') => {
      count += 1;
      const ref = `order-${count}`;
      manager.order({ kind, ref, ...(kind === 'lease' && { until: Date.now() + 200 }) });
      return ref;
    };
    return {
      ...node,
      async do(kind) {
        expect(kind).not.toBe('task');
        const ref = order(kind as 'job' | 'lease');
        await until('the answer', () => manager.answers.get(ref) === 'done');
      },
      async offer() {
        const ref = order('job');
        // It comes by to look for work; a look more shows that it left this one.
        const looks = manager.looks();
        await until(
          'another look or the answer',
          () => manager.answers.has(ref) || manager.waiting() > 0 || manager.looks() > looks + 1,
        );
        return manager.waiting() === 0;
      },
      seen: () => manager.joined.size > 0,
      secrets: () => [...manager.tokens],
    };
  },
});
