// What customers are answered: every row of the error table, and that none of it costs them anything.
import { describe, expect, it } from 'vitest';
import { VolumeLocked } from '../../src-main/backends/workloads/errors.ts';
import { ADMISSION } from '../../src-main/networks/paygress/leases/bounds.ts';
import type { Signer } from '../../src-main/nostr/signer.ts';
import type { PracticeMint } from '../../src-main/practice/mint/mint.ts';
import { encode, open, toWire } from '../../src-main/wallet/token.ts';
import { hurried } from '../support/clock.ts';
import { testSigner } from '../support/nostr.ts';
import {
  CATALOG,
  letterTo,
  newLife,
  openProvider,
  type Provider,
  type ProviderLife,
  SPEC,
  spawnOf,
} from '../support/paygress.ts';
import { until } from '../support/wait.ts';
import { faultsInBooks, fund, practiceMint, spendable, type TestWallet, testWallet } from '../support/wallet.ts';
import { lockedToken } from '../support/wallet-locked.ts';

interface Scene {
  readonly life: ProviderLife;
  readonly provider: Provider;
  readonly mint: PracticeMint;
  readonly customer: Signer;
  readonly payer: TestWallet;
  token(amount: number): Promise<string>;
  /** Asks, and answers the one reply that comes. */
  ask(
    body: object | string,
    options?: Parameters<typeof letterTo>[3],
    customer?: Signer,
  ): Promise<Record<string, unknown>>;
}

async function scene(more: Partial<ProviderLife> = {}): Promise<Scene> {
  const mint = await practiceMint();
  const life = { ...newLife(), ...more };
  const provider = await openProvider(life);
  await provider.own.wallet.trust(mint.url);
  await provider.start();
  const payer = await testWallet();
  await fund(payer, mint, 1000);
  const me = await testSigner();
  return {
    life,
    provider,
    mint,
    customer: me,
    payer,
    async token(amount) {
      return payer.wallet.tokenOf((await payer.wallet.send(amount)).id)!;
    },
    async ask(body, options, customer = me) {
      const before = provider.repliesTo(customer);
      provider.hand(letterTo(customer, provider, body, options));
      const after = await until('an answer', () => {
        const replies = provider.repliesTo(customer);
        return replies.length > before.length ? replies : undefined;
      });
      // In whatever order they come, and two may be alike.
      const known = before.map((reply) => JSON.stringify(reply));
      return after.find((reply) => {
        const at = known.indexOf(JSON.stringify(reply));
        if (at >= 0) known.splice(at, 1);
        return at < 0;
      })!;
    },
  };
}

describe('a letter', () => {
  it('unopened: is opened one at a time, with a turn for others in between', async () => {
    const { provider, customer } = await scene();
    let opened = 0;
    const { signer } = provider;
    const decrypt = signer.decryptOld.bind(signer);
    signer.decryptOld = (payload, from) => {
      opened += 1;
      return decrypt(payload, from);
    };
    const letters = Array.from({ length: 12 }, (_, n) => letterTo(customer, provider, { pod_id: `container-${n}` }));
    for (const letter of letters) provider.hand(letter);
    const byTurn = [opened];
    while (opened < letters.length) {
      await new Promise((resolve) => setImmediate(resolve));
      byTurn.push(opened);
    }
    expect(byTurn[0]).toBe(0);
    expect(byTurn.slice(1).every((count, turn) => count - byTurn[turn]! <= 1)).toBe(true);
    await until('all answers', () => provider.repliesTo(customer).length === letters.length);
  });
});

