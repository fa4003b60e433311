// The settings with a real engine that practises: kinds of tasks are refused, a node is backed up, wiped and put back, it tells of
// itself, searches its disk, and is removed. In console mode and in the desktop app.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect, type Page } from '@playwright/test';
import { axe, axeInColours } from './axe.ts';
import { canSave, FIRST_MS, HOSTS, PAGE_HOSTS, type Started, start, whyNot } from './support.ts';

const CLI = resolve(import.meta.dirname, '../../build/app/main/cli.js');
const CHAT = 'urn:iicp:intent:llm:chat:v1';
const PASSPHRASE = 'a passphrase of this test';
const SECTIONS = [
  'general',
  'notifications',
  'privacy',
  'identity',
  'updates',
  'diagnostics',
  'remove',
  'about',
  'all',
];

const main = (page: Page) => page.getByRole('main');
const card = (page: Page, name: string) => main(page).getByRole('region', { name, exact: true });

async function visit(page: Page, address: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${address}`);
  await expect(main(page).getByRole('heading', { level: 1 })).toBeVisible();
}

/** The app with its first finished tasks, switched off so that nothing more is earned. */
async function quiet(page: Page, tasks = 3): Promise<void> {
  const sharing = page.getByRole('switch', { name: 'Sharing' });
  await expect(sharing).toBeVisible({ timeout: FIRST_MS });
  await visit(page, 'home');
  const finished = main(page).getByRole('list', { name: 'Finished' }).getByRole('listitem');
  await expect(finished.nth(tasks - 1)).toBeVisible({ timeout: FIRST_MS });
  await sharing.click();
  await expect(sharing).not.toBeChecked();
  await expect(main(page).getByRole('heading', { level: 1 })).toHaveText(/^Paused/, { timeout: FIRST_MS });
  // A job is none of the tasks that a pause waits for, and earns when it is done.
  await expect(main(page).getByRole('list', { name: 'Running now' })).toHaveCount(0, { timeout: FIRST_MS });
}

/** Who the node is and what it has earned, as its pages tell. */
async function who(page: Page): Promise<{ nodeId: string; sum: string }> {
  await visit(page, 'settings/identity');
  const line = card(page, 'What restores what')
    .locator('div', { hasText: /^Node id for IICP/ })
    .last();
  await expect(line).toContainText(/[0-9a-f-]{36}/, { timeout: FIRST_MS });
  const nodeId = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec((await line.textContent()) ?? '')![0];
  await visit(page, 'earnings');
  const check = main(page).getByText(/Checked: [\d\u202F]+ entr(y|ies) add up to /);
  await expect(check).toBeVisible({ timeout: FIRST_MS });
  return { nodeId, sum: (await check.textContent()) ?? '' };
}

/** What a client hears that asks the node itself, past the directory: the status, and the code of a refusal. */
async function askForChat(data: string): Promise<[status: number, code: string | undefined]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    CLI,
    'status',
    '--json',
    '--practice',
    '--data',
    data,
  ]);
  const { networks } = JSON.parse(stdout) as { networks: { detail: { listening: string | null } }[] };
  const task = { task_id: randomUUID(), intent: CHAT, payload: { messages: [{ role: 'user', content: 'hello' }] } };
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(task);
  const reply = await fetch(`http://${networks[0]!.detail.listening}/v1/task`, { method: 'POST', headers, body });
  const { error } = (await reply.json()) as { error?: { code?: string } };
  return [reply.status, error?.code];
}

