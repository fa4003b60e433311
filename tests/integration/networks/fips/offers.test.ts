// Offers of strangers, and answers that are none: what they cost, and what they don't bring about.
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { DISCOVERY } from '../../../../src-main/networks/fips/discovery/bounds.ts';
import {
  type Answer,
  newAnswer,
  newOffer,
  type Observed,
  type Offer,
} from '../../../../src-main/networks/fips/discovery/signal.ts';
import { Traversals } from '../../../../src-main/networks/fips/discovery/traversals.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { encodeNpub } from '../../../../src-main/networks/fips/identity/names.ts';
import { startStunServer } from '../../../simulators/stun.ts';
import { HandClock } from '../../../support/clock.ts';
import { until } from '../../../support/wait.ts';

const us = Identity.of(Buffer.alloc(32, 9))!;
/** Any number of strangers: keys that nobody has to sign with here. */
const stranger = (nth: number) =>
  Buffer.alloc(32, 0)
    .fill(1 + (nth % 250), 0, 31)
    .fill(nth >> 8, 31)
    .toString('hex');
const npubOf = (pubkey: string) => encodeNpub(Buffer.from(pubkey, 'hex'));
const seenAt = (address: string, port: number): Observed => ({
  reflexive: { address, port },
  local: [],
  stunServer: undefined,
});

interface Told {
  readonly pubkey: string;
  readonly signal: Offer | Answer;
}

async function traversals(options: { wants?: (pubkey: string) => boolean; stunServers?: readonly string[] } = {}) {
  const clock = new HandClock();
  const told: Told[] = [];
  const failed: string[] = [];
  const machine = new Traversals({
    clock,
    random: systemRandom,
    xOnly: us.xOnly,
    how: () => ({
      stunServers: options.stunServers ?? [],
      local: ['127.0.0.1'],
      mayReach: (address) => address === '127.0.0.1',
    }),
    tell: (pubkey, signal) => told.push({ pubkey, signal }) > 0,
    wants: options.wants ?? (() => true),
    skewed: () => undefined,
    opened: ({ socket }) => socket.close(),
    failed: (_, __, fault) => void failed.push(fault),
  });
  onTestFinished(() => machine.stop());
  const offerOf = (pubkey: string, observed = seenAt('127.0.0.1', 9)) =>
    newOffer({ senderNpub: npubOf(pubkey), recipientNpub: us.npub }, observed, clock.now(), systemRandom);
  return { clock, machine, told, failed, offerOf };
}

/** What may yet come of what was done, has come. */
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('offers', () => {
  it('are answered sixteen at once, and the others not at all', async () => {
    const { machine, told, offerOf } = await traversals();
    for (let nth = 0; nth < 40; nth += 1) machine.receive(stranger(nth), offerOf(stranger(nth)), 'relay');
    await until('the answers', () => told.length >= DISCOVERY.offers);
    await settled();
    expect(told).toHaveLength(DISCOVERY.offers);
    expect(told.every(({ signal }) => signal.type === 'answer' && signal.accepted)).toBe(true);
  });

  it('are looked at sixty times a minute at most', async () => {
    const { machine, told, offerOf, clock } = await traversals();
    let sent = 0;
    // Each lot is done with before the next comes, so that it is not the number at once that holds them up.
    for (let lot = 0; lot < 8; lot += 1) {
      for (let nth = 0; nth < 10; nth += 1) {
        machine.receive(stranger(sent), offerOf(stranger(sent), seenAt('8.8.8.8', 9)), 'relay');
        sent += 1;
      }
      const expected = Math.min(10 * (lot + 1), DISCOVERY.offersPerMinute);
      await until('the answers', () => told.length >= expected);
      await until(
        'their end',
        () => !Array.from({ length: sent }, (_, nth) => machine.isUnderWay(stranger(nth))).includes(true),
      );
    }
    expect(told).toHaveLength(DISCOVERY.offersPerMinute);
    // Nothing can be sent to where they say that they are.
    expect(
      told.every(
        ({ signal }) => signal.type === 'answer' && !signal.accepted && signal.reason === 'no-usable-addresses',
      ),
    ).toBe(true);
    await clock.turn(1000);
    machine.receive(stranger(sent), offerOf(stranger(sent), seenAt('8.8.8.8', 9)), 'relay');
    await until('one more', () => told.length > DISCOVERY.offersPerMinute);
  });

  it('of one node are answered once in ten seconds, and each of them once', async () => {
    const { machine, told, offerOf, clock } = await traversals();
    const refused = seenAt('8.8.8.8', 9);
    const first = offerOf(stranger(1), refused);
    machine.receive(stranger(1), first, 'relay');
    await until('the answer', () => told.length === 1);
    await until('its end', () => !machine.isUnderWay(stranger(1)));
    await clock.turn(DISCOVERY.offerPauseMs - 1);
    machine.receive(stranger(1), offerOf(stranger(1), refused), 'relay');
    await settled();
    expect(told).toHaveLength(1);
    await clock.turn(1);
    machine.receive(stranger(1), first, 'relay');
    await settled();
    expect(told).toHaveLength(1);
    machine.receive(stranger(1), offerOf(stranger(1), refused), 'relay');
    await until('the second', () => told.length === 2);
  });

  it('of those that are not wanted, or to somebody else, or in another name are not answered', async () => {
    const { machine, told, offerOf } = await traversals({ wants: (pubkey) => pubkey !== stranger(1) });
    machine.receive(stranger(1), offerOf(stranger(1)), 'relay');
    machine.receive(stranger(2), offerOf(stranger(3)), 'relay');
    machine.receive(stranger(4), { ...offerOf(stranger(4)), recipientNpub: npubOf(stranger(5)) }, 'session');
    await settled();
    expect(told).toEqual([]);
  });
});