describe('a spawn', () => {
  it('becomes a machine with what was sold, and the sats are ours', async () => {
    const { ask, token, provider, life } = await scene();
    const answer = await ask(spawnOf(await token(60)));
    expect(answer).toMatchObject({
      pod_npub: 'container-1',
      node_port: 31_000,
      cpu_millicores: 1000,
      memory_mb: 1024,
      pod_spec_name: 'Basic',
      host_address: 'box.example.org',
      template_ports: [{ host_port: 31_001, container_port: 8080, protocol: 'tcp', label: 'http' }],
    });
    expect(answer.instructions).toContain('Password: AsecretWord12');
    const [box] = life.boxes.boxes.values();
    expect(box).toMatchObject({
      running: true,
      spec: { image: 'sha256:00', env: { EXEC_USER: 'root', EXEC_PASS: 'AsecretWord12' }, cpuMillicores: 1000 },
    });
    expect(spendable(provider.own)).toBe(60);
    const lease = provider.shop.store.lease(1)!;
    expect(lease.paidUntil - lease.startedAt!).toBe(60_000);
    expect(provider.work.leases()).toMatchObject([{ id: 1, paidUntil: lease.paidUntil, refund: { unit: 'sat' } }]);
  });

  it('gets none of the ports that other programs have', async () => {
    const held = new Set([31_000, 31_002]);
    const at = await scene({ isPortFree: (port) => Promise.resolve(!held.has(port)) });
    const answer = await at.ask(spawnOf(await at.token(60)));
    expect(answer).toMatchObject({ node_port: 31_001, template_ports: [{ host_port: 31_003 }] });
  });

  it('is answered by NIP-17 where it came by NIP-17', async () => {
    const { ask, token } = await scene();
    expect(await ask(spawnOf(await token(60)), { way: 'nip17' })).toMatchObject({ pod_npub: 'container-1' });
  });

  it('keeps no password and no token where anybody could read it', async () => {
    const { ask, token, provider } = await scene();
    const paid = await token(60);
    await ask(spawnOf(paid));
    const tables = provider.own.db
      .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
      .all();
    const all = JSON.stringify(tables.map(({ name }) => provider.own.db.prepare(`SELECT * FROM ${name}`).all()));
    expect(all).not.toContain('AsecretWord12');
    expect(all).not.toContain(paid.slice(20, 60));
  });

  type Row = readonly [
    type: string,
    says: string,
    body: (token: () => Promise<string>, scene: Scene) => Promise<object | string>,
  ];
  const REFUSED: readonly Row[] = [
    ['invalid_request', 'a chat', async () => 'hello, are you there?'],
    [
      'invalid_request',
      'a spawn with a spec that is no text',
      async (token) => ({ ...spawnOf(await token()), pod_spec_id: 7 }),
    ],
    [
      'not_addressed',
      'a workload of others',
      async (token) =>
        spawnOf(await token(), {
          workload_id: 'w',
          replication: { mode: 'warm-standby', standby_providers: ['a'.repeat(64)] },
        }),
    ],
    [
      'missing_workload_id',
      'a standby for nothing',
      async (token, { provider }) =>
        spawnOf(await token(), { replication: { mode: 'warm-standby', standby_providers: [provider.signer.npub!] } }),
    ],
    [
      'template_unsupported',
      'a template that is not here',
      async (token) => spawnOf(await token(), { template_slug: 'bitcoin-node' }),
    ],
    [
      'unknown_template',
      'a template that there is not',
      async (token) => spawnOf(await token(), { template_slug: '../../etc' }),
    ],
    [
      'invalid_image',
      'an image of anybody’s',
      async (token) => spawnOf(await token(), { template_slug: undefined, pod_image: 'evil/miner; rm -rf /' }),
    ],
    ['invalid_spec', 'a spec that there is not', async (token) => spawnOf(await token(), { pod_spec_id: 'huge' })],
    ['invalid_token', 'no token', async () => spawnOf('cashuAnothing')],
    ['insufficient_payment', 'too little', async (_, { token }) => spawnOf(await token(9))],
  ];

  it.each(REFUSED)('is refused with %s for %s, and the token stays whole', async (type, _says, body) => {
    const at = await scene();
    const made: string[] = [];
    const token = async () => {
      made.push(await at.token(60));
      return made.at(-1)!;
    };
    expect(await at.ask(await body(token, at))).toMatchObject({ error_type: type, details: null });
    for (const text of made) expect(await at.payer.wallet.receive(text)).toMatchObject({ state: 'done' });
    expect([at.life.boxes.boxes.size, spendable(at.provider.own), at.provider.work.running]).toEqual([0, 0, 0]);
  });

  it('is refused without a spec on offer', async () => {
    const at = await scene({ catalog: { ...CATALOG, specs: () => [] } });
    expect(await at.ask(spawnOf(await at.token(60)))).toMatchObject({ error_type: 'no_specs' });
  });

  it('is refused for an encrypted volume, where its template keeps something', async () => {
    const sealed = {
      ...CATALOG,
      template: () => ({ recipe: { ...CATALOG.template('sandbox')!.recipe!, dataPath: '/data' } }),
    };
    const at = await scene({ catalog: sealed });
    const volume_encryption = { version: 1, algorithm: 'luks2-aes-xts', key_b64: 'A'.repeat(43) };
    expect(await at.ask(spawnOf(await at.token(60), { volume_encryption }))).toMatchObject({
      error_type: 'invalid_volume_encryption',
    });
  });

  it('is sold without the Internet where its owner wants that, says so, and keeps it', async () => {
    let internet = false;
    const at = await scene({ catalog: { ...CATALOG, internet: () => internet } });
    const answer = await at.ask(spawnOf(await at.token(60)));
    expect((answer.instructions as string[]).at(-1)).toContain('can’t connect to the Internet');
    internet = true;
    const lease = at.provider.shop.store.lease(1)!;
    expect(at.provider.shop.leases.kept(lease)!.box.network).toBe('none');
    const [box] = at.life.boxes.boxes.values();
    expect(box).toMatchObject({ running: true, spec: { network: 'none' } });
  });

  describe('with an encrypted volume', () => {
    const KEY = Buffer.from(Array.from({ length: 32 }, (_, at) => 200 + at));
    const volume_encryption = { version: 1, algorithm: 'luks2-aes-xts', key_b64: KEY.toString('base64url') };
    const keeping: typeof CATALOG = {
      ...CATALOG,
      template: () => ({ recipe: { ...CATALOG.template('sandbox')!.recipe!, dataPath: '/data' } }),
      encrypts: () => true,
    };

    it('has one by the key that came, which is kept nowhere', async () => {
      const at = await scene({ catalog: keeping });
      await at.ask(spawnOf(await at.token(60), { volume_encryption }));
      const [box] = at.life.boxes.boxes.values();
      expect(box).toMatchObject({ running: true, spec: { encrypted: true, dataPath: '/data' } });
      expect(at.life.boxes.keys.map((key) => Buffer.from(key))).toEqual([KEY]);
      const lease = at.provider.shop.store.lease(1)!;
      const kept = [JSON.stringify(at.provider.shop.leases.kept(lease)), at.life.db.serialize().toString('latin1')];
      for (const form of ['base64url', 'base64', 'hex', 'latin1'] as const)
        expect(kept.some((text) => text.includes(KEY.toString(form)))).toBe(false);
    });

    it('has none where its template keeps nothing', async () => {
      const at = await scene({ catalog: { ...CATALOG, encrypts: () => true } });
      await at.ask(spawnOf(await at.token(60), { volume_encryption }));
      const [box] = at.life.boxes.boxes.values();
      expect([box?.running, box?.spec.encrypted, at.life.boxes.keys]).toEqual([true, undefined, []]);
    });

    it.each([
      ['another version', { version: 2 }],
      ['another algorithm', { algorithm: 'none' }],
      ['half a key', { key_b64: KEY.subarray(16).toString('base64url') }],
      ['a key with padding', { key_b64: KEY.toString('base64') }],
      ['no base64', { key_b64: '*'.repeat(43) }],
    ])('is refused before it is paid for: %s', async (_, wrong) => {
      const at = await scene({ catalog: keeping });
      const token = await at.token(60);
      const refused = await at.ask(spawnOf(token, { volume_encryption: { ...volume_encryption, ...wrong } }));
      expect(refused).toMatchObject({ error_type: 'invalid_volume_encryption' });
      expect(await at.payer.wallet.receive(token)).toMatchObject({ state: 'done' });
    });

    it('ends when nobody can open it any more, with what is left of the payment', async () => {
      const { clock, by } = hurried();
      const at = await scene({ catalog: keeping, clock });
      await at.ask(spawnOf(await at.token(60), { volume_encryption }));
      // As after a restart of the computer.
      at.life.boxes.before = (call, id) => {
        if (call === 'start') throw new VolumeLocked(id);
      };
      for (const box of at.life.boxes.boxes.values()) box.running = false;
      const { leases } = at.provider.shop;
      await leases.seen(1, false);
      by(5000);
      await leases.drive(1);
      const message = await until('a message', () => at.provider.repliesTo(at.customer).find(({ details }) => details));
      expect(message.message).toMatch(/key to the encrypted volume is kept nowhere/);
      expect(await at.payer.wallet.receive(message.details as string)).toMatchObject({ state: 'done' });
      await until('its box to be gone', () => at.life.boxes.boxes.size === 0);
    });
  });

  it('is refused while nothing is sold, and beyond the hours of the week', async () => {
    const at = await scene({ longestOffer: () => 600_000 });
    expect(await at.ask(spawnOf(await at.token(700)))).toMatchObject({
      error_type: 'no_capacity',
      message: expect.stringContaining('hours end'),
    });
    at.provider.closed = 'This provider pauses.';
    expect(await at.ask(spawnOf(await at.token(60)))).toMatchObject({
      error_type: 'no_capacity',
      message: 'This provider pauses.',
    });
    expect(spendable(at.provider.own)).toBe(0);
  });

  it('is refused for a mint that its owner does not trust, before that mint hears of it', async () => {
    const at = await scene();
    const other = await practiceMint();
    await fund(at.payer, other, 100);
    const token = at.payer.wallet.tokenOf((await at.payer.wallet.send(60, { mint: other.url })).id)!;
    other.asked.length = 0;
    expect(await at.ask(spawnOf(token))).toMatchObject({ error_type: 'non_whitelisted_mint' });
    expect(other.asked).toEqual([]);
  });

  it('is refused for a token that was spent before, or that is being spent', async () => {
    const at = await scene();
    const spent = await at.token(60);
    await at.payer.wallet.receive(spent);
    expect(await at.ask(spawnOf(spent))).toMatchObject({ error_type: 'token_already_spent' });
  });

  it('is refused where its mint does not answer, and taken when it does', async () => {
    const at = await scene();
    const token = await at.token(60);
    for (let n = 0; n < 20; n++) at.mint.faults.next('checkstate', { do: 'drop' });
    expect(await at.ask(spawnOf(token))).toMatchObject({ error_type: 'mint_network_error' });
    at.mint.faults.clear();
    expect(await at.payer.wallet.receive(token)).toMatchObject({ state: 'done' });
  });

  it('that could not be made costs nothing', async () => {
    const at = await scene();
    at.life.boxes.before = (call) => {
      if (call === 'create') throw new Error('the engine is on fire');
    };
    const token = await at.token(60);
    expect(await at.ask(spawnOf(token))).toMatchObject({ error_type: 'backend_error', details: null });
    await until('its place to be free', () => at.provider.work.running === 0);
    expect(await at.payer.wallet.receive(token)).toMatchObject({ state: 'done' });
  });

  it('that was paid and does not run is given back as a token, in the answer and again for the same request', async () => {
    const at = await scene();
    at.life.boxes.before = (call) => {
      if (call === 'start') throw new Error('no');
    };
    const request = spawnOf(await at.token(60));
    const answer = await at.ask(request);
    expect(answer).toMatchObject({ error_type: 'backend_error', details: expect.stringMatching(/^cashuB/) });
    const again = await at.ask(request, { at: Math.floor(Date.now() / 1000) + 7 });
    expect(again).toEqual(answer);
    expect(await at.payer.wallet.receive(answer.details as string)).toMatchObject({ state: 'done' });
    expect(spendable(at.payer)).toBe(1000);
    await until('its box to be gone', () => at.life.boxes.boxes.size === 0);
    expect(spendable(at.provider.own)).toBe(0);
  });

  it('that comes again is answered the same, and paid once', async () => {
    const at = await scene();
    const request = spawnOf(await at.token(60));
    const answer = await at.ask(request);
    const again = await at.ask(request, { at: Math.floor(Date.now() / 1000) + 7 });
    expect(again).toEqual(answer);
    expect([at.life.boxes.boxes.size, spendable(at.provider.own)]).toEqual([1, 60]);
  });

  it('by two keys with one token is sold once', async () => {
    const at = await scene();
    const token = await at.token(60);
    const other = await testSigner();
    const both = await Promise.all([at.ask(spawnOf(token)), at.ask(spawnOf(token), {}, other)]);
    const sold = both.filter((answer) => 'pod_npub' in answer);
    const refused = both.filter((answer) => 'error_type' in answer);
    expect([sold.length, refused.length]).toEqual([1, 1]);
    expect(refused[0]!.error_type).toMatch(/^token_(pending|already_spent)$/);
    await until('one box', () => at.life.boxes.boxes.size === 1);
    expect(spendable(at.provider.own)).toBe(60);
  });

  it('by fifty for three places is sold three times, and the others keep what they have', async () => {
    const at = await scene();
    const customers = await Promise.all(Array.from({ length: 50 }, () => testSigner()));
    const tokens: string[] = [];
    for (const _ of customers) tokens.push(await at.token(15));
    const answers = await Promise.all(customers.map((customer, n) => at.ask(spawnOf(tokens[n]!), {}, customer)));
    const sold = answers.filter((answer) => 'pod_npub' in answer).length;
    expect(sold).toBe(3);
    expect(answers.filter(({ error_type }) => error_type === 'no_capacity')).toHaveLength(47);
    expect([at.life.boxes.most, spendable(at.provider.own)]).toEqual([3, 45]);
    const back = await Promise.allSettled(tokens.map((token) => at.payer.wallet.receive(token)));
    expect(back.filter((one) => one.status === 'fulfilled' && one.value.state === 'done')).toHaveLength(47);
  }, 240_000);

  it('is sold at an engine elsewhere while that has room, whatever this computer lends, and held there after a restart', async () => {
    const at = await scene({ places: 0, placesElsewhere: 2 });
    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(await at.ask(spawnOf(await at.token(60))));
    expect(answers.map((answer) => answer.error_type ?? 'sold')).toEqual(['sold', 'sold', 'no_capacity']);
    const held = ({ capacity }: Provider) =>
      [{ elsewhere: false }, { elsewhere: true }].map((of) => capacity.held(of).map(({ claims }) => claims));
    expect(held(at.provider)).toEqual([[], [2]]);
    await at.provider.stop();

    const next = await openProvider(at.life);
    await next.start();
    expect(held(next)).toEqual([[], [2]]);
    const [first] = next.work.leases();
    await next.work.endLease(first!.id);
    expect(held(next)).toEqual([[], [1]]);
    next.hand(letterTo(at.customer, next, spawnOf(await at.token(60))));
    await until('one more to be sold', () => next.work.leases().length === 2);
    expect(held(next)).toEqual([[], [2]]);
  });

  it('that is older than ten minutes is not fulfilled', async () => {
    const at = await scene();
    const old = Math.floor(Date.now() / 1000) - 700;
    expect(await at.ask(spawnOf(await at.token(60)), { at: old })).toMatchObject({ error_type: 'request_expired' });
  });

  it('is told to slow down when it comes too often, once', async () => {
    const at = await scene();
    for (let n = 0; n < 60; n++) at.provider.hand(letterTo(at.customer, at.provider, { pod_id: `container-${n}` }));
    await until('the last answer', () =>
      at.provider.repliesTo(at.customer).some(({ error_type }) => error_type === 'rate_limited'),
    );
    const types = at.provider.repliesTo(at.customer).map(({ error_type }) => error_type);
    expect(types.filter((type) => type === 'rate_limited')).toHaveLength(1);
  });
});

