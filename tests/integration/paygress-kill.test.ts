// Killed at every step: a provider that ends before and after each write, each request to the mint and each call to the engine, one after
// another and none left out. Afterwards nobody has lost a sat: what its customer holds, what waits to be given back and what is ours add
// up, and what is ours was sold for a machine that runs and that its customer can get into.
import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import type { Signer } from '../../src-main/nostr/signer.ts';
import type { PracticeMint } from '../../src-main/practice/mint/mint.ts';
import type { Committer } from '../../src-main/storage/write.ts';
import { type Http, OutboundHttp } from '../../src-main/wallet/mint/http.ts';
import { testSigner } from '../support/nostr.ts';
import { letterTo, newLife, openProvider, type Provider, type ProviderLife, spawnOf } from '../support/paygress.ts';
import { until } from '../support/wait.ts';
import { faultsInBooks, fund, practiceMint, spendable, type TestWallet, testWallet } from '../support/wallet.ts';

/** Points, in the order in which a run comes by them. */
class Steps {
  readonly taken: string[] = [];
  counting = false;
  killAt = Number.POSITIVE_INFINITY;
  isDead = false;
  readonly killed = Promise.withResolvers<'killed'>();

  /** Comes back, or does not. */
  async at(point: string): Promise<void> {
    if (this.isDead) await new Promise(() => undefined);
    if (!this.counting) return;
    this.taken.push(point);
    if (this.taken.length < this.killAt) return;
    this.isDead = true;
    this.killed.resolve('killed');
    await new Promise(() => undefined);
  }

  /** Of the dead: no timer of it fires any more. */
  readonly clock: Clock = {
    ...systemClock,
    after: (ms, fn) => systemClock.after(ms, () => void (this.isDead || fn())),
    sleep: async (ms, signal) => {
      await systemClock.sleep(ms, signal);
      if (this.isDead) await new Promise(() => undefined);
    },
  };

  committer(inner: Committer): Committer {
    return {
      commit: async (writes) => {
        const what = writes
          .find(({ sql }) => !sql.startsWith('SELECT'))
          ?.sql.replace(/\s+/g, ' ')
          .slice(0, 48);
        await this.at(`before write: ${what}`);
        await inner.commit(writes);
        await this.at(`after write: ${what}`);
      },
    };
  }

  http(inner: Http): Http {
    return {
      close: () => inner.close(),
      call: async (url, call, signal) => {
        const path = new URL(url).pathname.split('/').slice(2, 4).join('/');
        await this.at(`before the mint: ${path}`);
        const reply = await inner.call(url, call, signal);
        await this.at(`after the mint: ${path}`);
        return reply;
      },
    };
  }

  engine({ boxes }: ProviderLife): void {
    boxes.before = (call) => this.at(`before the engine: ${call}`);
    boxes.after = (call) => this.at(`after the engine: ${call}`);
  }
}

const TOGETHER = 6;
const FUNDS = 200;
const PAID = 100;
const MORE = 40;

interface Scene {
  readonly mint: PracticeMint;
  readonly life: ProviderLife;
  readonly customer: Signer;
  readonly payer: TestWallet;
  readonly tokens: readonly string[];
}

interface Story {
  /** Before anything is killed. */
  before?(provider: Provider, scene: Scene): Promise<void>;
  /** What happens meanwhile. Resolves when all has come of it that would. */
  run(provider: Provider, scene: Scene): Promise<void>;
  /** What its customer wants again after the provider has come back. */
  again?(provider: Provider, scene: Scene): void;
  /** What the engine does not do. */
  readonly refuses?: 'create' | 'start';
}

const answered = (provider: Provider, customer: Signer, count: number) =>
  until('an answer', () => provider.repliesTo(customer).length >= count);

const events = new WeakMap<Scene, ReturnType<typeof letterTo>[]>();
function hand(provider: Provider, scene: Scene, body: object): void {
  const event = letterTo(scene.customer, provider, body);
  events.set(scene, [...(events.get(scene) ?? []), event]);
  provider.hand(event);
}
/** As relays do that still have it. */
const handAgain = (provider: Provider, scene: Scene) => {
  for (const event of events.get(scene) ?? []) provider.hand(event);
};
const settled = (provider: Provider) =>
  until('nothing to be left open', () => {
    const { store } = provider.shop;
    const states = store.open().map(({ state }) => state);
    return (
      store.unanswered().length === 0 &&
      store.pending().length === 0 &&
      store.refundsWaiting().n === 0 &&
      store.untold().length === 0 &&
      provider.own.wallet.pending().length === 0 &&
      states.every((state) => state === 'active')
    );
  });

const rent = async (provider: Provider, scene: Scene) => {
  hand(provider, scene, spawnOf(scene.tokens[0]!));
  await answered(provider, scene.customer, 1);
};