for (const host of HOSTS) {
  const test = base.extend<{ data: string; opened: Started & { errors: string[] } }>({
    data: async ({}, use) => {
      const reason = await whyNot(host);
      base.skip(reason !== undefined, reason);
      const data = mkdtempSync(join(tmpdir(), 'hearth-settings-'));
      await use(data);
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
    opened: async ({ data }, use) => {
      const started = await start(host, data);
      const errors: string[] = [];
      started.page.on('pageerror', (error) => errors.push(error.message));
      started.page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await expect(started.page.getByRole('switch', { name: 'Sharing' })).toBeVisible({ timeout: FIRST_MS });
      await use({ ...started, errors });
      await started.close();
    },
  });

  test.describe(host, () => {
    test('a node is backed up, wiped and put back: the same node with the same earnings', async ({ data, opened }) => {
      test.skip(!canSave(host), 'the dialog of the system waits for a person');
      const { page, saved, confirmed, errors } = opened;
      await quiet(page);
      const before = await who(page);
      await visit(page, 'settings/identity');
      const backup = card(page, 'Backup');
      await expect(backup).toContainText('No backup yet.');
      await backup.getByLabel('Passphrase').fill(PASSPHRASE);
      await backup.getByLabel('Once more').fill(PASSPHRASE);
      const file = await saved(async () => {
        await backup.getByRole('button', { name: 'Make a backup and prove it' }).click();
        await confirmed();
      });
      await expect(backup).toContainText('The backup works.', { timeout: FIRST_MS });
      await expect(backup).toContainText('A restore drill proved it');

      // The drill again, by itself: a wrong passphrase opens nothing, and is told.
      const files = card(page, 'Backups in the data folder');
      await files.getByRole('button', { name: 'Restore drill…' }).click();
      const drill = page.getByRole('dialog', { name: 'Restore drill' });
      await drill.getByLabel('Passphrase').fill('not that one');
      await drill.getByRole('button', { name: 'Run the drill' }).click();
      await expect(drill).toContainText('The backup does not bring everything back.', { timeout: FIRST_MS });
      await expect(drill).toContainText('That is not the passphrase of this backup.');
      await drill.getByLabel('Passphrase').fill(PASSPHRASE);
      await page.keyboard.press('Enter');
      await expect(drill).toContainText('The backup works.', { timeout: FIRST_MS });
      await expect(drill.getByRole('listitem').filter({ hasText: 'The same identity' })).toContainText(before.nodeId);
      expect(await axe(page)).toEqual([]);
      await page.keyboard.press('Escape');

      // The same file as often as it is saved.
      const copy = await saved(() => files.getByRole('button', { name: 'Save…' }).click());
      expect([copy.name, copy.body.equals(file.body)]).toEqual([file.name, true]);
      expect(errors).toEqual([]);
      await opened.close();
      rmSync(data, { recursive: true, maxRetries: 5 });

      // Another computer, as far as anybody can tell.
      const elsewhere = mkdtempSync(join(tmpdir(), 'hearth-settings-'));
      const path = join(elsewhere, file.name);
      writeFileSync(path, file.body);
      const fresh = await start(host, data);
      try {
        const next = fresh.page;
        await quiet(next, 1);
        expect((await who(next)).nodeId).not.toBe(before.nodeId);
        await visit(next, 'settings/identity');
        const here = card(next, 'Backups in the data folder');
        const chooser = next.waitForEvent('filechooser');
        await here.getByRole('button', { name: 'Add from a file…' }).click();
        await (await chooser).setFiles(path);
        await here
          .getByRole('listitem')
          .filter({ hasText: /^received-/ })
          .getByRole('button', { name: 'Restore…' })
          .click();
        const dialog = next.getByRole('alertdialog', { name: 'Restore from a backup?' });
        await dialog.getByLabel('Passphrase').fill(PASSPHRASE);
        await dialog.getByRole('button', { name: 'Look into it' }).click();
        await expect(dialog).toContainText('It’s a different node', { timeout: FIRST_MS });
        expect(await axe(next)).toEqual([]);
        await dialog.getByRole('button', { name: 'Replace what is here' }).click();
        await fresh.confirmed();
        await expect(dialog).toContainText('Restored. This is now the node from the backup.', { timeout: FIRST_MS });
        await dialog.getByRole('button', { name: 'Close' }).last().click();
        expect(await who(next)).toEqual(before);
        await visit(next, 'settings/identity');
        await expect(card(next, 'Backup')).toContainText('What was here before lies in');
      } finally {
        await fresh.close();
        rmSync(elsewhere, { recursive: true, force: true });
      }
    });

    test('diagnostics are shown before they are saved, and what is saved is what was shown', async ({
      opened: { page, saved, errors },
    }) => {
      test.skip(!canSave(host), 'the dialog of the system waits for a person');
      await visit(page, 'settings/diagnostics');
      await expect(page.getByRole('button', { name: 'Save all of it' })).toHaveCount(0);
      await page.getByRole('button', { name: 'Show contents' }).click();
      const part = main(page)
        .locator('details')
        .filter({ hasText: /^Versions/ });
      await part.locator('summary').click();
      const shown = await part.locator('pre').textContent();
      const file = await saved(() => page.getByRole('button', { name: 'Save all of it' }).click());
      expect(file.name).toMatch(/\.json$/);
      const { version, parts } = JSON.parse(file.body.toString()) as { version: string; parts: Record<string, string> };
      expect(Object.values(parts)).toContain(shown);
      expect(shown).toContain(version);
      expect(Object.keys(parts).length).toBeGreaterThan(5);
      // Another choice, another bundle: what is shown no longer holds.
      await page.getByRole('switch', { name: 'Include addresses' }).click();
      await expect(page.getByRole('button', { name: 'Save all of it' })).toHaveCount(0);
      expect(errors).toEqual([]);
    });

    test('what is let go of is gone, and the last page says so', async ({ data, opened }) => {
      const { page, confirmed } = opened;
      await quiet(page, 1);
      await visit(page, 'settings/remove');
      await expect(card(page, 'Remove everything')).toContainText('Identity and earnings');
      await page.getByRole('switch', { name: 'Keep identity, earnings and backups' }).click();
      await page.getByRole('button', { name: 'Remove…' }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Remove Hearth from this computer?' });
      const go = dialog.getByRole('button', { name: 'Remove everything' });
      await expect(go).toHaveAttribute('aria-disabled', 'true');
      await dialog.getByLabel(/To continue, type/).fill('remove everything');
      expect(await axe(page)).toEqual([]);
      await go.click();
      await confirmed();
      await expect(main(page).getByRole('heading', { level: 1 })).toHaveText('Hearth is removed from this computer', {
        timeout: FIRST_MS,
      });
      await expect(main(page)).toContainText('You can close this window.');
      await expect(main(page)).toContainText('None of its files are left.');
      expect(await axe(page)).toEqual([]);
      const left = () => (existsSync(data) ? readdirSync(data, { recursive: true }) : []);
      await expect.poll(left).toEqual([]);
      // Nor does closing the window leave anything behind.
      await opened.close();
      expect(left()).toEqual([]);
    });

    // The same in both.
    if (!PAGE_HOSTS.includes(host)) return;

    test('each section has an address, a place in the list, and nothing for axe to find', async ({
      opened: { page, errors },
    }) => {
      await visit(page, 'settings');
      const sections = main(page).getByRole('navigation', { name: 'Sections of the settings' });
      await expect(sections.getByRole('link')).toHaveCount(SECTIONS.length);
      for (const [index, section] of SECTIONS.entries()) {
        const link = sections.getByRole('link').nth(index);
        await link.click();
        await expect(page).toHaveURL(new RegExp(`#/settings/${section}$`));
        await expect(link).toHaveAttribute('aria-current', 'true');
        await expect(link).toBeFocused();
        await expect(main(page).getByRole('heading', { level: 2 }).first()).toBeVisible();
        expect(await axeInColours(page), section).toEqual([]);
        await page.setViewportSize({ width: 320, height: 640 });
        const [content, window] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        expect(content, section).toBeLessThanOrEqual(window!);
        await page.setViewportSize({ width: 1280, height: 800 });
      }
      await visit(page, 'settings/network');
      await main(page).getByRole('link', { name: 'Open Network' }).click();
      await expect(page).toHaveURL(/#\/network$/);
      await expect(card(page, 'How others reach you')).toContainText(
        'Practice never contacts your router or the Internet.',
      );
      expect(errors).toEqual([]);
    });

    test('a kind of task that is switched off is refused, and taken again afterwards', async ({
      data,
      opened: { page, errors },
    }) => {
      await quiet(page, 1);
      await visit(page, 'settings/privacy');
      const chat = card(page, 'Kinds of tasks').getByRole('switch', { name: 'Chat', exact: true });
      await expect(chat).toBeChecked();
      await chat.click();
      await expect(chat).not.toBeChecked();
      await visit(page, 'home');
      await page.getByRole('switch', { name: 'Sharing' }).click();
      // The client of the practice network asks for what is offered, which this is no more; somebody else asks all the same.
      await expect.poll(() => askForChat(data)).toEqual([404, 'IICP-E029']);
      await visit(page, 'settings/privacy');
      await chat.click();
      await expect(chat).toBeChecked();
      await visit(page, 'work');
      const rows = main(page).getByRole('grid').getByRole('row');
      const before = await main(page).getByRole('grid').getAttribute('aria-rowcount');
      await expect
        .poll(() => main(page).getByRole('grid').getAttribute('aria-rowcount'), { timeout: FIRST_MS })
        .not.toBe(before);
      await expect(rows.filter({ hasText: 'Chat' }).first()).toBeVisible({ timeout: FIRST_MS });
      await expect.poll(() => askForChat(data)).toEqual([200, undefined]);
      expect(errors).toEqual([]);
    });

    test('the disk is searched for what strangers sent', async ({ opened: { page, errors } }) => {
      await quiet(page, 1);
      await visit(page, 'settings/privacy');
      const audit = card(page, 'What is on this disk');
      await audit.getByLabel('More words to look for, one per line').fill('short\nplanted-nowhere');
      await expect(audit.getByRole('button', { name: 'Search this disk' })).toHaveAttribute('aria-disabled', 'true');
      await audit.getByLabel('More words to look for, one per line').fill('planted-nowhere');
      await audit.getByRole('button', { name: 'Search this disk' }).click();
      await expect(audit).toContainText('Nothing of what strangers sent is on this disk.', { timeout: FIRST_MS });
      await expect(audit).toContainText(/\d files read/);
      expect(errors).toEqual([]);
    });
  });
}
