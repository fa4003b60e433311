// FIPS in practice, from the switch to a forward, by keyboard alone: the neighbour and who is behind it, a peer that can't be
// reached with what was tried, and forwards with what is wrong about one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { launchConsole, openBrowser } from '../host/console.ts';
import { speak } from '../unit/renderer/speech.ts';
import { looked, pressOn, tabTo } from './looked.ts';
import { FIRST_MS, whyNot } from './support.ts';

const { npub } = Identity.of(Buffer.alloc(32, 0x52))!;

for (const language of ['en', 'de'] as const) {
  test(`the mesh in practice, from its switch to a forward, in ${language === 'en' ? 'English' : 'German'}`, async () => {
    const reason = await whyNot('console');
    test.skip(reason !== undefined, reason);
    test.setTimeout(240_000);
    const { t } = await speak(language);
    const data = mkdtempSync(join(tmpdir(), 'hearth-fips-'));
    const server = await launchConsole({ data, args: ['--practice'] });
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
      const part = (name: string) => main.getByRole('region', { name, exact: true });
      await main.getByRole('heading', { level: 1 }).waitFor({ timeout: FIRST_MS });

      await page.keyboard.press('ControlOrMeta+6');
      await pressOn(page, main.getByRole('link', { name: /FIPS/ }).first());
      const joined = main.getByRole('switch', { name: /FIPS/ }).first();
      await pressOn(page, joined, 'Space');
      await expect(joined).toBeChecked();
      await expect(main).toContainText(t('state.network.online'), { timeout: FIRST_MS });

      const neighbours = main.getByRole('group', { name: t('networks.fips.neighbours.links') });
      await expect(neighbours.getByRole('rowheader')).toContainText('practice', { timeout: FIRST_MS });
      const sessions = main.getByRole('table').filter({ hasText: t('networks.fips.sessions.state.established') });
      await expect(sessions.getByRole('row').nth(1)).toContainText('practice', { timeout: FIRST_MS });

      // A peer whose port is closed, and a forward to it.
      await pressOn(page, main.getByRole('tab', { selected: true }), 'End');
      const peers = part(t('networks.fips.peers.title'));
      await tabTo(page, peers.getByLabel(t('networks.fips.peers.npub')));
      await page.keyboard.type(`${npub}x`);
      await pressOn(page, peers.getByRole('button', { name: t('networks.fips.peers.add') }));
      await expect(peers.getByRole('alert').or(peers.locator('[aria-invalid=true]')).first()).toBeVisible();
      await tabTo(page, peers.getByLabel(t('networks.fips.peers.npub')));
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(npub);
      await tabTo(page, peers.getByLabel(t('networks.fips.peers.address')));
      await page.keyboard.type('127.0.0.1:1');
      await tabTo(page, peers.getByLabel(t('networks.fips.peers.transport')));
      await page.keyboard.press('T');
      await tabTo(page, peers.getByLabel(t('networks.fips.peers.alias')));
      await page.keyboard.type('cellar');
      await pressOn(page, peers.getByRole('button', { name: t('networks.fips.peers.add') }));
      await expect(peers.getByRole('list')).toContainText('cellar');

      const forwards = part(t('networks.fips.forwards.title'));
      await tabTo(page, forwards.getByLabel(t('networks.fips.forwards.port.out'), { exact: true }));
      await page.keyboard.type('48080');
      await tabTo(page, forwards.getByLabel(t('networks.fips.forwards.otherPort.out')));
      await page.keyboard.type('80');
      await tabTo(page, forwards.getByLabel(t('networks.fips.forwards.nodes.out')));
      await page.keyboard.type('attic');
      await page.keyboard.press('Enter');
      await expect(forwards).toContainText(t('networks.fips.forwards.wrong.nodes'));
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('cellar');
      await page.keyboard.press('Enter');
      const said = t('networks.fips.forwards.out', { port: 48_080, node: 'cellar', nodePort: 80 });
      await expect(forwards.getByRole('listitem')).toContainText(said);
      await looked(page, `fips-settings-${language}`);
      await pressOn(
        page,
        forwards.getByRole('button', { name: t('networks.fips.forwards.remove', { forward: said }) }),
      );
      await expect(forwards.getByRole('listitem')).toHaveCount(0);

      await pressOn(page, main.getByRole('tab', { selected: true }), 'Home');
      const tried = main.getByRole('list', { name: t('networks.fips.waiting.tried') });
      await expect(tried).toContainText('127.0.0.1:1', { timeout: FIRST_MS });
      await looked(page, `fips-overview-${language}`);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      await server.stop();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    }
  });
}
