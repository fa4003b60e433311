// Machines sold over HTTP, as a program without Nostr buys them: the listener, the service and everything behind them are the real ones.
import { request } from 'node:http';
import { PaymentRequest } from '@cashu/cashu-ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { silentLogger } from '../../src-main/base/logger.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { InboundMemory } from '../../src-main/inbound/memory.ts';
import { HttpListener, type Wanted } from '../../src-main/networks/paygress/http/listener.ts';
import { HttpService } from '../../src-main/networks/paygress/http/service.ts';
import { tokenDigest } from '../../src-main/networks/paygress/requests/spawn.ts';
import type { PracticeMint } from '../../src-main/practice/mint/mint.ts';
import { testSigner } from '../support/nostr.ts';
import {
  letterTo,
  newLife,
  openProvider,
  type Provider,
  type ProviderLife,
  SPEC,
  spawnOf,
} from '../support/paygress.ts';
import { until } from '../support/wait.ts';
import { fund, practiceMint, spendable, type TestWallet, testWallet } from '../support/wallet.ts';

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

interface Scene {
  readonly life: ProviderLife;
  readonly provider: Provider;
  readonly payer: TestWallet;
  readonly mint: PracticeMint;
  readonly listener: HttpListener;
  readonly url: string;
  wanted: Wanted | undefined;
  token(amount: number): Promise<string>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Told>;
}

async function scene(more: Partial<ProviderLife> = {}): Promise<Scene> {
  const mint = await practiceMint();
  const life = { ...newLife(), ...more };
  const provider = await openProvider(life);
  await provider.own.wallet.trust(mint.url);
  await provider.start();
  const payer = await testWallet();
  await fund(payer, mint, 1000);
  const { shop } = provider;
  // Time stands still for how often one may ask, so that no computer is too slow for it.
  const now = systemClock.now();
  const clock = { ...systemClock, now: () => now };
  const own = { clock, random: systemRandom, logger: silentLogger };
  const service = new HttpService({
    ...own,
    store: shop.store,
    ask: (letter, asked) => shop.ask(letter, asked),
    passwordOf: (lease) => shop.leases.passwordOf(lease),
    digest: tokenDigest,
    specs: () => [SPEC],
    mints: () => [mint.url],
    name: () => 'amber-birch-crane',
    location: () => '',
    leastSeconds: () => 60,
    internet: () => true,
    secret: () => provider.signer.lockKey()!,
  });
  const at: { wanted: Wanted | undefined } = { wanted: { bind: '127.0.0.1', port: 0 } };
  const memory = new InboundMemory();
  const listener = new HttpListener({ ...own, memory, service, wanted: () => at.wanted, changed: () => undefined });
  onTestFinished(() => listener.stop());
  listener.look();
  const address = await until('the listener', () => listener.address);
  const url = `http://${address}`;
  const scene: Scene = {
    life,
    provider,
    payer,
    mint,
    listener,
    url,
    get wanted() {
      return at.wanted;
    },
    set wanted(wanted) {
      at.wanted = wanted;
    },
    async token(amount) {
      return payer.wallet.tokenOf((await payer.wallet.send(amount)).id)!;
    },
    async post(path, body, headers = {}) {
      const answer = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return {
        status: answer.status,
        headers: answer.headers,
        body: (await answer.json()) as Record<string, unknown>,
      };
    },
  };
  return scene;
}

const cashu = (token: string) => ({ authorization: `Cashu ${token}` });
const SANDBOX = { template_slug: 'sandbox', ssh_password: 'AsecretWord12' };