describe('a token that is locked', () => {
  it('to the key of its provider becomes a machine, and to another is refused before its mint is asked', async () => {
    const { ask, mint, provider } = await scene();
    const other = await testSigner();
    mint.asked.length = 0;
    const refused = await ask(spawnOf(lockedToken(mint, [`02${other.publicKey}`])));
    expect(refused).toMatchObject({ error_type: 'invalid_token' });
    expect(refused.message).toMatch(
      /^This token is locked to a key that is not this provider's\. Your token was not touched/,
    );
    expect(mint.asked).toEqual([]);
    const locked = lockedToken(mint, [`02${provider.signer.publicKey}`]);
    expect(await ask(spawnOf(locked))).toMatchObject({ pod_npub: 'container-1' });
    expect(spendable(provider.own)).toBe(12);
    expect(faultsInBooks(provider.own)).toEqual([]);
  });
});

describe('a token that can’t be taken', () => {
  interface Case {
    /** What is done before it is asked; answers the token that is sent, and what undoes it. */
    readonly set: (at: Scene, token: string) => { readonly sent: string; readonly undo?: () => void };
  }
  const CASES: Readonly<Record<string, Case>> = {
    token_pending: {
      set: ({ mint }, sent) => {
        const ids = mint.vault.keysets.map(({ pair }) => pair.keysetId);
        const proofs = open(sent, ids).map(toWire);
        mint.vault.mark(proofs, 'PENDING');
        return { sent, undo: () => mint.vault.mark(proofs, undefined) };
      },
    },
    unsupported_unit: {
      set: ({ mint }, token) => {
        const ids = mint.vault.keysets.map(({ pair }) => pair.keysetId);
        return { sent: encode(mint.url, 'usd', open(token, ids).map(toWire)) };
      },
    },
    mint_error: {
      set: ({ mint }, sent) => {
        mint.faults.next('swap', { do: 'refuse', code: 10_001 });
        return { sent };
      },
    },
  };

  it.each(Object.entries(CASES))('is answered with %s, and nobody loses a sat by it', async (error_type, { set }) => {
    const at = await scene();
    await at.ask(spawnOf(await at.token(60)));
    const before = at.provider.shop.store.lease(1)!.paidUntil;
    for (const what of ['a spawn', 'a top-up']) {
      const token = await at.token(30);
      const { sent, undo } = set(at, token);
      const asked = what === 'a spawn' ? spawnOf(sent) : { pod_npub: 'container-1', cashu_token: sent };
      expect(await at.ask(asked), what).toMatchObject({ error_type, details: null });
      await until('nothing more to be held', () => at.provider.work.running === 1);
      undo?.();
      expect(await at.payer.wallet.receive(token), what).toMatchObject({ state: 'done' });
    }
    expect(at.provider.shop.store.lease(1)!.paidUntil).toBe(before);
    expect([spendable(at.payer), spendable(at.provider.own), at.life.boxes.boxes.size]).toEqual([940, 60, 1]);
    expect(faultsInBooks(at.provider.own)).toEqual([]);
  });

  it('because no port is free is answered with provisioning_error, and is whole', async () => {
    const at = await scene({ isPortFree: async () => false });
    const token = await at.token(60);
    expect(await at.ask(spawnOf(token))).toMatchObject({ error_type: 'provisioning_error', details: null });
    expect(await at.payer.wallet.receive(token)).toMatchObject({ state: 'done' });
    expect([spendable(at.payer), spendable(at.provider.own), at.provider.work.running]).toEqual([1000, 0, 0]);
  });
});