const stories: Readonly<Record<string, Story>> = {
  'a spawn': { run: rent, again: handAgain },
  'a spawn that can’t be made': { run: rent, again: handAgain, refuses: 'create' },
  'a spawn that does not run': { run: rent, again: handAgain, refuses: 'start' },
  'a top-up': {
    before: rent,
    async run(provider, scene) {
      hand(provider, scene, { pod_npub: 'container-1', cashu_token: scene.tokens[1]! });
      await answered(provider, scene.customer, 2);
    },
    again: handAgain,
  },
  'an end before its time': {
    before: rent,
    async run(provider, scene) {
      await provider.work.endLease(1);
      await answered(provider, scene.customer, 2);
    },
  },
};

async function killedAt(story: Story, killAt: number): Promise<readonly string[]> {
  const mint = await practiceMint({ paysItself: true });
  const payer = await testWallet();
  await fund(payer, mint, FUNDS);
  const token = async (amount: number) => payer.wallet.tokenOf((await payer.wallet.send(amount)).id)!;
  const tokens = [await token(PAID), await token(MORE)];
  const scene: Scene = { mint, life: newLife(), customer: await testSigner(), payer, tokens };
  const steps = new Steps();
  steps.engine(scene.life);
  const http = steps.http(new OutboundHttp());
  const first = await openProvider({
    ...scene.life,
    http,
    clock: steps.clock,
    wrap: (inner) => steps.committer(inner),
    isDead: () => steps.isDead,
  });
  await first.own.wallet.trust(mint.url);
  await first.start();
  await story.before?.(first, scene);
  const { boxes } = scene.life;
  const before = boxes.before;
  boxes.before = async (call, id) => {
    await before(call, id);
    if (call === story.refuses) throw new Error(`no ${call}`);
  };
  steps.killAt = killAt;
  steps.counting = true;
  const end = await Promise.race([
    story.run(first, scene).then(async () => {
      await settled(first);
      return 'done' as const;
    }),
    steps.killed.promise,
  ]);
  steps.counting = false;
  const where = `${killAt}: ${steps.taken.at(-1)}`;
  if (end === 'done') await first.stop();
  steps.isDead = true;
  await http.close();

  boxes.before = (call) => {
    if (call === story.refuses) throw new Error(`no ${call}`);
  };
  boxes.after = () => undefined;
  const second = await openProvider(scene.life);
  await second.start();
  story.again?.(second, scene);
  await settled(second).catch((error: unknown) => {
    throw new Error(`${where}: ${JSON.stringify(second.shop.store.open())}`, { cause: error });
  });
  await expectNothingLost(second, scene, where);
  if (end !== 'done') return steps.taken;
  return [];
}

async function expectNothingLost(
  provider: Provider,
  { payer, customer, tokens, life }: Scene,
  where: string,
): Promise<void> {
  expect(faultsInBooks(provider.own), where).toEqual([]);
  const replies = provider.repliesTo(customer);
  // Each token that was given back was told of once; one that is still whole is its customer's.
  const refunds = replies.flatMap(({ details }) => (typeof details === 'string' ? details.split('\n') : []));
  expect(new Set(refunds).size, where).toBe(refunds.length);
  for (const text of [...refunds, ...tokens]) await payer.wallet.receive(text);
  const ours = spendable(provider.own);
  expect(spendable(payer) + ours, where).toBe(FUNDS);
  const active = provider.shop.store.open().filter(({ state }) => state === 'active');
  const running = [...life.boxes.boxes.values()].filter((box) => box.running).length;
  expect([active.length, running], where).toEqual([active.length, active.length]);
  expect(life.boxes.boxes.size, where).toBe(active.length);
  if (active.length > 0) {
    // What is ours is time that its customer has, and they know how to get in.
    const seconds = Math.round((active[0]!.paidUntil - active[0]!.startedAt!) / 1000);
    expect(
      [ours, replies.some(({ pod_npub }) => pod_npub === 'container-1' || pod_npub === `container-${active[0]!.job}`)],
      where,
    ).toEqual([seconds, true]);
  }
  // Nothing was answered twice.
  const answers = replies.filter(({ pod_npub, error_type, success }) => pod_npub || error_type || success);
  expect(answers.length, `${where}: ${JSON.stringify(answers)}`).toBeLessThanOrEqual(2);
}

describe('a provider that is killed', () => {
  it.each(Object.entries(stories))(
    'at each step of %s costs nobody anything',
    async (name, story) => {
      const table: string[] = [];
      for (let whole = false; !whole; ) {
        // Several side by side, for some wait until the mint may be asked again.
        const next = Array.from({ length: TOGETHER }, (_, n) => killedAt(story, table.length + 1 + n));
        for (const taken of await Promise.all(next)) {
          whole ||= taken.length === 0;
          if (!whole) table.push(`${String(taken.length).padStart(2)}  ${taken.at(-1)}`);
        }
      }
      console.log(`${name}: ${table.length} points\n${table.join('\n')}`);
      expect(table.length).toBeGreaterThan(10);
    },
    600_000,
  );
});
