// Requests and answers of Paygress: as the official command line writes and reads them, and as strangers make them up.
import {
  Keys,
  loadWasmSync,
  NostrSigner,
  nip04Decrypt,
  nip04Encrypt,
  PublicKey,
  Event as RustEvent,
  UnwrappedGift,
} from '@rust-nostr/nostr-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { accessDetails, slotDetails } from '../../../../src-main/networks/paygress/wire/access.ts';
import { WIRE } from '../../../../src-main/networks/paygress/wire/bounds.ts';
import { readPromotion, readRevocation } from '../../../../src-main/networks/paygress/wire/handover.ts';
import { readHeartbeat } from '../../../../src-main/networks/paygress/wire/heartbeat.ts';
import { answerTo } from '../../../../src-main/networks/paygress/wire/letter.ts';
import { readOffer } from '../../../../src-main/networks/paygress/wire/offer.ts';
import { containerId, readPodId, unnamedWorkload } from '../../../../src-main/networks/paygress/wire/pod-id.ts';
import {
  AccessDetails,
  ERROR_TYPES,
  ErrorReply,
  type ErrorType,
  StatusReply,
  TopUpReply,
  writeReply,
} from '../../../../src-main/networks/paygress/wire/reply.ts';
import { readRequest } from '../../../../src-main/networks/paygress/wire/request.ts';
import {
  DEFAULT_RESTART_POLICY,
  RestartPolicy,
  volumeKey,
} from '../../../../src-main/networks/paygress/wire/workload.ts';
import { type Letter, oldLetter, openLetter } from '../../../../src-main/nostr/envelope.ts';
import type { NostrEvent } from '../../../../src-main/nostr/event.ts';
import { testSigner } from '../../../support/nostr.ts';
import { workloads } from '../../../support/paygress-messages.ts';
import messages from '../../../vectors/paygress/messages.json' with { type: 'json' };

loadWasmSync();
const TEXTS = process.env.HEARTH_SOAK === '1' ? 1_000_000 : 5000;
const NOON = Date.UTC(2026, 8, 21, 12);
const SPEC = {
  id: 'basic',
  name: 'Basic',
  description: '1 vCPU',
  cpu_millicores: 1000,
  memory_mb: 1024,
  rate_msats_per_sec: 50,
};
const spawn = { cashu_token: '', pod_image: '', ssh_username: '', ssh_password: '' };

describe('a request', () => {
  it.each(messages.requests)('is read: $says', ({ text, reads }) => {
    expect(readRequest(text)).toEqual(reads);
  });

  it.each([
    ['cashu_token', { ...spawn, cashu_token: 'x'.repeat(WIRE.token + 1) }, 'cashu_token'],
    ['pod_image', { ...spawn, pod_image: 'x'.repeat(WIRE.image + 1) }, 'pod_image'],
    ['ssh_password', { ...spawn, ssh_password: 'x'.repeat(WIRE.name + 1) }, 'ssh_password'],
    ['template_slug', { ...spawn, template_slug: 'x'.repeat(WIRE.id + 1) }, 'template_slug'],
    ['workload_id', { ...spawn, workload_id: 'x'.repeat(WIRE.id + 1) }, 'workload_id'],
    [
      'standbys',
      {
        ...spawn,
        replication: {
          mode: 'warm-standby',
          standby_providers: Array.from({ length: WIRE.standbys + 1 }, (_, n) => String(n).padStart(64, '0')),
        },
      },
      'replication',
    ],
  ])('is refused with its member where that is too long: %s', (_name, request, member) => {
    expect(readRequest(JSON.stringify(request))).toEqual({ what: 'malformed', meant: 'spawn', member });
  });

  it('is nothing where it is longer, deeper or more than any of them', () => {
    const values = { ...spawn, x: Array.from({ length: WIRE.values }, () => 1) };
    const depth = `{"pod_id":"1","x":${'['.repeat(WIRE.depth)}${']'.repeat(WIRE.depth)}}`;
    const message = JSON.stringify({ pod_id: '1', x: 'x'.repeat(WIRE.message) });
    for (const text of [JSON.stringify(values), depth, message]) expect(readRequest(text)).toEqual({ what: 'unknown' });
    expect(readRequest('{"pod_id":"1","x":[[[[[1]]]]]}').what).toBe('status');
  });

  it('that is made up or changed throws nothing, in no reader', async () => {
    const signer = await testSigner();
    const texts = [...messages.requests.map(({ text }) => text), JSON.stringify(messages.replies.access)];
    const changed = fc
      .tuple(fc.constantFrom(...texts), fc.array(fc.tuple(fc.nat(), fc.string({ maxLength: 3 })), { maxLength: 4 }))
      .map(([text, changes]) =>
        changes.reduce(
          (now, [at, by]) => now.slice(0, at % (now.length + 1)) + by + now.slice((at % (now.length + 1)) + 1),
          text,
        ),
      );
    let looked = 0;
    fc.assert(
      fc.property(
        fc.oneof(changed, fc.json(), fc.string()),
        fc.constantFrom(38_383, 38_384, 38_385, 38_386),
        (content, kind) => {
          const event: NostrEvent = {
            id: '',
            pubkey: signer.publicKey!,
            created_at: 0,
            kind,
            tags: [],
            content,
            sig: '',
          };
          readRequest(content);
          for (const read of [readOffer, readHeartbeat, readRevocation, readPromotion]) read(event);
          readPodId(content);
          looked += 1;
        },
      ),
      { numRuns: TEXTS },
    );
    expect(looked).toBe(TEXTS);
  });
});