describe('strangers who write all day', () => {
  it('are told once each that it is no request, cost no place, and keep nobody from being served', async () => {
    const at = await scene();
    const strangers = await Promise.all(Array.from({ length: 10 }, () => testSigner()));
    const nonsense: readonly (object | string)[] = [
      'hello',
      '[]',
      'null',
      '{"pod_id":7}',
      '{"__proto__":{"pod_id":"1"}}',
      '['.repeat(5000),
      'x'.repeat(60_000),
      { cashu_token: {}, pod_image: 'a', ssh_username: 'b', ssh_password: 'c' },
      JSON.stringify({ pod_npub: '$(reboot)', cashu_token: 1 }),
    ];
    for (const body of nonsense) {
      for (const stranger of strangers) at.provider.hand(letterTo(stranger, at.provider, body));
    }
    expect(await at.ask(spawnOf(await at.token(60)))).toMatchObject({ pod_npub: 'container-1' });
    await until('all to be seen', () => {
      const seen = at.provider.own.db.prepare('SELECT count(*) FROM nostr_seen').pluck().get() as number;
      return seen === nonsense.length * strangers.length + 1;
    });
    const types = strangers.map((stranger) => at.provider.repliesTo(stranger).map(({ message }) => message));
    expect(types).toEqual(strangers.map(() => ['This is no request that a Paygress provider knows.']));
    expect(at.provider.work.running).toBe(1);
  });

  it('can’t have an answer by an event that is for another key, or their own again', async () => {
    const at = await scene();
    const other = { signer: await testSigner() };
    at.provider.hand(letterTo(at.customer, other, { pod_id: '1' }));
    const event = letterTo(at.customer, at.provider, { pod_id: '1' });
    expect([at.provider.hand(event), at.provider.hand(event, 'ws://another.test')]).toEqual([true, false]);
    await until('an answer', () => at.provider.repliesTo(at.customer).length === 1);
    expect(at.provider.own.db.prepare('SELECT count(*) FROM nostr_outbox').pluck().get()).toBe(1);
  });
});

