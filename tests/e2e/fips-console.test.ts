// Two Hearths, of which one lets the other open its pages: by the terminal of one, in a browser there, with all that its pages do.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { type Console, launchConsole, openBrowser } from '../host/console.ts';
import { FIRST_MS, whyNot } from './support.ts';

const cli = join(import.meta.dirname, '../../build/app/main/cli.js');
const run = promisify(execFile);

interface Computer {
  readonly server: Console;
  hearth(...words: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

async function computer(name: string): Promise<Computer> {
  const data = mkdtempSync(join(tmpdir(), `hearth-${name}-`));
  const hearth = async (...words: readonly string[]) =>
    (await run(process.execPath, [cli, ...words, '--data', data], { env: { ...process.env, NODE_OPTIONS: '' } }))
      .stdout;
  const server = await launchConsole({ data });
  await hearth('settings', 'set', 'node.name', name);
  await hearth('settings', 'set', 'networks.fips.udpBind', '127.0.0.1:0');
  await hearth('settings', 'set', 'networks.fips.enabled', 'true');
  return {
    server,
    hearth,
    async stop() {
      await server.stop();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface FipsView {
  readonly id: string;
  readonly detail: { readonly npub: string | null; readonly listening: readonly string[]; readonly neighbours: number };
}

async function fipsOf({ hearth }: Computer): Promise<FipsView['detail']> {
  const { networks } = JSON.parse(await hearth('status', '--json')) as { networks: readonly FipsView[] };
  return networks.find(({ id }) => id === 'fips')!.detail;
}

test('the pages of another Hearth open by its key, for whom it has named and nobody else', async () => {
  const reason = await whyNot('console');
  test.skip(reason !== undefined, reason);
  test.setTimeout(240_000);
  const [attic, desk] = [await computer('attic'), await computer('desk')];
  const browser = await openBrowser();
  try {
    await expect.poll(async () => (await fipsOf(attic)).listening.length, { timeout: FIRST_MS }).toBeGreaterThan(0);
    await expect.poll(async () => (await fipsOf(desk)).npub, { timeout: FIRST_MS }).not.toBeNull();
    const { npub, listening } = await fipsOf(attic);
    const address = listening.find((place) => place.startsWith('udp'))!.replace('udp ', '');
    await desk.hearth('fips', 'connect', npub!, address);
    await expect.poll(async () => (await fipsOf(attic)).neighbours, { timeout: FIRST_MS }).toBe(1);

    await attic.hearth('settings', 'set', 'networks.fips.consoleFor', JSON.stringify([npub]));
    await expect(desk.hearth('fips', 'console', npub!)).rejects.toMatchObject({
      stderr: expect.stringContaining('[fips.console-refused]'),
    });

    await attic.hearth('settings', 'set', 'networks.fips.consoleFor', JSON.stringify([(await fipsOf(desk)).npub]));
    const link = (await desk.hearth('fips', 'console', npub!)).trim();
    expect(new URL(link).host).not.toBe(new URL(attic.server.link).host);
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(link);
    await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor({ timeout: FIRST_MS });
    // What is set there shows here, at once.
    await page.goto(`${new URL(link).origin}/#/settings`);
    await attic.hearth('settings', 'set', 'ui.language', 'de');
    await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toHaveText('Einstellungen', {
      timeout: FIRST_MS,
    });

    await attic.hearth('settings', 'set', 'networks.fips.consoleFor', '[]');
    await expect(page.locator('body')).toContainText(/verbunden|Verbindung/, { timeout: FIRST_MS });
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    await Promise.all([attic.stop(), desk.stop()]);
  }
});