describe('what was bought', () => {
  it.each(messages.podIds)('is known as $text', ({ text, reads }) => {
    expect(readPodId(text) ?? null).toEqual(reads);
  });

  it('is known by the names that we give it', () => {
    expect(readPodId(containerId(7))).toEqual({ by: 'number', number: 7 });
    expect(readPodId(unnamedWorkload(7))).toEqual({ by: 'workload', workload: 'vmid-7' });
  });

  it('is known by the name that its customer gave it, whatever that is', () => {
    fc.assert(
      fc.property(workloads, (workload) => {
        expect(readPodId(`standby-slot-${workload}`)).toEqual(
          workload.length <= WIRE.id ? { by: 'slot', workload } : undefined,
        );
      }),
    );
  });

  it.each(messages.volumes)('has a sealed volume only where all of it is as asked: $asked', ({ asked, key }) => {
    const found = volumeKey(asked);
    expect(found ? Buffer.from(found).toString('hex') : null).toBe(key);
  });

  it('is started again three times at first', () => {
    expect(RestartPolicy.parse(JSON.parse('{"policy":"on-failure","max_attempts":3}'))).toEqual(DEFAULT_RESTART_POLICY);
  });
});

describe('an answer', () => {
  const box = {
    number: 1000,
    spec: SPEC,
    expiresAt: NOON + 7_200_000,
    host: '2001:db8::1',
    sshPort: 31_000,
    password: 'abcdEFGH1234',
    internet: true,
    ports: [{ host: 31_001, box: 7777, label: 'relay-ws' }],
  };

  it('tells programs and people how to get in', () => {
    const details = accessDetails(box);
    expect(JSON.parse(writeReply(details))).toEqual(messages.replies.access);
    expect(AccessDetails.parse(details)).toEqual(details);
  });

  it('has no more lines than any customer reads', () => {
    const details = accessDetails(box);
    const lines = (length: number) => ({ ...details, instructions: Array.from({ length }, () => 'x') });
    expect(AccessDetails.safeParse(lines(WIRE.lines)).success).toBe(true);
    expect(AccessDetails.safeParse(lines(WIRE.lines + 1)).success).toBe(false);
  });

  it('leaves out what is not there', () => {
    const details = accessDetails({ ...box, host: '', sshPort: undefined, password: undefined, ports: [] });
    expect(Object.keys(JSON.parse(writeReply(details)))).not.toContain('host_address');
    expect(Object.keys(JSON.parse(writeReply(details)))).not.toContain('template_ports');
    expect(details.node_port).toBe(0);
    expect(details.instructions.join('\n')).not.toMatch(/ssh|Password/);
  });

  it('says where it reaches nothing', () => {
    const details = accessDetails({ ...box, internet: false });
    expect(details.instructions.at(-1)).toBe('It answers at its ports, and can’t connect to the Internet.');
    expect(AccessDetails.parse(details)).toEqual(details);
  });

  it('tells of a place that is kept', () => {
    expect(JSON.parse(writeReply(slotDetails('w-1', SPEC, NOON + 7_200_000)))).toEqual(messages.replies.slot);
  });

  it('has null for details that there are none of', () => {
    expect(writeReply({ error_type: 'no_specs', message: 'x', details: null })).toBe(
      '{"error_type":"no_specs","message":"x","details":null}',
    );
  });

  it('has room for a refund in an error, and for every state', () => {
    const ours: readonly ErrorType[] = ['no_capacity', 'request_expired', 'rate_limited'];
    expect(ERROR_TYPES).toEqual(expect.arrayContaining([...ours]));
    for (const error_type of ERROR_TYPES) {
      expect(ErrorReply.safeParse({ error_type, message: 'x', details: `cashuB${'x'.repeat(60_000)}` }).success).toBe(
        true,
      );
    }
    const status = {
      pod_id: '1000',
      expires_at: '2026-09-21T14:00:00.000Z',
      time_remaining_seconds: 60,
      cpu_millicores: 1000,
      memory_mb: 1024,
      ssh_host: '',
      ssh_port: 0,
      ssh_username: 'root',
    };
    for (const state of ['Running', 'Starting', 'Failed', 'Expired']) {
      expect(StatusReply.safeParse({ ...status, status: state }).success).toBe(true);
    }
    const topUp = { success: true, pod_npub: 'w', extended_duration_seconds: 1, message: '' };
    expect(TopUpReply.safeParse({ ...topUp, new_expires_at: '2026-09-21T14:00:00+00:00' }).success).toBe(true);
    expect(TopUpReply.safeParse({ ...topUp, new_expires_at: 'tomorrow' }).success).toBe(false);
  });
});

