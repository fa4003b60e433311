// What a node does when the domain server of a job is away, slow or wrong, at each of its calls: what passes is tried again, anything else
// fails the job once; nothing stays on the disk, and no upload stays begun.
import { describe, expect, it } from 'vitest';
import type { Fault, FaultScript } from '../../../../src-main/practice/posemesh/faults.ts';
import { AWAY, DONE, SECOND, StandingNode, standingNode, status } from '../../../support/posemesh-standing.ts';

const UNREACHABLE = 'posemesh.domain-unreachable';
const REFUSED = 'posemesh.domain-refused';
const GARBLED = 'posemesh.domain-garbled';

describe('a node', { timeout: 120_000 }, () => {
  const { node, table } = standingNode();

  it.each<[string, Fault, FaultScript, string | null]>([
    ['is away for minutes', AWAY, { route: 'data GET' }, UNREACHABLE],
    ['is away once', AWAY, { route: 'data GET', times: 1 }, null],
    ['is slow', { late: 10 * SECOND }, { route: 'data GET', times: 1 }, null],
    ['gives half an input', 'half', { route: 'data GET' }, UNREACHABLE],
    ['gives garbage for an input', 'garbage', { route: 'data GET' }, GARBLED],
    ['answers 400 for an input', status(400), { route: 'data GET' }, REFUSED],
    ['answers 401 for an input', status(401), { route: 'data GET' }, REFUSED],
    ['answers 403 for an input', status(403), { route: 'data GET' }, REFUSED],
    ['answers 404 for an input', status(404), { route: 'data GET' }, REFUSED],
    ['answers 409 for an input', status(409), { route: 'data GET' }, REFUSED],
    ['answers 500 for an input', status(500), { route: 'data GET' }, REFUSED],
    ['answers 500 once for an input', status(500), { route: 'data GET', times: 1 }, null],
    ['answers 429 once for an input', status(429), { route: 'data GET', times: 1 }, null],
    ['is away for a result', AWAY, { route: 'data POST' }, UNREACHABLE],
    ['gives half an answer to a result', 'half', { route: 'data POST' }, UNREACHABLE],
    ['gives garbage for a result', 'garbage', { route: 'data POST' }, GARBLED],
    ['answers 401 to a result', status(401), { route: 'data POST' }, REFUSED],
    ['answers 403 to a result', status(403), { route: 'data POST' }, REFUSED],
    ['answers 404 to a result', status(404), { route: 'data POST' }, REFUSED],
    ['answers 409 to a result', status(409), { route: 'data POST' }, REFUSED],
    ['answers 500 to a result', status(500), { route: 'data POST' }, REFUSED],
    ['is away when an upload in parts begins', AWAY, { route: 'multipart POST' }, UNREACHABLE],
    ['is away for the second part', AWAY, { route: 'multipart PUT', after: 1 }, UNREACHABLE],
    ['answers 500 once to the second part', status(500), { route: 'multipart PUT', after: 1, times: 1 }, null],
    ['answers 409 to the second part', status(409), { route: 'multipart PUT', after: 1 }, REFUSED],
    ['gives garbage for the second part', 'garbage', { route: 'multipart PUT', after: 1 }, GARBLED],
    ['gives half an answer to the second part', 'half', { route: 'multipart PUT', after: 1 }, UNREACHABLE],
    ['is away when the parts are put together', AWAY, { route: 'multipart POST', after: 1 }, UNREACHABLE],
  ])('whose domain server %s', async (name, fault, script, code) => {
    node.servers.domain.fault(fault, script);
    const job = node.order();
    await node.settled(job);
    expect(node.told(`domain server ${name}`, job)).toEqual(
      code === null ? DONE : { leases: ['failed'], ends: [`failed ${code}`] },
    );
    expect(job.reports).toHaveLength(1);
    await node.well();
  });

  it('whose token runs out during the second part of three goes on with that of a heartbeat', async () => {
    const other = new StandingNode(table, { tokenMs: 8 * SECOND });
    await other.start();
    try {
      const { domain } = other.servers;
      domain.fault({ late: 10 * SECOND }, { route: 'multipart PUT', after: 1, times: 1 });
      const job = other.order();
      await other.settled(job);
      expect(other.told('token runs out during part 2 of 3', job)).toEqual(DONE);
      const parts = domain.requests.filter(({ method, token }) => method === 'PUT' && token);
      expect([parts.length, job.tokens.length > 1]).toEqual([4, true]);
    } finally {
      await other.stop();
    }
  });

  it.each([
    ['cancelled', 'while its results are stored', 'POST', { route: 'data POST', times: 1 }],
    ['cancelled', 'between two parts', 'PUT', { route: 'multipart PUT', after: 1, times: 1 }],
    ['taken away', 'while its results are stored', 'POST', { route: 'data POST', times: 1 }],
    ['taken away', 'between two parts', 'PUT', { route: 'multipart PUT', after: 1, times: 1 }],
  ] as const)('drops a job that is %s %s, and gives up what it had begun', async (how, when, method, script) => {
    const { dms, domain } = node.servers;
    domain.fault({ late: 20 * SECOND }, script);
    const job = node.order();
    await node.working(job);
    const seen = domain.requests.length;
    await node.passes(when, () => domain.requests.slice(seen).some((request) => request.method === method));
    if (how === 'cancelled') job.cancel = true;
    else dms.takeAway(job);
    await node.ended(job);
    expect(job.reports).toEqual([]);
    dms.takeAway(job);
    job.state = 'failed';
    expect(node.told(`${how} ${when}`, job)).toEqual({
      leases: ['taken away'],
      ends: [how === 'cancelled' ? 'cancelled posemesh.job-cancelled' : 'failed posemesh.lease-lost'],
    });
    await node.well();
  });
});
