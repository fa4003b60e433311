// Paygress in practice, from nothing to the first sat paid out, by page and keyboard alone and in both languages: a wallet with its words
// written down, a template fetched, a machine on offer, a customer who rents it at a real Podman, and what they paid given on as a token that
// somebody redeems. The image is of this computer's busybox, at a little registry in place of the template's.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { getTokenMetadata, sumProofs, Wallet } from '@cashu/cashu-ts';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { quoted } from '../../src-renderer/format/text.ts';
import { launchConsole, openBrowser } from '../host/console.ts';
import { BUSYBOX, imageTar } from '../support/engine-image.ts';
import { startPodman } from '../support/podman.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { speak } from '../unit/renderer/speech.ts';
import { looked, pressOn, tabTo } from './looked.ts';
import { confirmedInTerminal, FIRST_MS, whyNot } from './support.ts';

type Words = Awaited<ReturnType<typeof speak>>['t'];
type Engine = Exclude<Awaited<ReturnType<typeof startPodman>>, { readonly reason: string }>;

const TEMPLATE = 'agent-sandbox';
/** A box is made and tried, a template fetched, a customer comes and is served. */
const SERVED_MS = 120_000;
const SATS = 20;
const LENT_GIB = 9;

let folder: string;
let registry: Registry | undefined;
/** Of each journey its own, where nothing was fetched before. */
let engine: Engine | undefined;
let reason: string | undefined;

test.beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-registry-'));
  reason = (await whyNot('console')) ?? (BUSYBOX ? undefined : 'there is no busybox to make an image of');
  if (totalmem() < LENT_GIB * 1024 ** 3) reason ??= `this computer has less than ${LENT_GIB} GiB of memory to lend`;
  if (availableParallelism() < 2) reason ??= 'this computer has a single core';
  if (reason !== undefined) return;
  registry = await startRegistry(imageTar(folder), ['/bin/httpd', '-f', '-p', '8080', '-h', '/etc']);
  const started = await startPodman({ mirror: registry.host });
  if ('reason' in started) reason = `Podman: ${started.reason}`;
  else engine = started;
});

