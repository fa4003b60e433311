// The key that customers know a provider by: brought in, known by its public half, and shown while a button is held.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { generateSecretKey, getPublicKey } from 'nostr-tools';
import { npubEncode, nsecEncode } from 'nostr-tools/nip19';
import { axe } from './axe.ts';
import { confirmedInTerminal, FIRST_MS, start, whyNot } from './support.ts';

base('a key of one’s own is brought in by keyboard, and shown only while it is held for', async () => {
  const reason = await whyNot('console');
  base.skip(reason !== undefined, reason);
  const data = mkdtempSync(join(tmpdir(), 'hearth-key-'));
  const { page, close } = await start('console', data);
  try {
    await expect(page.getByRole('switch', { name: 'Sharing' })).toBeVisible({ timeout: FIRST_MS });
    await page.evaluate(() => {
      location.hash = '#/network/paygress.settings';
    });
    const section = page.getByRole('region', { name: 'Key', exact: true });
    await expect(section).toContainText('There is no key yet.', { timeout: FIRST_MS });
    const bring = section.getByRole('button', { name: 'Bring a key of your own' });
    await bring.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Bring a key of your own' });
    await dialog.getByLabel('Secret key').focus();
    await page.keyboard.type('nsec1nonsense');
    await page.keyboard.press('Enter');
    await confirmedInTerminal(page);
    await expect(dialog).toContainText('This is not a secret Nostr key.');
    expect(await axe(page)).toEqual([]);
    const secret = generateSecretKey();
    const nsec = nsecEncode(secret);
    await dialog.getByLabel('Secret key').focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type(nsec);
    await page.keyboard.press('Enter');
    await expect(section).toContainText(npubEncode(getPublicKey(secret)));
    await expect(dialog).toHaveCount(0);
    expect(await page.content()).not.toContain(nsec);
    const hold = section.getByRole('button', { name: 'Hold to show the secret key' });
    await hold.focus();
    await page.keyboard.down(' ');
    await expect(section).toContainText(nsec);
    await page.keyboard.up(' ');
    await section.getByRole('button', { name: 'Hide' }).click();
    await expect(section).not.toContainText(nsec);
  } finally {
    await close();
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
});
