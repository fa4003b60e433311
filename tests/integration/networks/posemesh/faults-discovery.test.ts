// What a node does when the discovery service is away, slow or wrong, and when its own clock is: it stays up, says so, and does the job
// that waits when it can.
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../../src-main/practice/posemesh/faults.ts';
import { AWAY, DONE, MINUTE, StandingNode, standingNode, status } from '../../../support/posemesh-standing.ts';

describe('a node', { timeout: 120_000 }, () => {
  const { node, table } = standingNode();

  it.each<[string, Fault]>([
    ['is away', AWAY],
    ['does not answer', 'hang'],
    ['gives half an answer', 'half'],
    ['gives garbage', 'garbage'],
    ['answers 401', status(401)],
    ['answers 403', status(403)],
    ['answers 404', status(404)],
    ['answers 409', status(409)],
    ['answers 500', status(500)],
  ])('whose log-in is over while the discovery service %s logs in when it is back', async (name, fault) => {
    const { dds } = node.servers;
    dds.fault(fault);
    dds.revoke();
    const job = node.order();
    if (fault === 'hang') await node.passes('the trouble', () => node.view.reason !== null);
    else await node.lasts(5 * MINUTE);
    expect(node.view.state).toBe('degraded');
    expect(node.view.reason?.code).toMatch(/^posemesh\.dds-/);
    expect(job.leases).toEqual([]);
    dds.clearFaults();
    await node.settled(job);
    expect(node.told(`discovery service ${name}, for a log-in`, job)).toEqual(DONE);
    await node.well();
  });

  it.each<[string, Fault]>([
    ['is away', AWAY],
    ['gives half an answer', 'half'],
    ['answers 401', status(401)],
    ['answers 403', status(403)],
    ['answers 404', status(404)],
    ['answers 409, for another node is there', status(409)],
    ['answers 500', status(500)],
  ])('that was forgotten registers anew once the discovery service no longer %s', async (name, fault) => {
    const { dds } = node.servers;
    dds.fault(fault, { route: 'register-wallet' });
    dds.forget();
    const job = node.order();
    await node.lasts(5 * MINUTE);
    expect([dds.nodes().length, job.leases]).toEqual([0, []]);
    expect(node.view.reason?.code).toMatch(/^posemesh\.dds-/);
    dds.clearFaults();
    await node.settled(job);
    expect(node.told(`discovery service ${name}, for a registration`, job)).toEqual(DONE);
    await node.well();
  });

  it.each<[string, Fault]>([
    ['is away', AWAY],
    ['answers 500', status(500)],
    ['gives garbage', 'garbage'],
  ])('that starts while the discovery service %s stays up, and logs in when it is back', async (name, fault) => {
    const { dds } = node.servers;
    dds.fault(fault);
    await node.again();
    const job = node.order();
    await node.lasts(10 * MINUTE);
    expect([node.view.state, job.leases]).toEqual([expect.not.stringMatching('online'), []]);
    expect(node.view.reason?.code).toMatch(/^posemesh\.dds-/);
    dds.clearFaults();
    await node.settled(job);
    expect(node.told(`discovery service ${name}, at the start`, job)).toEqual(DONE);
    await node.well();
  });

  it.each([
    ['slow', 5 * MINUTE],
    ['fast', -5 * MINUTE],
  ])('whose clock is five minutes %s does jobs that last longer than a lease', async (name, aheadMs) => {
    const other = new StandingNode(table, { aheadMs, workMs: MINUTE });
    await other.start();
    try {
      const job = other.order();
      await other.settled(job);
      expect(other.told(`clock five minutes ${name}`, job)).toEqual(DONE);
    } finally {
      await other.stop();
    }
  });
});
