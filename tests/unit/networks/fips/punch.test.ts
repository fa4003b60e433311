// Offers, answers and the holes that they are about: what is said, what of a stranger's word is believed, what is sent and when.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISCOVERY } from '../../../../src-main/networks/fips/discovery/bounds.ts';
import {
  ackTo,
  decodePunch,
  encodePunch,
  Punch,
  type PunchPlan,
  sessionHash,
} from '../../../../src-main/networks/fips/discovery/punch.ts';
import { planPunch } from '../../../../src-main/networks/fips/discovery/punch-plan.ts';
import {
  type Answer,
  answerFault,
  encodeSignal,
  newAnswer,
  newOffer,
  type Observed,
  type Offer,
  offerFault,
  readSignal,
  skewOf,
} from '../../../../src-main/networks/fips/discovery/signal.ts';
import { encodeMessage1 } from '../../../../src-main/networks/fips/wire/frame.ts';
import { isPublicAddress } from '../../../../src-main/reachability/addresses.ts';
import type { Endpoint } from '../../../../src-main/reachability/mapping.ts';
import { seededRandom } from '../../../support/random.ts';

const NOW = 1_700_000_000_000;
const at = (address: string, port = 5000): Endpoint => ({ address, port });
const seen = (reflexive: Endpoint | undefined, ...local: readonly Endpoint[]): Observed => ({
  reflexive,
  local,
  stunServer: undefined,
});
const random = seededRandom(1);
const offer = newOffer({ senderNpub: 'one', recipientNpub: 'two' }, seen(at('8.8.8.8')), NOW, random);
const punch = { startAtMs: NOW + 2000, intervalMs: 200, durationMs: 10_000 };
const answer = newAnswer(offer, seen(at('9.9.9.9')), { receivedAt: NOW + 100, now: NOW + 200, punch }, random);

