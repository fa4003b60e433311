// The wallet as a person uses it, typed with the keyboard alone, in each language: made, its words written down and asked back, a mint
// trusted, money taken in and paid out, and all of it found again from the words on another computer. Against a practice mint with fees.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { type PracticeMint, startMint } from '../../src-main/practice/mint/mint.ts';
import { de } from '../../src-renderer/i18n/de.ts';
import { en } from '../../src-renderer/i18n/en.ts';
import { axe } from './axe.ts';
import { canSave, confirmedInTerminal, type HostName, leaveFirstRun, type Started, start, whyNot } from './support.ts';

const CLI = resolve(import.meta.dirname, '../../build/app/main/cli.js');
const TEXTS = { en, de };
type Language = keyof typeof TEXTS;

/** A number and an amount as the pages write them. */
const figure = (amount: number) => String(amount).replace(/\B(?=(\d{3})+$)/g, '\u202F');
const sat = (amount: number) => `${figure(amount)} sat`;

async function hearth(data: string, ...words: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [CLI, ...words, '--data', data])).stdout;
}

/** A computer with a node, and a person at its keyboard. */
class Person {
  readonly page: Page;
  readonly data: string;
  readonly texts: (typeof TEXTS)[Language];
  readonly #app: Started;
  readonly #host: HostName;

  private constructor(app: Started, host: HostName, data: string, language: Language) {
    this.#app = app;
    this.#host = host;
    this.page = app.page;
    this.data = data;
    this.texts = TEXTS[language];
  }

  static async sitsDown(host: HostName, language: Language): Promise<Person> {
    const data = mkdtempSync(join(tmpdir(), 'hearth-wallet-'));
    const app = await start(host, data, { args: [] });
    const person = new Person(app, host, data, language);
    await leaveFirstRun(app.page);
    await hearth(data, 'settings', 'set', 'ui.language', language);
    await person.goes('#/earnings');
    await expect(app.page.getByRole('heading', { level: 1 })).toHaveText(person.texts.places.earnings);
    return person;
  }

  async leaves(): Promise<void> {
    await this.#app.close();
    rmSync(this.data, { recursive: true, force: true, maxRetries: 5 });
  }

  saved(act: () => Promise<unknown>) {
    return this.#app.saved(act);
  }

  /** A text of the page, its holes filled. */
  say(text: string, values: Readonly<Record<string, string | number>> = {}): string {
    return text.replace(/\{\{(\w+)[^}]*\}\}/g, (_, name: string) => String(values[name]));
  }

  dialog(): Locator {
    return this.page.getByRole('dialog').last();
  }

  /** Goes there by the tab key, as somebody without a mouse does. */
  async reach(place: Locator): Promise<void> {
    await expect(place).toBeVisible();
    for (let step = 0; step < 80; step += 1) {
      if (await place.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error('the tab key never gets there');
  }

  async press(name: string, within: Locator | Page = this.page): Promise<void> {
    await this.reach(within.getByRole('button', { name, exact: true }).first());
    await this.page.keyboard.press('Enter');
  }

  async type(label: string, text: string): Promise<void> {
    await this.reach(this.dialog().getByRole('textbox', { name: label, exact: true }));
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.insertText(text);
  }

  /** One of a few, by the arrow keys. */
  async choose(name: string): Promise<void> {
    const wanted = this.dialog().getByRole('radio', { name, exact: true });
    await this.reach(this.dialog().getByRole('radio', { checked: true }));
    for (let step = 0; step < 4 && !(await wanted.isChecked()); step += 1) {
      await this.page.keyboard.press('ArrowRight');
    }
    await expect(wanted).toBeChecked();
  }

  async closes(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await expect(this.page.getByRole('dialog')).toHaveCount(0);
  }

  /** Says yes at the computer. The window of the desktop app is there. */
  async confirms(): Promise<void> {
    if (this.#host === 'console') await confirmedInTerminal(this.page, this.texts.confirmHere.title);
  }

  async goes(address: string): Promise<void> {
    await this.page.evaluate((hash) => {
      location.hash = hash;
    }, address);
  }
}

/** Every string that the page holds in its memory. */
async function memoryOf(page: Page): Promise<ReadonlySet<string>> {
  const session = await page.context().newCDPSession(page);
  let text = '';
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
    text += chunk;
  });
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return new Set((JSON.parse(text) as { strings: string[] }).strings);
}

const holds = (memory: ReadonlySet<string>, secret: string) => [...memory].some((text) => text.includes(secret));

/** Each language in one host: what differs between the hosts has no words of its own. */
const JOURNEYS = [
  ['console', 'en'],
  ['desktop', 'de'],
] as const;