describe('a spawn whose mint is silent', () => {
  it('answerMs: is answered before its customer gives up, and what was redeemed after all goes back', async () => {
    const { clock, by } = hurried();
    const at = await scene({ clock });
    const token = await at.token(60);
    at.mint.faults.next('swap', { do: 'drop-after' });
    at.mint.faults.next('restore', { do: 'drop' }, { do: 'drop' }, { do: 'drop' });
    const answering = at.ask(spawnOf(token));
    await until('it to wait for its mint', () => at.provider.own.wallet.pending().length === 1);
    by(ADMISSION.answerMs);
    expect(await answering).toMatchObject({ error_type: 'mint_network_error' });
    at.mint.faults.clear();
    await Promise.all(at.provider.own.wallet.pending().map(({ id }) => at.provider.own.wallet.retry(id)));
    const message = await until('a message', () => at.provider.repliesTo(at.customer).find(({ details }) => details));
    expect(await at.payer.wallet.receive(message.details as string)).toMatchObject({ state: 'done' });
    await until('its box to be gone', () => at.life.boxes.boxes.size === 0);
    expect([spendable(at.payer), spendable(at.provider.own)]).toEqual([1000, 0]);
  }, 90_000);

  it('has the graphics card that its spec says, as long as enough of it is lent, and no other machine has', async () => {
    const card = { ...SPEC, id: 'card', name: 'Card', gpuMiB: 6144 };
    const at = await scene({ catalog: { ...CATALOG, specs: () => [SPEC, card] } });
    const withCard = async () => ({ ...spawnOf(await at.token(60)), pod_spec_id: 'card' });
    expect(await at.ask(await withCard())).toMatchObject({
      pod_spec_name: 'Card',
      pod_spec_description: 'One core, with a graphics card, 6 GiB',
    });
    expect(await at.ask(await withCard())).toMatchObject({ error_type: 'no_capacity' });
    expect(await at.ask({ ...spawnOf(await at.token(60)), gpuMiB: 1, gpu: true })).toMatchObject({
      pod_spec_name: 'Basic',
    });
    expect([...at.life.boxes.boxes.values()].map(({ spec }) => spec.gpuMiB)).toEqual([6144, undefined]);
    expect(at.provider.shop.store.open().map(({ spec }) => spec.gpuMiB)).toEqual([6144, undefined]);
  });

  it('leaseS: is refused for more days than are sold', async () => {
    const cheap = { ...CATALOG, specs: () => [{ ...SPEC, rateMsat: 1 }] };
    const at = await scene({ catalog: cheap });
    await fund(at.payer, at.mint, 9000);
    expect(await at.ask(spawnOf(await at.token(8000)))).toMatchObject({ error_type: 'no_capacity' });
  });

  it('repliesMs: is published for a quarter of an hour, and dated so that it answers nothing else', async () => {
    const at = await scene();
    const now = Math.floor(Date.now() / 1000);
    await at.ask({ pod_id: '7' }, { at: now });
    const row = at.provider.own.db.prepare('SELECT created_at, until FROM nostr_outbox').get() as Record<
      string,
      number
    >;
    expect(row.created_at).toBe(now - 55);
    expect(Math.abs(row.until! - (Date.now() + ADMISSION.repliesMs))).toBeLessThan(60_000);
  });
});