test.afterEach(async () => {
  await engine?.stop();
  await registry?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Its words are shown while a key is held, and three of them asked for. */
async function makeWallet(page: Page, t: Words, language: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+3');
  await pressOn(page, page.getByRole('link', { name: t('wallet.want') }));
  await pressOn(page, page.getByRole('button', { name: t('wallet.begin.make'), exact: true }));
  await confirmedInTerminal(page, t('confirmHere.title'));
  const dialog = page.getByRole('dialog').last();
  const hold = dialog.getByRole('button', { name: t('wallet.words.hold') });
  await tabTo(page, hold);
  await page.keyboard.down(' ');
  const list = dialog.getByRole('list', { name: t('wallet.words.list') });
  await expect(list).toBeVisible();
  await page.keyboard.up(' ');
  const words = (await list.getByRole('listitem').allInnerTexts()).map((text) => text.replace(/[\d\s]/g, ''));
  await pressOn(page, dialog.getByRole('button', { name: t('wallet.words.written'), exact: true }));
  const asked = dialog.getByRole('textbox');
  await expect(asked).toHaveCount(3);
  for (let nth = 0; nth < 3; nth += 1) {
    const label = (await asked.nth(nth).evaluate((box) => (box as HTMLInputElement).labels![0]!.textContent)) ?? '';
    await tabTo(page, asked.nth(nth));
    await page.keyboard.insertText(words[Number(/\d+/.exec(label)![0]) - 1]!);
  }
  await pressOn(page, dialog.getByRole('button', { name: t('wallet.words.check'), exact: true }));
  await expect(dialog).toContainText(t('wallet.words.right'));
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await looked(page, `paygress-wallet-${language}`);
}

/**
 * More than this computer lends by itself: without disk quotas what a box may write counts as its memory, and a job of the other network
 * that is practised holds a core.
 */
async function lendMore(page: Page, main: Locator, t: Words): Promise<void> {
  await page.keyboard.press('ControlOrMeta+4');
  await pressOn(page, main.locator('summary').filter({ hasText: t('capacity.lend.title') }));
  const amounts = [
    ['capacity.lend.cpu', availableParallelism()],
    ['capacity.lend.memory', LENT_GIB],
  ] as const;
  for (const [label, amount] of amounts) {
    await tabTo(page, main.getByRole('textbox', { name: t(label) }));
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type(String(amount));
    await page.keyboard.press('Enter');
  }
}

async function fetchTemplate(page: Page, main: Locator, t: Words, language: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+4');
  const card = main.getByRole('region', { name: t('boxes.title') });
  await expect(card).toContainText(t('boxes.stage.open'), { timeout: SERVED_MS });
  await expect(card).toContainText(
    t('boxes.answers', { name: 'Podman', at: quoted(engine!.host.replace('unix://', ''), 300) }),
  );
  await pressOn(page, card.locator('summary').filter({ hasText: t('boxes.images') }));
  await pressOn(page, card.getByRole('button', { name: t('boxes.pullOf', { name: TEMPLATE }) }));
  await expect(card.getByRole('button', { name: t('boxes.removeOf', { name: TEMPLATE }) })).toBeVisible({
    timeout: FIRST_MS,
  });
  await looked(page, `paygress-template-${language}`);
}

/** What is paid for is asked about, with what ending it would give back, and kept. */
async function takeBack(page: Page, t: Words, language: string): Promise<void> {
  await pressOn(page, page.getByRole('button', { name: t('actions.release'), exact: true }));
  const asked = page.getByRole('alertdialog', { name: t('pause.leases', { count: 1 }) });
  await expect(asked).toContainText(TEMPLATE, { timeout: FIRST_MS });
  const [before, after] = t('pause.leasesCost', { amounts: '|' }).split('|');
  const said = (await asked.innerText()).replace(/\s+/g, ' ');
  const sats = Number(/([\d.,]+) sat/.exec(said.split(before!)[1]!.split(after!)[0]!)![1]!.replace(',', '.'));
  // Of what was paid first and what it was lengthened by, some is used up.
  expect(sats).toBeGreaterThan(0);
  expect(sats).toBeLessThan(90);
  await looked(page, `paygress-take-back-${language}`, { over: true });
  await pressOn(page, asked.getByRole('button', { name: t('pause.leasesKeep', { count: 1 }) }));
  await expect(asked).toHaveCount(0);
  const sharing = page.getByRole('switch', { name: t('frame.sharing') });
  await expect(sharing).not.toBeChecked();
  await pressOn(page, sharing, 'Space');
  await expect(sharing).toBeChecked();
}

/** As a token, which anybody can redeem: here somebody at the same mint does. */
async function payOut(page: Page, main: Locator, t: Words, language: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+3');
  await pressOn(page, main.getByRole('tab', { selected: true }), 'ArrowRight');
  await pressOn(page, main.getByRole('button', { name: t('wallet.pay.action'), exact: true }));
  const dialog = page.getByRole('dialog').last();
  await tabTo(page, dialog.getByRole('radio', { checked: true }));
  await page.keyboard.press('ArrowRight');
  await expect(dialog.getByRole('radio', { name: t('wallet.pay.token'), exact: true })).toBeChecked();
  await tabTo(page, dialog.getByRole('textbox', { name: t('wallet.sat', { unit: 'sat' }), exact: true }));
  await page.keyboard.type(String(SATS));
  await pressOn(page, dialog.getByRole('button', { name: t('wallet.pay.cost'), exact: true }));
  await looked(page, `paygress-pay-${language}`, { over: true });
  await pressOn(
    page,
    dialog.getByRole('button', { name: t('wallet.token.make', { amount: `${SATS} sat` }), exact: true }),
  );
  const saved = page.waitForEvent('download');
  await pressOn(page, dialog.getByRole('button', { name: t('wallet.token.save') }));
  const token = readFileSync(await (await saved).path(), 'utf8').trim();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(main).toContainText(t('wallet.balance.sent', { amount: `${SATS} sat` }));

  const somebody = new Wallet(getTokenMetadata(token).mint);
  await somebody.loadMint();
  const received = await somebody.receive(token);
  expect(Number(sumProofs(received))).toBe(SATS);
  await pressOn(page, main.getByRole('button', { name: t('wallet.balance.check') }));
  await expect(main).not.toContainText(t('wallet.balance.sent', { amount: `${SATS} sat` }), { timeout: FIRST_MS });
}

for (const language of ['en', 'de'] as const) {
  test(`from nothing to the first sat paid out, in ${language === 'en' ? 'English' : 'German'}`, async () => {
    test.skip(reason !== undefined, reason);
    test.setTimeout(900_000);
    const { t } = await speak(language);
    const data = mkdtempSync(join(tmpdir(), 'hearth-paygress-'));
    const server = await launchConsole({ data, args: ['--practice'], env: { DOCKER_HOST: engine!.host } });
    const browser = await openBrowser();
    const errors: string[] = [];
    try {
      const context = await browser.newContext({
        locale: language === 'en' ? 'en-GB' : 'de-DE',
        reducedMotion: 'reduce',
        viewport: { width: 1280, height: 860 },
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => errors.push(error.message));
      await page.goto(server.link);
      const main = page.getByRole('main');
      await main.getByRole('heading', { level: 1 }).waitFor({ timeout: FIRST_MS });
      await makeWallet(page, t, language);

      await page.keyboard.press('ControlOrMeta+6');
      await pressOn(page, main.getByRole('link', { name: /Paygress/ }).first());
      const joined = main.getByRole('switch', { name: /Paygress/ }).first();
      await pressOn(page, joined, 'Space');
      await expect(main).toContainText(t('networks.paygress.facts.sold'), { timeout: FIRST_MS });
      await looked(page, `paygress-joined-${language}`);
      await lendMore(page, main, t);
      await fetchTemplate(page, main, t, language);

      await page.keyboard.press('ControlOrMeta+6');
      await pressOn(page, main.getByRole('link', { name: /Paygress/ }).first());
      const leases = main.getByRole('list', { name: t('networks.paygress.facts.leases') });
      await expect(leases).toContainText(t('networks.paygress.lease.is.active'), { timeout: SERVED_MS });
      await expect(leases).toContainText(t('networks.paygress.lease.sats', { sats: '60' }));
      await takeBack(page, t, language);
      await expect(leases).toContainText(t('networks.paygress.lease.is.active'));
      await looked(page, `paygress-rented-${language}`);
      await page.keyboard.press('ControlOrMeta+2');
      await expect(main).toContainText(TEMPLATE, { timeout: FIRST_MS });
      await looked(page, `paygress-work-${language}`);
      await page.keyboard.press('ControlOrMeta+3');
      await expect(main).toContainText(/60 sat/, { timeout: FIRST_MS });
      await looked(page, `paygress-earned-${language}`);
      await payOut(page, main, t, language);
      await looked(page, `paygress-paid-out-${language}`);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      await server.stop();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    }
  });
}
