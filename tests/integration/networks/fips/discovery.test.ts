// Nodes that find each other by practice relays and a STUN server on loopback: real sockets, real time.
import { expect, it, onTestFinished } from 'vitest';
import { ADVERT_KIND } from '../../../../src-main/networks/fips/discovery/advert.ts';
import { type StunServerOptions, startStunServer } from '../../../simulators/stun.ts';
import { findingNode } from '../../../support/fips-discovery.ts';
import type { FindingNode, FindingOptions } from '../../../support/fips-finding.ts';
import { nostrDatabase, practiceRelay } from '../../../support/nostr.ts';
import { until } from '../../../support/wait.ts';

async function stunServer(options: StunServerOptions = {}): Promise<string> {
  const server = await startStunServer(options);
  onTestFinished(() => server.stop());
  return server.server;
}

/** Two that have punched no hole yet, and what they share. */
async function two(options: Partial<FindingOptions> = {}) {
  const relay = await practiceRelay();
  const stun = await stunServer();
  const both = { ...options, relays: [relay.url], settings: { stunServers: [stun] } };
  const one = await findingNode({ secret: 1, ...both });
  const other = await findingNode({ secret: 2, ...both });
  return { relay, stun, one, other };
}

/** Once its advert is on the relay. */
const isAdvertised = ({ relay }: Awaited<ReturnType<typeof two>>, { signer }: FindingNode) =>
  until('the advert', () =>
    relay.kept.all().some(({ kind, pubkey }) => kind === ADVERT_KIND && pubkey === signer.publicKey),
  );

it('finds where a node is by its advert, whether it was read before or has to be asked for', async () => {
  const relay = await practiceRelay();
  const advertised = (local: string) => [{ transport: 'udp', local, isPublic: true }] as const;
  const one = await findingNode({ secret: 1, relays: [relay.url], advertised });
  await until('the advert', () => relay.kept.all().some(({ kind }) => kind === ADVERT_KIND));
  const late = await findingNode({ secret: 2, relays: [relay.url] });
  const expected = [{ transport: 'udp', address: one.udp }];
  expect(
    await until('its endpoints', async () => (await late.discovery.whereIs(one.identity.xOnly)).endpoints[0]),
  ).toEqual(expected[0]);
  await until('the advert, as relays have it', () => late.discovery.adverts.length === 1);
  expect((await late.discovery.whereIs(one.identity.xOnly)).endpoints).toEqual(expected);
  expect((await late.discovery.whereIs(Buffer.alloc(32, 7))).endpoints).toEqual([]);
});

it('punches a hole by an offer over a relay, and the socket that it was punched with carries the link', async () => {
  const all = await two();
  const { one, other } = all;
  await isAdvertised(all, other);
  expect(one.discovery.punch(other.identity.xOnly)).toBe(true);
  await until('both links', () => one.peer(other) && other.peer(one));
  expect(one.news).toContain('punched relay ours');
  expect(other.news).toContain('punched relay theirs');
  expect([one.peer(other)!.remote.transport, other.peer(one)!.remote.transport].some((id) => id === 'udp')).toBe(false);
  one.say(other.identity, 'through the hole');
  await until('a word through it', () => other.heard.includes('through the hole'));
  expect(one.discovery.standingOf(other.identity.xOnly)?.streak ?? 0).toBe(0);
  // Let go, and with the link the socket of its own.
  const { transport } = one.peer(other)!.remote;
  one.layer.links.remove(other.identity.nodeAddr);
  await until('its end', () => one.layer.mtuOf(transport) === undefined);
});

it('punches one hole where both want one at once', async () => {
  const all = await two();
  const { one, other } = all;
  await isAdvertised(all, one);
  await isAdvertised(all, other);
  one.discovery.punch(other.identity.xOnly);
  other.discovery.punch(one.identity.xOnly);
  await until('both links', () => one.peer(other) && other.peer(one));
  for (const node of [one, other]) expect(node.news.filter((line) => line.startsWith('up'))).toHaveLength(1);
});

it('offers in the session where no relay is shared, as newer nodes have it', async () => {
  const all = await two();
  const { one, other, stun } = all;
  const elsewhere = await practiceRelay();
  const far = await findingNode({ secret: 3, relays: [elsewhere.url], settings: { stunServers: [stun] } });
  for (const node of [one, far]) {
    node.layer.links.dial({ xOnly: other.identity.xOnly, remote: { transport: 'udp', address: other.udp } });
  }
  await until('the way', () => one.mesh.router.knows(far.identity.nodeAddr));
  one.say(far.identity, 'through the middle');
  await until('the session', () => far.heard.includes('through the middle'));
  expect(one.peer(far)).toBeUndefined();
  one.discovery.punch(far.identity.xOnly);
  await until('both links', () => one.peer(far) && far.peer(one));
  expect(one.news).toContain('punched session ours');
});

