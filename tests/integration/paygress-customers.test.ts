// Customers of Paygress, each made by somebody else, and what they make of the offers, heartbeats and answers of our codecs: over the
// practice relay, and over those of other people whose addresses stand in HEARTH_NOSTR_RELAYS, with blanks between them.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Amount, getEncodedToken, getTokenMetadata } from '@cashu/cashu-ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { accessDetails, moment } from '../../src-main/networks/paygress/wire/access.ts';
import type { Reply } from '../../src-main/networks/paygress/wire/reply.ts';
import type { PrivateRequest } from '../../src-main/networks/paygress/wire/request.ts';
import { volumeKey } from '../../src-main/networks/paygress/wire/workload.ts';
import { PaygressCustomer } from '../../src-main/practice/paygress/customer.ts';
import { practiceRelay } from '../support/nostr.ts';
import { PaygressCli, paygressCliMissing, paygressCliVersion } from '../support/paygress-cli.ts';
import { SPEC, testProvider } from '../support/paygress-provider.ts';
import { rustCustomer } from '../support/paygress-rust.ts';
import { practiceMint } from '../support/wallet.ts';

const real = (process.env.HEARTH_NOSTR_RELAYS ?? '').split(' ').filter((url) => url !== '');
if (real.length > 0) console.info(`relays of other people: ${real.join(', ')}`);
else console.warn('SKIPPED: no relay of other people was tried: HEARTH_NOSTR_RELAYS names none');

const EXPIRES = Date.UTC(2026, 8, 21, 12);
function answer(request: PrivateRequest): Reply {
  if (request.what === 'spawn') {
    const ports = [{ host: 31_001, box: 7777, label: 'relay-ws' }];
    const box = {
      number: 1000,
      spec: SPEC,
      expiresAt: EXPIRES,
      host: '127.0.0.1',
      sshPort: 31_000,
      password: 'abc',
      internet: true,
      ports,
    };
    return accessDetails(box);
  }
  if (request.what === 'topup') {
    const { pod_npub } = request.request;
    const new_expires_at = moment(EXPIRES + 60_000);
    return { success: true, pod_npub, extended_duration_seconds: 60, new_expires_at, message: 'Extended.' };
  }
  if (request.what === 'status') {
    return {
      pod_id: '1000',
      status: 'Running',
      expires_at: moment(EXPIRES),
      time_remaining_seconds: 60,
      cpu_millicores: 1000,
      memory_mb: 1024,
      ssh_host: '127.0.0.1',
      ssh_port: 31_000,
      ssh_username: 'root',
    };
  }
  return { error_type: 'invalid_request', message: request.what, details: null };
}

/** Well formed, and worth nothing. */
const proof = () => ({
  id: '009a1f293253e41e',
  amount: Amount.from(8),
  secret: randomUUID(),
  C: `02${'ab'.repeat(32)}`,
});

async function practiceCustomer(relays: readonly string[], mint: string, waitMs = 50_000): Promise<PaygressCustomer> {
  const deps = { clock: systemClock, random: systemRandom };
  const customer = await PaygressCustomer.open(deps, { relays, mint, waitMs });
  onTestFinished(() => customer.close());
  return customer;
}

const REFUSAL: Reply = { error_type: 'insufficient_payment', message: 'It takes 3 sat.', details: 'cashuBrefund' };
const SPAWN = { cashu_token: 'cashuA', pod_image: 'x', ssh_username: 'user', ssh_password: 'x' };
const relays = [['the practice relay', undefined], ...real.map((url) => [url, url] as const)] as const;
if (paygressCliMissing === undefined) console.info(`the official command line: ${paygressCliVersion()}`);
else console.warn(`SKIPPED: the official command line was not tried: ${paygressCliMissing}`);