describe('attempts of ours', () => {
  it('are eight at once, and one for each node', async () => {
    const { machine, told } = await traversals();
    const begun = Array.from({ length: 12 }, (_, nth) => machine.request(stranger(nth), 'relay'));
    expect(begun).toEqual(Array.from({ length: 12 }, (_, nth) => nth < DISCOVERY.attempts));
    expect(machine.request(stranger(0), 'relay')).toBe(false);
    await until('the offers', () => told.length === DISCOVERY.attempts);
  });

  it('wait two minutes for an answer, whatever else comes', async () => {
    const { machine, told, failed, clock } = await traversals();
    machine.request(stranger(1), 'relay');
    const { signal } = await until('the offer', () => told[0]);
    const offer = signal as Offer;
    const honest = newAnswer(
      offer,
      seenAt('127.0.0.1', 9),
      { receivedAt: clock.now(), now: clock.now(), punch: undefined },
      systemRandom,
    );
    const lies: readonly Answer[] = [
      { ...honest, inReplyTo: 'another' },
      { ...honest, sessionId: 'another' },
      { ...honest, senderNpub: us.npub },
      { ...honest, accepted: true, reflexive: undefined },
      { ...honest, reason: undefined },
      { ...honest, issuedAt: clock.now() - 400_000 },
    ];
    for (const lie of lies) machine.receive(stranger(1), lie, 'relay');
    machine.receive(stranger(2), honest, 'relay');
    await settled();
    expect([failed, machine.isUnderWay(stranger(1))]).toEqual([[], true]);
    await clock.turn(120_000);
    await until('its end', () => failed.length > 0);
    expect(failed).toEqual(['no-answer']);
  });

  it('end at once where the other end does not want to', async () => {
    const { machine, told, failed, clock } = await traversals();
    machine.request(stranger(1), 'relay');
    const { signal } = await until('the offer', () => told[0]);
    const times = { receivedAt: clock.now(), now: clock.now(), punch: undefined };
    machine.receive(stranger(1), newAnswer(signal as Offer, seenAt('127.0.0.1', 9), times, systemRandom), 'relay');
    await until('its end', () => failed.length > 0);
    expect(failed).toEqual(['refused']);
  });

  it('believe no STUN server that answers another question, or a neighbour of it', async () => {
    const other = await startStunServer({ tamper: (answer) => Buffer.from(answer).fill(7, 8, 20) });
    onTestFinished(() => other.stop());
    const { machine, told, clock } = await traversals({ stunServers: [other.server] });
    machine.request(stranger(1), 'relay');
    await until('the question', () => other.requests() > 0);
    // Until its time is over.
    for (let step = 0; step < 5; step += 1) await clock.turn(1000);
    const { signal } = await until('the offer', () => told[0]);
    expect([signal.reflexive, signal.local.length]).toEqual([undefined, 1]);
  });
});