describe('offers and answers', () => {
  it('are read as they were written, in the words of the official nodes', () => {
    expect([readSignal(encodeSignal(offer)), readSignal(encodeSignal(answer))]).toEqual([offer, answer]);
    expect(JSON.parse(encodeSignal(offer))).toEqual({
      type: 'offer',
      sessionId: offer.sessionId,
      issuedAt: NOW,
      expiresAt: NOW + 120_000,
      nonce: offer.sessionId,
      senderNpub: 'one',
      recipientNpub: 'two',
      reflexiveAddress: { protocol: 'udp', ip: '8.8.8.8', port: 5000 },
      localAddresses: [],
      stunServer: null,
    });
    expect(offer.sessionId).toMatch(/^1700000000000-[0-9a-f]{16}$/);
    expect(JSON.parse(encodeSignal(answer))).toMatchObject({
      type: 'answer',
      inReplyTo: offer.nonce,
      accepted: true,
      reason: null,
      offerReceivedAt: NOW + 100,
      punch,
    });
    const refusal = newAnswer(offer, seen(undefined), { receivedAt: NOW, now: NOW, punch: undefined }, random);
    expect(JSON.parse(encodeSignal(refusal))).toMatchObject({
      accepted: false,
      reason: 'no-usable-addresses',
      punch: null,
    });
  });

  it('may be anything, and are never thrown at', () => {
    const known = fc.constantFrom(offer, answer).map((signal) => JSON.parse(encodeSignal(signal)) as object);
    const bent = fc.tuple(
      known,
      fc.dictionary(fc.constantFrom(...Object.keys(answer), 'reflexiveAddress'), fc.jsonValue()),
    );
    fc.assert(
      fc.property(bent, ([signal, changes]) => {
        const read = readSignal(JSON.stringify({ ...signal, ...changes }));
        for (const { port } of read ? [...read.local, ...(read.reflexive ? [read.reflexive] : [])] : []) {
          expect(port > 0 && port < 65_536).toBe(true);
        }
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void readSignal(text)));
    expect(readSignal(`"${'x'.repeat(DISCOVERY.signal)}"`)).toBeUndefined();
  });

  it('have no more addresses than are read, and none that is none', () => {
    const wrong = [
      { protocol: 'tcp', ip: '1.1.1.1', port: 1 },
      { protocol: 'udp', ip: 'x', port: 1 },
      { protocol: 'udp', ip: '1.1.1.1', port: 0 },
      7,
    ];
    const many = Array.from({ length: 40 }, (_, nth) => ({ protocol: 'udp', ip: '10.0.0.1', port: nth + 1 }));
    const read = (localAddresses: unknown) =>
      readSignal(JSON.stringify({ ...JSON.parse(encodeSignal(offer)), localAddresses }))?.local;
    expect([read(wrong), read(many)?.length, read('x')]).toEqual([[], DISCOVERY.addresses, []]);
  });

  const offers: readonly [string, Offer, { from?: string; to?: string; now?: number }, string | undefined][] = [
    ['is good', offer, {}, undefined],
    ['is good a minute late', offer, { now: NOW + 179_999 }, undefined],
    ['is expired after that', offer, { now: NOW + 180_001 }, 'expired'],
    ['is expired where it comes from the future', offer, { now: NOW - 60_001 }, 'expired'],
    ['is good a minute ahead', offer, { now: NOW - 60_000 }, undefined],
    [
      'is expired however long it says that it lasts',
      { ...offer, expiresAt: NOW * 2 },
      { now: NOW + 180_001 },
      'expired',
    ],
    ['of somebody else is not', offer, { from: 'three' }, 'identity-mismatch'],
    ['to somebody else is not', offer, { to: 'three' }, 'identity-mismatch'],
  ];
  it.each(offers)('an offer %s', (_, given, { from = 'one', to = 'two', now = NOW }, fault) => {
    expect(offerFault(given, { from, to }, now)).toBe(fault);
  });

  const answers: readonly [string, Partial<Answer>, string | undefined][] = [
    ['is good', {}, undefined],
    ['to another offer is not', { inReplyTo: 'x' }, 'session-mismatch'],
    ['of another session is not', { sessionId: 'x' }, 'session-mismatch'],
    ['of another is not', { senderNpub: 'three' }, 'identity-mismatch'],
    ['that is old is not', { issuedAt: NOW - 200_000 }, 'expired'],
    ['that accepts without an address is not', { reflexive: undefined }, 'missing-addresses'],
    ['that refuses without a reason is not', { accepted: false }, 'missing-rejection-reason'],
    ['that refuses is good', { accepted: false, reason: 'no' }, undefined],
  ];
  it.each(answers)('an answer %s', (_, changes, fault) => {
    expect(answerFault({ ...answer, ...changes }, offer, { from: 'two', to: 'one' }, NOW + 300)).toBe(fault);
  });

  it('tell by how much the clocks differ', () => {
    // Its clock is ten seconds ahead, and each way takes 50 ms.
    const ahead = { ...answer, offerReceivedAt: NOW + 10_050, issuedAt: NOW + 10_060 };
    expect([skewOf(offer, ahead, NOW + 110), skewOf(offer, { ...ahead, offerReceivedAt: undefined }, NOW)]).toEqual([
      10_000,
      undefined,
    ]);
  });
});

describe('where is sent to', () => {
  const [home, other] = [at('192.168.1.5'), at('192.168.1.9')];
  const cases: readonly [string, Observed, Observed, readonly Endpoint[] | undefined, number?][] = [
    ['to where it is seen', seen(at('8.8.8.8')), seen(at('9.9.9.9')), [at('9.9.9.9')]],
    [
      'to its address in the network of both first',
      seen(at('8.8.8.8'), home),
      seen(at('8.8.8.8', 7), other),
      [other, at('8.8.8.8', 7)],
      1,
    ],
    [
      'not to an address in another network of ours',
      seen(at('8.8.8.8'), home),
      seen(at('9.9.9.9'), at('192.168.2.9')),
      [at('9.9.9.9')],
    ],
    ['not to a private one where we have none', seen(at('8.8.8.8')), seen(undefined, other), undefined],
    ['not to one inside that it claims to be seen at', seen(at('8.8.8.8')), seen(at('127.0.0.1')), undefined],
    ['not to a router either', seen(at('8.8.8.8'), home), seen(at('192.168.1.1')), undefined],
    ['once to each', seen(at('8.8.8.8')), seen(at('9.9.9.9'), at('9.9.9.9')), [at('9.9.9.9')]],
  ];
  it.each(cases)('is %s', (_, ours, theirs, targets, local = 0) => {
    expect(planPunch('s', ours, theirs, isPublicAddress)).toEqual(targets && { sessionId: 's', targets, local });
  });

  it('is no more than the bound', () => {
    const many = Array.from({ length: 8 }, (_, nth) => at(`9.9.9.${nth + 1}`));
    expect(planPunch('s', seen(at('8.8.8.8')), seen(undefined, ...many), isPublicAddress)?.targets).toHaveLength(
      DISCOVERY.targets,
    );
  });
});

describe('punching', () => {
  it('has the bytes of the official nodes', () => {
    expect(sessionHash('session-1').toString('hex')).toBe('84097828fc31a8c8d29210df48901a85');
    const probe = encodePunch({ kind: 'probe', sequence: 7, session: sessionHash('session-1') });
    expect(probe.toString('hex')).toBe('4e5054430000000784097828fc31a8c8d29210df48901a85');
    expect(ackTo(probe, sessionHash('session-1'))?.toString('hex')).toBe(
      '4e5054410000000784097828fc31a8c8d29210df48901a85',
    );
    expect([ackTo(probe, sessionHash('another')), ackTo(Buffer.alloc(24), sessionHash('session-1'))]).toEqual([
      undefined,
      undefined,
    ]);
    fc.assert(
      fc.property(
        fc.constantFrom<'probe' | 'ack'>('probe', 'ack'),
        fc.nat(0xffff_ffff),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        (kind, sequence, hash) => {
          const session = Buffer.from(hash);
          expect(decodePunch(encodePunch({ kind, sequence, session }))).toEqual({ kind, sequence, session });
        },
      ),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void decodePunch(Buffer.from(bytes))));
  });

  /** What is sent in the whole time, by the second and where to. */
  function run(plan: PunchPlan) {
    const machine = new Punch(plan, 0);
    const sent: { readonly at: number; readonly to: string }[] = [];
    let now = 0;
    for (let due = machine.dueAt(now); due !== undefined; due = machine.dueAt(now)) {
      now = Math.max(due, now + 1);
      for (const { to } of machine.turn(now)) sent.push({ at: now, to: to.address });
    }
    return { sent, end: now };
  }

  it('begins after two seconds, sends five times a second and ends after ten', () => {
    const { sent, end } = run({ sessionId: 's', targets: [at('9.9.9.9')], local: 0 });
    expect([sent.length, sent[0]?.at, sent[1]?.at, end]).toEqual([50, 2000, 2200, 12_000]);
  });

  it('sends to the network of both alone at first, and never more than fifty to each', () => {
    const { sent } = run({ sessionId: 's', targets: [at('192.168.1.9'), at('9.9.9.9')], local: 1 });
    const first = (address: string) => sent.find(({ to }) => to === address)?.at;
    const count = (address: string) => sent.filter(({ to }) => to === address).length;
    expect([first('192.168.1.9'), first('9.9.9.9')]).toEqual([2000, 3000]);
    expect([count('192.168.1.9'), count('9.9.9.9')]).toEqual([50, 45]);
  });

  const machine = () => new Punch({ sessionId: 's', targets: [at('9.9.9.9')], local: 0 }, 0);
  const session = sessionHash('s');

  it('answers a probe and takes where it came from, whatever was said', () => {
    const probe = encodePunch({ kind: 'probe', sequence: 3, session });
    const heard = machine().receive(probe, at('7.7.7.7', 1));
    expect(heard).toEqual({
      reply: encodePunch({ kind: 'ack', sequence: 3, session }),
      through: { remote: at('7.7.7.7', 1), frame: undefined },
    });
  });

  it('takes an answer, and answers none', () => {
    const ack = encodePunch({ kind: 'ack', sequence: 3, session });
    expect(machine().receive(ack, at('9.9.9.9', 1))).toMatchObject({
      reply: undefined,
      through: { remote: at('9.9.9.9', 1) },
    });
  });

  it('takes a first message in place of an answer that was lost, from where one may come', () => {
    const frame = encodeMessage1({ sender: 1, noise: Buffer.alloc(106) });
    expect(machine().receive(frame, at('9.9.9.9', 1))?.through).toEqual({ remote: at('9.9.9.9', 1), frame });
    expect(machine().receive(frame, at('7.7.7.7'))).toBeUndefined();
  });

  it('hears nothing else', () => {
    const others = [
      encodePunch({ kind: 'probe', sequence: 0, session: sessionHash('other') }),
      Buffer.from('NPTC'),
      Buffer.alloc(114),
    ];
    expect(others.map((bytes) => machine().receive(bytes, at('9.9.9.9')))).toEqual([undefined, undefined, undefined]);
  });
});
