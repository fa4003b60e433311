// Whole runs of FIPS that know each other's keys alone: what their users have set is enough for them to meet over a relay.
import { expect, it } from 'vitest';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import type { PracticeRelay } from '../../../../src-main/practice/nostr/relay.ts';
import { fipsRun } from '../../../support/fips-run.ts';
import { practiceRelay } from '../../../support/nostr.ts';
import { until } from '../../../support/wait.ts';

const identityOf = (secret: number) => Identity.of(Buffer.alloc(32, secret))!;
/** As a peer of which no address is known. */
const named = (secret: number) => ({ npub: identityOf(secret).npub, addresses: [], connect: true });
const ADVERT = 37_195;
/** Who has said where it is, of all that the relay was sent: what comes before the login is sent twice. */
const adverts = ({ heard }: PracticeRelay) => {
  const writers = heard.flatMap(([word, event]) => {
    const { kind, pubkey } = (event ?? {}) as { kind?: number; pubkey?: string };
    return word === 'EVENT' && kind === ADVERT ? [pubkey] : [];
  });
  return [...new Set(writers)];
};
const onLoopback = (address: string) => address === '127.0.0.1';

it('finds a peer by its key over a relay, and leaves the relay when it ends', async () => {
  const relay = await practiceRelay({ wantsLogin: true });
  const relays = [relay.url];
  const advertised = { relays, advertise: true, udpExternal: '127.0.0.1' };
  const two = fipsRun({ secret: 0x32, settings: advertised, mayReach: onLoopback });
  const one = fipsRun({ secret: 0x31, settings: { relays, peers: [named(0x32)] }, mayReach: onLoopback });
  await two.node.start();
  await one.node.start();
  await until('the link', () => one.peers().length === 1 && two.peers().length === 1);
  expect([one.peers(), two.peers()]).toEqual([[two.identity.npub], [one.identity.npub]]);
  // Only who was told to has said where it is, by the key of its node.
  expect(adverts(relay)).toEqual([two.identity.xOnly.toString('hex')]);
  await Promise.all([one.node.stop(), two.node.stop()]);
  await until('the end at the relay', () => relay.clients === 0);
});

it('says nowhere where it is unless it is told to, and asks no relay that its user has not set', async () => {
  const relay = await practiceRelay();
  const wants = { peers: [named(0x34)] };
  const quiet = fipsRun({ secret: 0x33, settings: wants, mayReach: onLoopback });
  await quiet.node.start();
  const settings = { relays: [relay.url], udpExternal: '127.0.0.1', ...wants };
  const hidden = fipsRun({ secret: 0x35, settings, mayReach: onLoopback });
  await hidden.node.start();
  // It asks once a tick of its node has found the peer missing, and an advert would have been written by then.
  const isQuestion = ([word, , filter]: readonly unknown[]) =>
    word === 'REQ' && JSON.stringify(filter).includes('authors');
  await until('a question', () => relay.heard.some(isQuestion));
  expect([relay.clients, adverts(relay)]).toEqual([1, []]);
});