describe('over HTTP', () => {
  it('a provider says how it is and what it sells', async () => {
    const { url, mint } = await scene();
    const health = await fetch(`${url}/health`);
    expect(await health.json()).toMatchObject({ status: 'healthy', service: 'paygress-provider' });
    expect(await (await fetch(`${url}/offers`)).json()).toEqual({
      provider_name: 'amber-birch-crane',
      location: null,
      specs: [
        {
          id: 'basic',
          name: 'Basic',
          description: 'One core',
          cpu_millicores: 1000,
          memory_mb: 1024,
          rate_msats_per_sec: 1000,
        },
      ],
      whitelisted_mints: [mint.url],
      minimum_duration_seconds: 60,
      internet: true,
      payment_info: { accepted_tokens: ['cashu'], header_format: expect.any(String) },
    });
  });

  it('a spawn without a token is told what to pay, and where (NUT-24)', async () => {
    const { post, mint } = await scene();
    const answer = await post('/pods/spawn', { pod_spec_id: 'basic' });
    expect([answer.status, answer.body.error]).toEqual([402, 'payment_required']);
    const wanted = PaymentRequest.fromEncodedRequest(answer.headers.get('x-cashu')!);
    expect([wanted.amount?.toNumber(), wanted.unit, wanted.mints]).toEqual([60, 'sat', [mint.url]]);
  });

  it.each([
    ['Authorization', (token: string) => [{}, cashu(token)] as const],
    ['X-Cashu', (token: string) => [{}, { 'x-cashu': token }] as const],
    ['the body', (token: string) => [{ cashu_token: token }, {}] as const],
  ])('a token in %s becomes a machine, once, and the same token again the same answer', async (_where, put) => {
    const { post, token, provider, life } = await scene();
    const [member, headers] = put(await token(60));
    const body = { ...SANDBOX, ...member };
    const answer = await post('/pods/spawn', body, headers);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        success: true,
        pod_id: expect.stringMatching(/^container-1-[\w-]{22}$/),
        ssh_host: 'box.example.org',
        ssh_port: 31_000,
        username: 'root',
        password: 'AsecretWord12',
        duration_seconds: 60,
        spec_name: 'Basic',
        cpu_millicores: 1000,
        memory_mb: 1024,
        template_ports: [{ host_port: 31_001, container_port: 8080 }],
      },
    });
    expect([life.boxes.boxes.size, spendable(provider.own)]).toEqual([1, 60]);
    expect(await post('/pods/spawn', body, headers)).toMatchObject({ status: 200, body: answer.body });
    expect([life.boxes.boxes.size, spendable(provider.own)]).toEqual([1, 60]);
    // Nothing of it was said at relays.
    expect(life.db.prepare('SELECT count(*) FROM nostr_outbox').pluck().get()).toBe(0);
  });

  it('two at once with one token are one machine', async () => {
    const { post, token, life } = await scene();
    const headers = cashu(await token(60));
    const answers = await Promise.all([1, 2, 3].map(() => post('/pods/spawn', SANDBOX, headers)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.pod_id)).size).toBe(1);
    expect(life.boxes.boxes.size).toBe(1);
  });

  it('a machine is topped up by whoever knows its name, and nobody else finds it', async () => {
    const { post, token, provider, payer } = await scene();
    const { body } = await post('/pods/spawn', SANDBOX, cashu(await token(60)));
    const before = provider.shop.store.lease(1)!.paidUntil;
    const second = await token(30);
    const stranger = await post('/pods/topup', { pod_npub: 'container-1', cashu_token: second });
    const guess = await post('/pods/topup', { pod_npub: `container-1-${'A'.repeat(22)}`, cashu_token: second });
    const none = await post('/pods/topup', { pod_npub: `container-7-${'A'.repeat(22)}`, cashu_token: second });
    for (const answer of [stranger, guess, none]) expect([answer.status, answer.body]).toEqual([404, stranger.body]);
    const answer = await post('/pods/topup', { pod_npub: body.pod_id }, cashu(second));
    expect(answer).toMatchObject({
      status: 200,
      body: { success: true, pod_npub: body.pod_id, extended_duration_seconds: 30 },
    });
    expect(provider.shop.store.lease(1)!.paidUntil - before).toBe(30_000);
    expect(await post('/pods/topup', { pod_npub: body.pod_id }, cashu(second))).toMatchObject({ body: answer.body });
    expect(spendable(payer) + spendable(provider.own)).toBe(1000);
  });

  it('a customer who names a key owns the machine by letters, too', async () => {
    const { post, token, provider } = await scene();
    const me = await testSigner();
    const { body } = await post('/pods/spawn', { ...SANDBOX, requester_npub: me.npub }, cashu(await token(60)));
    expect(body.success).toBe(true);
    provider.hand(letterTo(me, provider, { pod_id: 'container-1' }));
    const [status] = await until('the status', () => {
      const replies = provider.repliesTo(me);
      return replies.length > 0 ? replies : undefined;
    });
    expect(status).toMatchObject({ pod_id: '1', status: 'Running' });
  });

  it('a machine that was bought by letter is not found over HTTP', async () => {
    const { post, token, provider } = await scene();
    const me = await testSigner();
    provider.hand(letterTo(me, provider, spawnOf(await token(60))));
    await until('the machine', () => provider.repliesTo(me)[0]);
    expect(await post('/pods/topup', { pod_npub: 'container-1' }, cashu(await token(30)))).toMatchObject({
      status: 404,
      body: { error: 'not_found' },
    });
  });

  it('refusals cost nothing, and have the status that programs know', async () => {
    const { post, token, provider, payer } = await scene({ places: 0 });
    const good = await token(60);
    const answers = [
      await post('/pods/spawn', SANDBOX, cashu('cashuBnonsense')),
      await post('/pods/spawn', SANDBOX, cashu(await token(5))),
      await post('/pods/spawn', { ...SANDBOX, pod_spec_id: 'none' }, cashu(good)),
      await post('/pods/spawn', {}, cashu(good)),
      await post('/pods/spawn', SANDBOX, cashu(good)),
      await post('/pods/spawn', '[1', {}),
      await post('/pods/spawn', { template_slug: 7 }, {}),
    ];
    expect(answers.map(({ status, body }) => [status, body.error])).toEqual([
      [400, 'invalid_token'],
      [402, 'insufficient_payment'],
      [400, 'invalid_spec'],
      [400, 'invalid_image'],
      [503, 'no_capacity'],
      [400, 'invalid_request'],
      [400, 'invalid_request'],
    ]);
    expect(spendable(provider.own)).toBe(0);
    expect(await payer.wallet.receive(good)).toMatchObject({ state: 'done' });
  });

  it('what can’t be kept is given back to whoever asks again with the same token', async () => {
    const at = await scene();
    at.life.boxes.before = (call) => {
      if (call === 'start') throw new Error('it does not start');
    };
    const headers = cashu(await at.token(60));
    const refunded = await until('the refund', async () => {
      const { status, body } = await at.post('/pods/spawn', SANDBOX, headers);
      expect([status, body.error]).toEqual([500, 'backend_error']);
      return /cashu[AB][\w-]+/.exec(JSON.stringify(body))?.[0];
    });
    await at.payer.wallet.receive(refunded);
    expect(spendable(at.payer)).toBe(1000);
  });

  it('callers behind a proxy are told apart by what it says of them', async () => {
    const { url } = await scene();
    const ask = (forwarded: string) =>
      new Promise<number>((resolve, reject) => {
        const headers = { 'content-type': 'application/json', 'x-forwarded-for': forwarded };
        const asking = request(`${url}/pods/spawn`, { method: 'POST', headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode!);
        });
        asking.on('error', reject);
        asking.end('{}');
      });
    const many = [];
    for (let n = 0; n < 25; n += 1) many.push(await ask(`198.51.100.${n}, 203.0.113.9`));
    expect(many.slice(0, 20).every((status) => status === 402)).toBe(true);
    expect(many.at(-1)).toBe(429);
    expect(await ask('203.0.113.10')).toBe(402);
  });

  it('the listener follows its settings, and says when its port is taken', async () => {
    const at = await scene();
    const other = await scene();
    const port = Number(new URL(other.url).port);
    at.wanted = { bind: '127.0.0.1', port };
    at.listener.look();
    expect(await until('the problem', () => at.listener.problem)).toMatchObject({ code: 'paygress.http-taken' });
    expect(at.listener.address).toBeUndefined();
    await other.listener.stop();
    at.wanted = undefined;
    at.listener.look();
    await until('its end', () => at.listener.problem === undefined);
    at.wanted = { bind: '127.0.0.1', port };
    at.listener.look();
    expect(await until('the listener', () => at.listener.address)).toBe(`127.0.0.1:${port}`);
  });
});