for (const [host, language] of JOURNEYS) {
  test(`a wallet is made, filled, emptied and found again, by keyboard (${host}, ${language})`, async () => {
    const reason = await whyNot(host);
    test.skip(reason !== undefined, reason);
    test.skip(!canSave(host), 'Electron’s own dialog waits for a person, and the journey saves a file');
    const mint = await startMint({ clock: systemClock, random: systemRandom }, { feePpk: 100, height: 16 });
    const person = await Person.sitsDown(host, language);
    const { page, texts } = person;
    const own = texts.wallet;
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    try {
      // Made; the words are left for later.
      await person.reach(page.getByRole('link', { name: own.want }));
      await page.keyboard.press('Enter');
      const before = await memoryOf(page);
      await person.press(own.begin.make);
      await person.confirms();
      await expect(person.dialog()).toBeVisible();
      await person.closes();

      // A mint is trusted, and money comes in by its invoice.
      await person.press(own.mints.add);
      await person.type(own.trust.url, mint.url);
      await person.press(own.trust.ask);
      await expect(person.dialog()).toContainText('Practice/1');
      expect(await axe(page)).toEqual([]);
      await person.press(own.trust.do);
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await payIn(person, mint, 1500);
      await expect(page.getByRole('main')).toContainText(sat(1500));

      // Now Home says that only this computer knows the way to it, until the words are written down.
      await person.goes('#/home');
      const needs = page.getByRole('region', { name: texts.home.needsYou });
      await expect(needs).toContainText(figure(1500));
      expect(await axe(page)).toEqual([]);
      await person.reach(needs.getByRole('link', { name: texts.home.toWallet }));
      await page.keyboard.press('Enter');
      await person.press(own.words.write);
      const words = await writeDown(person);
      expect(await axe(page)).toEqual([]);
      const after = await memoryOf(page);
      // Some may be words of what was loaded meanwhile, by chance; a page that keeps them has all twelve.
      expect(words.filter((word) => after.has(word) && !before.has(word)).length).toBeLessThan(8);
      expect(holds(after, words.slice(0, 3).join(' '))).toBe(false);
      await person.goes('#/home');
      await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
      await expect(needs.getByRole('link', { name: texts.home.toWallet })).toHaveCount(0);
      await person.goes('#/earnings/wallet');

      // An invoice is paid: what it may cost before, what it did cost after.
      const invoice = mint.lightning.invoice(500_000, 'firewood').text;
      await person.press(own.pay.action);
      await person.type(own.pay.to, invoice);
      await person.press(own.pay.cost);
      await expect(person.dialog()).toContainText('firewood');
      expect(await axe(page)).toEqual([]);
      await person.press(person.say(own.pay.send, { amount: sat(500) }));
      await expect(person.dialog()).toContainText(/2 sat/);
      await person.closes();

      // A token is made and saved as a file; then it is taken back.
      await person.press(own.pay.action);
      await person.choose(own.pay.token);
      await person.type(person.say(own.sat, { unit: 'sat' }), '100');
      await person.press(own.pay.cost);
      await person.press(person.say(own.token.make, { amount: sat(100) }));
      await person.reach(person.dialog().getByRole('button', { name: own.token.save }));
      const file = await person.saved(() => page.keyboard.press('Enter'));
      const token = file.body.toString().trim();
      expect(token).toMatch(/^cashuB/);
      expect(file.name).toBe('hearth-token-100-sat.txt');
      await person.press(own.token.show);
      await expect(person.dialog().getByRole('img')).toBeVisible();
      expect(await axe(page)).toEqual([]);
      await person.closes();
      expect(holds(await memoryOf(page), token)).toBe(false);

      await person.press(own.get.action);
      await person.type(own.get.paste, token);
      await person.press(own.get.look);
      await person.press(person.say(own.get.take, { amount: sat(100) }));
      await expect(person.dialog()).toContainText(person.say(own.get.took, { amount: sat(100) }));
      await person.closes();
      expect(holds(await memoryOf(page), token)).toBe(false);

      // Books and proofs agree, each movement leads to its entries, and the page is whole on a small screen.
      const { mints } = JSON.parse(await hearth(person.data, 'wallet', 'balance', '--json')) as {
        mints: { holdings: { unspent: string; differenceMicro: string }[] }[];
      };
      const held = Number(mints[0]!.holdings[0]!.unspent);
      expect(mints[0]!.holdings[0]!.differenceMicro).toBe('0');
      await expect(page.getByRole('main')).toContainText(sat(held));
      await expect(page.getByRole('main')).toContainText(own.balance.right.split(':')[0]!);
      await person.press(own.balance.check);
      await expect(page.getByRole('main')).toContainText(own.balance.checked.replace('{{mint}} ', ''));
      await person.reach(page.getByRole('button', { name: new RegExp(`^${own.kind.pay}`) }));
      await page.keyboard.press('Enter');
      await expect(person.dialog().getByRole('table')).toContainText(own.kinds.fee);
      await person.closes();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        expect(await axe(page, { coloursOnly: colorScheme === 'dark' }), colorScheme).toEqual([]);
      }
      await page.setViewportSize({ width: 320, height: 640 });
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
        .toBe(true);
      expect(errors).toEqual([]);
      await person.leaves();

      await findAgain(host, language, words, mint, held);
    } finally {
      await person.leaves();
      await mint.stop();
    }
  });
}

