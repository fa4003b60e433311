// What a node does when the manager is away, slow or wrong, at each of its calls: each lease is completed once, failed once or ran out,
// the books agree with what the manager saw, and the next job is done as ever.
import { describe, expect, it } from 'vitest';
import type { Fault, FaultScript } from '../../../../src-main/practice/posemesh/faults.ts';
import type { NetworkHistory } from '../../../../src-preload/contract/networks/index.ts';
import { AWAY, DONE, MINUTE, progressOf, SECOND, standingNode, status } from '../../../support/posemesh-standing.ts';

const LONG = { timeout: 120_000 };

describe('a node', LONG, () => {
  const { node } = standingNode();

  it.each<[string, Fault, string | null]>([
    ['is away', AWAY, 'posemesh.dms-unreachable'],
    ['does not answer', 'hang', 'posemesh.dms-unreachable'],
    ['gives half an answer', 'half', 'posemesh.dms-unreachable'],
    ['gives garbage', 'garbage', 'posemesh.dms-garbled'],
    ['answers 401', status(401), 'posemesh.dms-refused'],
    ['answers 403', status(403), 'posemesh.dms-refused'],
    ['answers 404', status(404), 'posemesh.dms-refused'],
    ['answers 409, which is busy', status(409), null],
    ['answers 500', status(500), 'posemesh.dms-refused'],
  ])('whose manager %s for five minutes says so, and does the job afterwards', async (name, fault, code) => {
    const { dms } = node.servers;
    dms.fault(fault, { route: 'tasks' });
    const job = node.order();
    if (fault === 'hang') await node.passes('the trouble', () => node.view.reason !== null);
    else await node.lasts(5 * MINUTE);
    const { reason, state } = node.view;
    expect([reason?.code ?? null, state]).toEqual([code, code === null ? 'online' : 'degraded']);
    expect(job.leases).toEqual([]);
    dms.clearFaults();
    await node.settled(job);
    expect(node.told(`manager ${name}, asked for work`, job)).toEqual(DONE);
    await node.well();
  });

  it('notes once that a manager is away, however often it is asked', async () => {
    const noted = async () => {
      const asked = node.engine.handle('networks.history', { id: 'posemesh', limit: 50 });
      const { items } = (await node.passing('the events', asked)) as NetworkHistory;
      return items.filter(({ kind }) => kind === 'manager-failed').reduce((sum, { count }) => sum + count, 0);
    };
    const before = await noted();
    node.servers.dms.fault(AWAY, { route: 'tasks' });
    await node.lasts(5 * MINUTE);
    expect(await noted()).toBe(before + 1);
    await node.well();
  });

  it.each<[string, Fault]>([
    ['is away', AWAY],
    ['gives half an answer', 'half'],
    ['gives garbage', 'garbage'],
    ['answers 401', status(401)],
    ['answers 403', status(403)],
    ['answers 404', status(404)],
    ['answers 409', status(409)],
    ['answers 500', status(500)],
  ])('whose manager %s to a heartbeat has lost the lease, and tells nothing of it', async (name, fault) => {
    const job = node.order();
    await node.working(job);
    node.servers.dms.fault(fault, { route: 'heartbeat' });
    await node.ended(job);
    expect(job.reports).toEqual([]);
    node.servers.dms.clearFaults();
    await node.settled(job);
    expect(node.told(`manager ${name} to a heartbeat`, job)).toEqual({
      leases: ['ran out', 'completed'],
      ends: ['failed posemesh.lease-lost', 'done'],
    });
    await node.well();
  });

  it.each<[string, Fault, FaultScript]>([
    ['answers 401 once', status(401), { times: 1 }],
    ['is slow', { late: 5 * SECOND }, { times: 1 }],
  ])('whose manager %s to a heartbeat goes on', async (name, fault, script) => {
    const job = node.order();
    await node.working(job);
    node.servers.dms.fault(fault, { route: 'heartbeat', ...script });
    await node.settled(job);
    expect(node.told(`manager ${name} to a heartbeat`, job)).toEqual(DONE);
    await node.well();
  });

  it.each<[string, Fault]>([
    ['is away', AWAY],
    ['answers 403', status(403)],
    ['answers 404', status(404)],
    ['answers 409', status(409)],
    ['answers 500', status(500)],
  ])('whose manager %s to a result does not report it again', async (name, fault) => {
    node.servers.dms.fault(fault, { route: 'complete', times: 1 });
    const job = node.order();
    await node.ended(job);
    await node.settled(job);
    expect(node.told(`manager ${name} to a result`, job)).toEqual({
      leases: ['ran out', 'completed'],
      ends: ['failed posemesh.report-unknown', 'done'],
    });
    await node.well();
  });

  it('whose manager answers 401 once to a result reports it with another log-in', async () => {
    node.servers.dms.fault(status(401), { route: 'complete', times: 1 });
    const job = node.order();
    await node.settled(job);
    expect(node.told('manager answers 401 once to a result', job)).toEqual(DONE);
  });

  it('tells a manager that was away of a failure at its next start', async () => {
    const { dms, domain } = node.servers;
    domain.fault(status(403), { route: 'data GET' });
    dms.fault(AWAY, { route: 'fail' });
    const job = node.order();
    await node.ended(job);
    expect(node.books(job)).toMatchObject([{ code: 'posemesh.domain-refused', owed: 1 }]);
    domain.clearFaults();
    dms.clearFaults();
    await node.again();
    await node.passes('its report', () => node.books(job).every(({ owed }) => owed === 0));
    expect(job.reports.at(-1)?.body).toMatchObject({
      reason: 'runner failed: posemesh.domain-refused, reported late since the manager could not be reached',
    });
    expect(node.told('manager away as a job failed, and back at the next start', job)).toEqual({
      leases: ['failed'],
      ends: ['failed posemesh.domain-refused'],
    });
    await node.well();
  });

  it.each<[string, (heartbeats: number, progress: string) => boolean]>([
    ['before its first heartbeat', () => true],
    ['while it loads', (heartbeats) => heartbeats >= 1],
    ['while it works', (_, progress) => progress.includes('materialized')],
  ])('drops a job that is cancelled %s', async (name, reached) => {
    if (name === 'while it loads') node.servers.domain.fault({ late: 15 * SECOND }, { route: 'data GET', times: 1 });
    const job = node.order();
    await node.passes(name, () => reached(job.heartbeats.length, progressOf(job)));
    job.cancel = true;
    await node.ended(job);
    expect(job.reports).toEqual([]);
    node.servers.dms.takeAway(job);
    job.state = 'failed';
    expect(node.told(`cancelled ${name}`, job)).toEqual({
      leases: ['taken away'],
      ends: ['cancelled posemesh.job-cancelled'],
    });
    await node.well();
  });
});