describe.each(relays)('over %s', (_name, url) => {
  const relay = async () => url ?? (await practiceRelay()).url;

  describe.each(['nip04', 'nip17'] as const)('a customer of rust-nostr by %s', (by) => {
    it('reads the offer and the heartbeat, and is answered', async () => {
      const at = [await relay()];
      const provider = await testProvider({ relays: at, answer });
      const customer = await rustCustomer(at);
      const { key } = provider;
      expect(await customer.published(key, 38_383)).toMatchObject([{ provider_npub: key, specs: [SPEC] }]);
      expect(await customer.published(key, 38_384)).toMatchObject([{ active_workloads: 0 }]);
      expect(await customer.ask(provider.npub, SPAWN, { by })).toEqual(answer({ what: 'spawn' } as PrivateRequest));
      const letter = { by, from: customer.key };
      expect(provider.asked).toMatchObject([{ letter, request: { what: 'spawn', request: SPAWN } }]);
    });

    it('gets the answer to each of its requests seven seconds apart, and not to the one before', async () => {
      const at = [await relay()];
      const provider = await testProvider({ relays: at, answer });
      const customer = await rustCustomer(at);
      const ask = (request: unknown, laterS: number) => customer.ask(provider.key, request, { by, laterS });
      expect(await ask(SPAWN, 0)).toMatchObject({ pod_npub: 'container-1000' });
      expect(await ask({ pod_id: 'container-1000' }, 7)).toMatchObject({ status: 'Running' });
      const topUp = { pod_npub: 'container-1000', cashu_token: 'cashuA' };
      expect(await ask(topUp, 14)).toMatchObject({ extended_duration_seconds: 60 });
      expect(await ask({ chat: 'hello' }, 21)).toMatchObject({ error_type: 'invalid_request' });
    });
  });

  describe('the practice customer', () => {
    it.each(['nip04', 'nip17'] as const)('rents, asks and tops up by %s', async (by) => {
      const at = [await relay()];
      const { url: mint } = await practiceMint({ paysItself: true });
      const provider = await testProvider({ relays: at, answer, offer: { whitelisted_mints: [mint] } });
      const customer = await practiceCustomer(at, mint);
      await customer.purse.fill(100);
      const seen = (await customer.providers()).find(({ key }) => key === provider.key);
      expect(seen).toMatchObject({
        name: 'calm-test-otter',
        specs: [{ id: 'basic', msatsPerSecond: 50 }],
        freeCpu: 2000,
      });
      const paid = await customer.spawn(provider.key, 8, { spec: 'basic', template: 'nostr-relay' }, by);
      expect(paid.answer).toMatchObject({ is: 'access', pod: 'container-1000', sshPort: 31_000, expiresAt: EXPIRES });
      expect(getTokenMetadata(paid.token).amount.toNumber()).toBe(8);
      expect(customer.purse.sats).toBe(92);
      expect(provider.asked[0]?.request).toMatchObject({
        what: 'spawn',
        request: { cashu_token: paid.token, pod_spec_id: 'basic', template_slug: 'nostr-relay' },
      });
    });

    it.each([
      ['asks how it stands', 'status', { is: 'status', status: 'Running', seconds: 60 }],
      ['tops up', 'topup', { is: 'topup', pod: 'container-7', seconds: 60 }],
    ] as const)('%s', async (_says, what, expected) => {
      const at = [await relay()];
      const { url: mint } = await practiceMint({ paysItself: true });
      const provider = await testProvider({ relays: at, answer });
      const customer = await practiceCustomer(at, mint);
      await customer.purse.fill(10);
      const got =
        what === 'status'
          ? await customer.status(provider.key, 'container-7')
          : (await customer.topUp(provider.key, 'container-7', 4)).answer;
      expect(got).toMatchObject(expected);
      expect(provider.asked).toMatchObject([{ request: { what } }]);
    });
  });

  it('the practice customer claims what an error gives back, and takes its own token back where none is', async () => {
    const at = [await relay()];
    const { url: mint } = await practiceMint({ paysItself: true });
    const other = await practiceCustomer(at, mint);
    await other.purse.fill(5);
    const refund = await other.purse.take(5);
    const details = `Here it is back: ${refund}`;
    const refuses = await testProvider({ relays: at, answer: () => ({ ...REFUSAL, details }) });
    const silent = await testProvider({ relays: at, answer: () => undefined });
    const customer = await practiceCustomer(at, mint, 300);
    await customer.purse.fill(20);
    const unheard = await customer.spawn(silent.key, 8);
    expect(unheard.answer).toEqual({ is: 'silence' });
    expect(await customer.claim(unheard)).toBe(8);
    expect(customer.purse.sats).toBe(20);
    const patient = await practiceCustomer(at, mint);
    await patient.purse.fill(20);
    const refused = await patient.spawn(refuses.key, 8);
    expect(refused.answer).toMatchObject({ is: 'error', type: 'insufficient_payment', refund });
    expect(await patient.claim(refused)).toBe(5);
    expect(patient.purse.sats).toBe(17);
    await expect(patient.claim(refused)).rejects.toThrow();
  });
});