describe('a top-up', () => {
  it('topUpMs: is answered before its customer gives up, and becomes time when its mint has answered', async () => {
    const { clock, by } = hurried();
    const at = await scene({ clock });
    await at.ask(spawnOf(await at.token(60)));
    const before = at.provider.shop.store.lease(1)!.paidUntil;
    const token = await at.token(30);
    at.mint.faults.next('swap', { do: 'drop-after' });
    at.mint.faults.next('restore', { do: 'drop' }, { do: 'drop' }, { do: 'drop' });
    const answering = at.ask({ pod_npub: '1', cashu_token: token });
    await until('it to wait for its mint', () => at.provider.own.wallet.pending().length === 1);
    by(ADMISSION.topUpMs);
    expect(await answering).toMatchObject({ error_type: 'mint_network_error' });
    at.mint.faults.clear();
    await Promise.all(at.provider.own.wallet.pending().map(({ id }) => at.provider.own.wallet.retry(id)));
    await until('its time', () => at.provider.shop.store.lease(1)!.paidUntil === before + 30_000);
    expect(spendable(at.provider.own)).toBe(90);
  }, 90_000);

  async function rented(more: Partial<ProviderLife> = {}) {
    const at = await scene(more);
    await at.ask(spawnOf(await at.token(60), { workload_id: 'my-relay' }));
    return at;
  }

  it.each(['container-1', '1', 'my-relay', 'standby-slot-my-relay'])(
    'of %s adds the time that it pays for',
    async (pod_npub) => {
      const at = await rented();
      const before = at.provider.shop.store.lease(1)!.paidUntil;
      const answer = await at.ask({ pod_npub, cashu_token: await at.token(30) });
      expect(answer).toMatchObject({ success: true, pod_npub, extended_duration_seconds: 30 });
      const { paidUntil } = at.provider.shop.store.lease(1)!;
      expect([paidUntil - before, Date.parse(answer.new_expires_at as string)]).toEqual([30_000, paidUntil]);
      expect(at.provider.work.leases()).toMatchObject([{ paidUntil }]);
      expect(spendable(at.provider.own)).toBe(90);
    },
  );

  it.each([
    ['invalid_pod_id', 'what is no name', 'a b c'],
    ['not_found', 'a machine that there is not', 'container-77'],
  ])('is refused with %s for %s', async (type, _what, pod_npub) => {
    const at = await rented();
    const token = await at.token(30);
    expect(await at.ask({ pod_npub, cashu_token: token })).toMatchObject({ error_type: type });
    expect(await at.payer.wallet.receive(token)).toMatchObject({ state: 'done' });
  });

  it('of somebody else’s machine is refused as if there were none', async () => {
    const at = await rented();
    const other = await testSigner();
    expect(await at.ask({ pod_npub: 'container-1', cashu_token: await at.token(30) }, {}, other)).toMatchObject({
      error_type: 'not_found',
    });
    expect(await at.ask({ pod_id: 'container-1' }, {}, other)).toMatchObject({ error_type: 'not_found' });
  });

  it('is refused with what is spent, foreign or nothing, and the lease stays', async () => {
    const at = await rented();
    const spent = await at.token(30);
    await at.payer.wallet.receive(spent);
    const before = at.provider.shop.store.lease(1)!.paidUntil;
    const type = async (cashu_token: string) => (await at.ask({ pod_npub: '1', cashu_token })).error_type;
    expect(await type(spent)).toBe('token_already_spent');
    expect(await type('cashuAxx')).toBe('invalid_token');
    expect(at.provider.shop.store.lease(1)!.paidUntil).toBe(before);
  });

  it('that comes again adds nothing more', async () => {
    const at = await rented();
    const request = { pod_npub: '1', cashu_token: await at.token(30) };
    const answer = await at.ask(request);
    expect(await at.ask(request, { at: Math.floor(Date.now() / 1000) + 7 })).toEqual(answer);
    expect(spendable(at.provider.own)).toBe(90);
  });

  it('of a lease that is over is refused', async () => {
    const at = await rented();
    await at.provider.shop.leases.evict(1);
    expect(await at.ask({ pod_npub: '1', cashu_token: await at.token(30) })).toMatchObject({
      error_type: 'lease_expired',
    });
  });
});