describe('an answer on its way', async () => {
  const ours = await testSigner();
  const customer = Keys.generate();
  const from = customer.publicKey.toHex();
  const asked = Math.floor(NOON / 1000);
  const letter = (by: Letter['by']): Letter => ({ by, from, text: '', id: '', at: asked });
  const deps = { signer: ours, random: systemRandom, now: NOON + 3000 };
  const TEXT = '{"pod_id":"é"}';

  it('by NIP-04 is seen by who asked, and by nothing that the same customer asks six seconds later', () => {
    const event = answerTo(letter('nip04'), TEXT, deps);
    expect(event.tags).toEqual([
      ['p', from],
      ['alt', 'Private Message'],
    ]);
    expect(nip04Decrypt(customer.secretKey, PublicKey.parse(ours.publicKey!), event.content)).toBe(TEXT);
    expect(event.created_at).toBeGreaterThanOrEqual(asked - 60);
    expect(event.created_at).toBeLessThan(asked + 6 - 60);
  });

  it('by NIP-17 has its wrap dated the same way, and is opened by a second program', async () => {
    const event = answerTo(letter('nip17'), TEXT, deps);
    expect(event.created_at).toBe(answerTo(letter('nip04'), TEXT, deps).created_at);
    const gift = await UnwrappedGift.fromGiftWrap(
      NostrSigner.keys(customer),
      RustEvent.fromJson(JSON.stringify(event)),
    );
    expect(gift.sender.toHex()).toBe(ours.publicKey);
    expect(JSON.parse(gift.rumor.asJson())).toMatchObject({ content: TEXT, created_at: asked + 3 });
  });

  it('goes to who wrote, as the signature has it', async () => {
    const content = nip04Encrypt(customer.secretKey, PublicKey.parse(ours.publicKey!), TEXT);
    const other = await testSigner();
    const request = { ...oldLetter('', ours.publicKey!, other), content, pubkey: from, created_at: asked };
    const opened = openLetter(request, ours) as Letter;
    expect(opened).toMatchObject({ by: 'nip04', from, text: TEXT });
    expect(answerTo(opened, 'x', deps).tags[0]).toEqual(['p', from]);
  });
});
