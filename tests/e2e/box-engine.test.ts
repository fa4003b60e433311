// What makes boxes, chosen on the Capacity page by keyboard alone: a bad address is told beside its field, a good one is taken, with
// the yes that it takes at the computer, and stands in the settings. In both languages, at every width, in light and dark.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { launchConsole, openBrowser } from '../host/console.ts';
import { speak } from '../unit/renderer/speech.ts';
import { looked, pressOn, tabTo } from './looked.ts';
import { confirmedInTerminal, FIRST_MS, whyNot } from './support.ts';

const CLI = resolve(import.meta.dirname, '../../build/app/main/cli.js');
const AT = 'https://pve.example:8006';

for (const language of ['en', 'de'] as const) {
  test(`what makes boxes is chosen by keyboard, in ${language === 'en' ? 'English' : 'German'}`, async () => {
    const reason = await whyNot('console');
    test.skip(reason !== undefined, reason);
    const { t } = await speak(language);
    const data = mkdtempSync(join(tmpdir(), 'hearth-engine-'));
    const server = await launchConsole({
      data,
      args: ['--practice'],
      // No engine: nothing is tried.
      env: { DOCKER_HOST: `unix://${join(data, 'none.sock')}` },
    });
    const browser = await openBrowser();
    const errors: string[] = [];
    const settings = async (path: string): Promise<unknown> => {
      const words = ['settings', 'get', path, '--json', '--practice', '--data', data];
      const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...words]);
      return JSON.parse(stdout);
    };
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
      await page.keyboard.press('ControlOrMeta+4');
      const card = main.getByRole('region', { name: t('boxes.title') });
      await pressOn(page, card.locator('summary').filter({ hasText: t('boxes.may.title') }));
      await expect(card).toContainText(`${t('boxes.maker.kind.containers')}, ${t('boxes.maker.here')}`);
      await looked(page, `box-engine-${language}`);

      // At once, and with a yes at the computer where it takes administrator rights; it is good for a while.
      await pressOn(page, card.getByRole('switch', { name: t('boxes.may.internet') }), 'Space');
      await expect(card).toContainText(t('boxes.reachNothing'));
      const encrypted = card.getByRole('switch', { name: t('boxes.may.encrypted') });
      await pressOn(page, encrypted, 'Space');
      await confirmedInTerminal(page, t('confirmHere.title'));
      await expect(encrypted).toBeChecked();

      await pressOn(page, card.getByRole('button', { name: t('boxes.maker.change') }));
      const dialog = page.getByRole('dialog', { name: t('boxes.maker.title') });
      await tabTo(page, dialog.getByRole('radio', { checked: true }));
      await page.keyboard.press('ArrowDown');
      await expect(dialog.getByRole('textbox', { name: t('boxes.maker.label.pool') })).toBeVisible();
      await page.keyboard.press('ArrowDown');
      const address = dialog.getByRole('textbox', { name: t('boxes.maker.label.at') });
      await tabTo(page, address);
      await page.keyboard.type('pve.example');
      await page.keyboard.press('Enter');
      await expect(address).toHaveAttribute('aria-invalid', 'true');
      await expect(dialog).toContainText(t('boxes.maker.bad.at'));
      await looked(page, `box-engine-refused-${language}`, { over: true });
      expect(await settings('backends.boxEngine')).toMatchObject({ value: { engine: 'containers' } });

      await tabTo(page, address);
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type(AT);
      await expect(address).not.toHaveAttribute('aria-invalid');
      await tabTo(page, dialog.getByRole('textbox', { name: t('boxes.maker.label.certificates') }));
      await page.keyboard.type('/etc/hearth/pve');
      await pressOn(page, dialog.getByRole('button', { name: t('boxes.maker.save'), exact: true }));
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await expect(card).toContainText(`${t('boxes.maker.kind.proxmox')}, ${AT}`);
      await looked(page, `box-engine-chosen-${language}`);
      expect(await settings('backends.boxEngine')).toMatchObject({
        value: {
          engine: 'proxmox',
          at: AT,
          certificates: '/etc/hearth/pve',
          storage: 'local-lvm',
          bridge: 'vmbr0',
          vmids: [1000, 1999],
        },
      });
      expect(await settings('backends.boxInternet')).toMatchObject({ value: false });
      await page.evaluate(() => {
        location.hash = '#/settings/all';
      });
      await expect(main).toContainText(AT);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      await server.stop();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    }
  });
}