describe('the status', () => {
  it('of a machine is what its engine says, for its owner', async () => {
    const at = await scene();
    await at.ask(spawnOf(await at.token(60)));
    for (const pod_id of ['container-1', '1', at.customer.publicKey!]) {
      expect(await at.ask({ pod_id })).toMatchObject({
        pod_id: '1',
        status: 'Running',
        ssh_host: 'box.example.org',
        ssh_port: 31_000,
        ssh_username: 'root',
        cpu_millicores: SPEC.cpuMillicores,
      });
    }
  });
});

describe('a lease', () => {
  it('that its owner ends pays back what is left of it, to its customer, unasked', async () => {
    const at = await scene();
    await at.ask(spawnOf(await at.token(100)));
    await at.provider.work.endLease(1);
    expect(at.life.boxes.boxes.size).toBe(0);
    const message = await until('a message', () => at.provider.repliesTo(at.customer).find(({ details }) => details));
    expect(await at.payer.wallet.receive(message.details as string)).toMatchObject({ state: 'done' });
    expect(spendable(at.payer) + spendable(at.provider.own)).toBe(1000);
    expect(spendable(at.provider.own)).toBeLessThan(60);
  });

  it('goes on in the next run of the program, and its box is cleaned up in the end', async () => {
    const at = await scene();
    await at.ask(spawnOf(await at.token(12)));
    await at.provider.stop();
    const { clock, by } = hurried();
    const next = await openProvider({ ...at.life, clock });
    await next.start();
    expect(next.work.leases()).toMatchObject([{ id: 1 }]);
    let refused = 0;
    at.life.boxes.before = (call) => {
      if (call === 'remove' && refused++ < 1) throw new Error('the engine is away');
    };
    by(12_000);
    await until('it to be over', () => next.shop.store.lease(1)!.state === 'closed', 60_000);
    expect([at.life.boxes.boxes.size, next.work.running, next.shop.store.done()]).toEqual([0, 0, 1]);
    expect(spendable(next.own)).toBe(12);
    // Nothing has to be kept back any more.
    expect(next.own.wallet.holdings().map(({ promised }) => promised)).toEqual([0]);
  }, 90_000);
});