describe('the official command line', () => {
  const token = { mint: 'https://mint.example', unit: 'sat', proofs: [proof()] };

  it('lists the provider, and spawns by hex, npub and name', async ({ skip }) => {
    skip(paygressCliMissing !== undefined, paygressCliMissing);
    const at = [real[0] ?? (await practiceRelay()).url];
    const hostname = `calm-${randomUUID().slice(0, 8)}-otter`;
    const provider = await testProvider({ relays: at, answer, offer: { hostname, whitelisted_mints: [token.mint] } });
    const cli = await PaygressCli.start(at);
    expect((await cli.list()).out).toContain(hostname.slice(0, 16));
    const info = await cli.info(provider.key);
    expect(info.out).toContain('Basic (basic) - 50 msat/sec');
    expect(info.said('Status')).toContain('Online');
    for (const name of [provider.key, provider.npub, hostname]) {
      const spawned = await cli.spawn(name, getEncodedToken(token), '--tier', 'basic');
      expect(spawned.said('Pod ID'), spawned.out).toBe('container-1000');
      expect(spawned.out).toContain('relay-ws (tcp) → tcp://127.0.0.1:31001');
    }
    expect(provider.asked.map(({ request }) => request.what)).toEqual(['spawn', 'spawn', 'spawn']);
  }, 300_000);

  it('gets the answer to each command, seven seconds apart', async ({ skip }) => {
    skip(paygressCliMissing !== undefined, paygressCliMissing);
    const at = [real[0] ?? (await practiceRelay()).url];
    const provider = await testProvider({ relays: at, answer, offer: { whitelisted_mints: [token.mint] } });
    const cli = await PaygressCli.start(at);
    expect((await cli.spawn(provider.key, getEncodedToken(token))).said('Pod ID')).toBe('container-1000');
    expect((await cli.status(provider.key, 'container-1000')).said('Status')).toBe('Running');
    const topUp = await cli.topUp(provider.key, 'container-1000', getEncodedToken(token));
    expect(topUp.said('Added'), topUp.out).toBe('+60s');
    const deployed = await cli.deploy('agent-sandbox', provider.key, getEncodedToken(token));
    expect(deployed.said('Pod ID'), deployed.out).toBe('container-1000');
    const { request } = provider.asked.at(-1) as { request: Extract<PrivateRequest, { what: 'spawn' }> };
    expect(request.request.template_slug).toBe('agent-sandbox');
    expect(volumeKey(request.request.volume_encryption!)).toHaveLength(32);
  }, 300_000);

  it('shows an error with its refund', async ({ skip }) => {
    skip(paygressCliMissing !== undefined, paygressCliMissing);
    const at = [real[0] ?? (await practiceRelay()).url];
    const provider = await testProvider({
      relays: at,
      answer: () => REFUSAL,
      offer: { whitelisted_mints: [token.mint] },
    });
    const cli = await PaygressCli.start(at);
    const spawned = await cli.spawn(provider.key, getEncodedToken(token));
    const toppedUp = await cli.topUp(provider.key, 'container-1000', getEncodedToken(token));
    for (const refused of [spawned, toppedUp]) {
      expect(refused.said('Type'), refused.out).toBe('insufficient_payment');
      expect(refused.said('Message')).toBe('It takes 3 sat.');
      expect(refused.said('Details')).toBe('cashuBrefund');
    }
    // It knows no errors of this one, and shows what came.
    expect((await cli.status(provider.key, 'container-1000')).out).toContain('insufficient_payment');
  }, 300_000);
});

describe('the practice customer as a process of its own', () => {
  it('obeys lines of JSON', async () => {
    const { url: mint } = await practiceMint({ paysItself: true });
    const { url } = await practiceRelay();
    const provider = await testProvider({ relays: [url], answer });
    const main = resolve(import.meta.dirname, '../../src-main/practice/paygress/main.ts');
    const child = spawn(process.execPath, [main, '--relay', url, '--mint', mint], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value ?? '') as Record<string, unknown>;
    const say = (line: unknown) => {
      child.stdin.write(`${JSON.stringify(line)}\n`);
      return next();
    };
    expect(await next()).toEqual({ key: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await say({ fill: 20 })).toEqual({ sats: 20 });
    expect(await say({ offers: true })).toMatchObject({ offers: [{ key: provider.key }] });
    const spawned = await say({ spawn: { provider: provider.key, sats: 8, by: 'nip17' } });
    expect(spawned).toMatchObject({ answer: { is: 'access' }, refunded: 0, sats: 12 });
    expect(await say({ nonsense: 1 })).toMatchObject({ error: expect.stringContaining('say') });
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