it('says why there is no hole', async () => {
  const all = await two({ admits: () => false });
  const { one, other } = all;
  one.discovery.punch(Buffer.alloc(32, 7));
  await until('no advert', () => one.news.includes('failed no-advert'));
  await isAdvertised(all, other);
  const blind = await findingNode({ secret: 4, relays: [all.relay.url] });
  blind.discovery.punch(other.identity.xOnly);
  await until('no address', () => blind.news.includes('failed no-addresses'));
  expect(blind.failures[0]).toMatchObject({ fault: 'no-addresses', streak: 1, cooldownUntil: 0 });
});

it('asks again where it is seen when the network has changed', async () => {
  const relay = await practiceRelay();
  const server = await startStunServer({ tells: '127.0.0.9' });
  onTestFinished(() => server.stop());
  const advertised = () => [{ transport: 'udp', local: '0.0.0.0:2121', isPublic: true }] as const;
  // As if the address that it is bound to were none to others.
  const mayReach = (address: string) => address === '127.0.0.9';
  const settings = { stunServers: [server.server] };
  const node = await findingNode({ secret: 1, relays: [relay.url], settings, advertised, mayReach });
  await until('the advert', () => node.discovery.advert);
  expect(node.discovery.advert?.endpoints).toEqual([{ transport: 'udp', address: '127.0.0.9:2121' }]);
  const before = server.requests();
  node.discovery.networkChanged();
  await until('another question', () => server.requests() > before);
});

it('does not tell where a lying STUN server says that it is', async () => {
  const relay = await practiceRelay();
  const stun = await stunServer({ tells: '192.168.1.1' });
  const settings = { stunServers: [stun] };
  const mayReach = (address: string) => address === '127.0.0.1';
  const advertised = (local: string) =>
    [
      { transport: 'udp', local: local.replace('127.0.0.1', '0.0.0.0'), isPublic: true },
      { transport: 'udp', local },
    ] as const;
  const one = await findingNode({ secret: 1, relays: [relay.url], settings, advertised, mayReach });
  await until('the advert', () => one.discovery.advert);
  expect(JSON.stringify(one.discovery.advert)).not.toContain('192.168');
  const other = await findingNode({ secret: 2, relays: [relay.url], settings, mayReach });
  await until('the advert', () => other.discovery.adverts.length > 0);
  other.discovery.punch(one.identity.xOnly);
  await until('no address', () => other.news.includes('failed no-addresses'));
});

it('is stopped in the middle of an attempt, and begins anew', async () => {
  const all = await two();
  const { one, other } = all;
  await isAdvertised(all, other);
  one.discovery.punch(other.identity.xOnly);
  await until('the attempt', () => one.discovery.isPunching(other.identity.xOnly));
  await one.discovery.stop();
  expect(one.discovery.isPunching(other.identity.xOnly)).toBe(false);
  one.discovery.start();
  await until('the advert', () => one.discovery.advert);
  expect(one.failures).toEqual([]);
});

it('tries nodes that nobody named where its user wants that', async () => {
  const relay = await practiceRelay();
  const stun = await stunServer();
  const both = { relays: [relay.url], settings: { stunServers: [stun] } };
  const other = await findingNode({ secret: 2, ...both });
  const open = await findingNode({ secret: 1, ...both, settings: { stunServers: [stun], policy: 'open' } });
  await until('a candidate', () => open.candidates.length > 0);
  expect(open.candidates[0]).toMatchObject({ pubkey: other.signer.publicKey });
  expect(open.candidates[0]?.endpoints).toContainEqual({ transport: 'udp', address: 'nat' });
  expect(other.candidates).toEqual([]);
});

it('says where it reads what is written to it, and takes its advert back in the run that is not to have one', async () => {
  const relay = await practiceRelay();
  const db = nostrDatabase();
  const advertised = (local: string) => [{ transport: 'udp', local, isPublic: true }] as const;
  const node = await findingNode({ secret: 1, relays: [relay.url], advertised, db });
  const kept = (wanted: number) => relay.kept.all().find(({ kind }) => kind === wanted);
  await until('the advert', () => kept(ADVERT_KIND));
  expect((await until('its inbox', () => kept(10_050))).tags).toEqual([
    ['relay', relay.url],
    ['r', relay.url],
  ]);
  await node.stop();
  expect(kept(5)).toBeUndefined();
  await findingNode({ secret: 1, relays: [relay.url], advertised, db, settings: { advertise: false } });
  const { tags } = await until('the withdrawal', () => kept(5));
  expect(tags).toContainEqual(['a', `${ADVERT_KIND}:${node.signer.publicKey}:fips-overlay-v1`]);
});