/** Holds the button until the words show, copies them, and answers for three of them: wrongly first. */
async function writeDown(person: Person): Promise<readonly string[]> {
  const { page, texts } = person;
  const own = texts.wallet.words;
  await person.reach(person.dialog().getByRole('button', { name: own.hold }));
  await page.keyboard.down(' ');
  const list = person.dialog().getByRole('list', { name: own.list });
  await expect(list).toBeVisible();
  await page.keyboard.up(' ');
  const words = (await list.getByRole('listitem').allInnerTexts()).map((text) => text.replace(/[\d\s]/g, ''));
  expect(words).toHaveLength(12);
  expect(await axe(page)).toEqual([]);
  await person.press(own.written);
  await expect(list).toHaveCount(0);
  for (const right of [false, true]) {
    const asked = person.dialog().getByRole('textbox');
    await expect(asked).toHaveCount(3);
    for (let n = 0; n < 3; n += 1) {
      const place = Number(
        /\d+/.exec((await asked.nth(n).evaluate((box) => (box as HTMLInputElement).labels![0]!.textContent)) ?? '')![0],
      );
      await person.reach(asked.nth(n));
      await page.keyboard.insertText(right ? words[place - 1]! : 'zzz');
    }
    await person.press(own.check);
    if (!right) await expect(person.dialog().getByRole('alert').filter({ hasText: /\S/ })).toBeVisible();
  }
  await expect(person.dialog()).toContainText(own.right);
  await person.closes();
  return words;
}

/** By an invoice, which is paid from elsewhere while the page waits. */
async function payIn(person: Person, mint: PracticeMint, amount: number): Promise<void> {
  const own = person.texts.wallet;
  await person.press(own.get.action);
  await person.choose(own.get.invoice);
  await person.type(person.say(own.sat, { unit: 'sat' }), String(amount));
  await person.press(own.get.make);
  await expect(person.dialog()).toContainText(own.get.waiting);
  expect(await axe(person.page)).toEqual([]);
  const { pending } = JSON.parse(await hearth(person.data, 'wallet', 'balance', '--json')) as {
    pending: { to: string }[];
  };
  mint.lightning.settle(pending[0]!.to);
  await expect(person.dialog()).toContainText(person.say(own.get.paid, { amount: sat(amount) }));
  await person.closes();
}

/** From words alone, in an empty node. */
async function findAgain(
  host: HostName,
  language: Language,
  words: readonly string[],
  mint: PracticeMint,
  held: number,
): Promise<void> {
  const person = await Person.sitsDown(host, language);
  const { page, texts } = person;
  const own = texts.wallet;
  try {
    await person.reach(page.getByRole('link', { name: own.want }));
    await page.keyboard.press('Enter');
    await person.press(own.begin.restore);
    await person.type(own.restore.words, `${words.slice(0, 11).join(' ')} zzz`);
    await person.press(own.restore.do);
    await person.confirms();
    await expect(person.dialog().getByRole('alert').filter({ hasText: /12/ })).toBeVisible();
    await person.type(own.restore.words, words.join(' '));
    await person.press(own.restore.do);
    await person.type(own.trust.url, mint.url);
    await person.press(own.trust.ask);
    await person.press(own.trust.do);
    await expect(person.dialog()).toContainText(own.restore.found.split('{{amount}}')[0]! + sat(held));
    await person.press(own.restore.done);
    await expect(page.getByRole('main')).toContainText(sat(held));
    expect(holds(await memoryOf(page), words.slice(0, 3).join(' '))).toBe(false);
    await giveUp(person, held);
  } finally {
    await person.leaves();
  }
}

/** Everything is removed, which takes the very amount that goes with it. */
async function giveUp(person: Person, held: number): Promise<void> {
  const { page, texts, say } = person;
  const own = texts.settings;
  await person.goes('#/settings/remove');
  await page.getByRole('switch', { name: own.keepKeys }).click();
  await page.getByRole('button', { name: own.removeButton, exact: true }).click();
  const last = page.getByRole('alertdialog');
  const confirm = last.getByRole('button', { name: own.removeConfirm, exact: true });
  await last.getByLabel(say(own.removeType, { words: 'remove everything' })).fill('remove everything');
  await expect(confirm).toHaveAttribute('aria-disabled', 'true');
  const amount = last.getByLabel(say(own.removeGiveUp, { sat: figure(held) }));
  await amount.fill(String(held - 1));
  await expect(confirm).toHaveAttribute('aria-disabled', 'true');
  await amount.fill(String(held));
  await confirm.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(own.removed);
}
