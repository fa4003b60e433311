// The report for somebody who helps: all that matters, and by default no public address in any of the places it could be.
import { expect, it } from 'vitest';
import { reportOf } from '../../../src-main/reachability/report.ts';
import type { ReachabilityView } from '../../../src-preload/contract/reachability.ts';
import { EXTERNAL, type Played, playedReachability } from '../../support/inbound.ts';

const V6 = '2a00:1450:4001:82a::200e';
const NOW = 1_800_000_000_000;

async function open(): Promise<Played> {
  const played = playedReachability(NOW);
  played.around.seenFrom = async () => ({ v4: EXTERNAL, v6: V6, natType: 'port_restricted' });
  await played.reachability.start();
  played.reachability.open(played.request());
  await played.clock.turn(0);
  played.mapper().map();
  await played.clock.turn(0);
  return played;
}

it('leaves every public address out, and keeps those of the home network', async () => {
  const { reachability } = await open();
  const text = reachability.report(false);
  expect(text).not.toContain(EXTERNAL);
  expect(text).not.toContain('2a00:');
  expect(text).toContain('(public address)');
  expect(text).toContain('FRITZ!Box 7590 AVM at 192.168.178.1, we are 192.168.178.20 on eth0');
  await reachability.stop();
});

it('has them in where they were asked for', async () => {
  const { reachability } = await open();
  const text = reachability.report(true);
  expect(text).toContain(`published: http://${EXTERNAL}:9484`);
  expect(text).toContain(`Seen from outside as: ${EXTERNAL} ${V6}`);
  await reachability.stop();
});

it('says when it was made, each link, the port and the steps', async () => {
  const { reachability } = await open();
  const lines = reachability.report(false).split('\n');
  expect(lines[0]).toBe('Reachability, 2027-01-15T08:00:00.000Z');
  expect(lines).toEqual(
    expect.arrayContaining([
      'asking the router: on; wanted by a network: yes',
      'tier 1, upnp_mapped, ipv4_public_direct, NAT full_cone',
      '  outside: ok, directory.example, 2027-01-15T08:00:00.000Z',
      '  from outside: reached by directory.example, 2027-01-15T08:00:00.000Z, 0 ms, our number came in',
      '  2027-01-15T08:00:00.000Z way.chosen port=iicp way=mapping tier=1 proven=true',
    ]),
  );
  await reachability.stop();
});

it.each([
  'http://[2a00:1450::1]:9484',
  '[2a00:1450::1]:9484',
  '2a00:1450::1',
  '::ffff:11.0.0.1',
  'http://11.0.0.1:9484/',
  'a=11.0.0.1,b=2a00:1450::1',
])('leaves %s out of what others wrote', async (written) => {
  const { reachability } = await open();
  const view: ReachabilityView = {
    ...reachability.view(),
    router: null,
    seenFrom: null,
    tunnels: [],
    ports: [],
    chain: [],
  };
  const text = reportOf(view, [{ at: NOW, code: 'router.announced', facts: written }], { addresses: false, now: NOW });
  expect(text).not.toMatch(/2a00|11\.0\.0\.1/);
  await reachability.stop();
});

it('leaves clock times and versions alone', async () => {
  const { reachability } = await open();
  const facts = 'at=12:34:56 version=5.2.0 local=192.168.1.7 own=fe80::1';
  const text = reportOf(reachability.view(), [{ at: NOW, code: 'way.chosen', facts }], { addresses: false, now: NOW });
  expect(text).toContain(facts);
  await reachability.stop();
});
