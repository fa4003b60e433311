// Strangers who mean harm, end to end: a sender's ids and a model server's errors. They are shown as text or not at all, turn
// nothing round, and the pages go on. In both hosts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { systemClock } from '../../src-main/base/clock.ts';
import { systemRandom } from '../../src-main/base/random.ts';
import { createConsumer } from '../../src-main/practice/iicp/consumer.ts';
import { startDirectory } from '../../src-main/practice/iicp/directory.ts';
import { startModelServer } from '../../src-main/practice/model-server.ts';
import { freePort } from '../support/free-port.ts';
import { FIRST_MS, leaveFirstRun, PAGE_HOSTS, start, whyNot } from './support.ts';

const own = { clock: systemClock, random: systemRandom };
const HARM = '<img src=x onerror="window.harmed=1"><b>bold</b>';
const TURNED = 'safe\u202Egnp.exe';
/** What a task is asked, never to be seen on a page. */
const PROMPT = 'a prompt that is nobody’s business';
const CALL = {
  intent: 'urn:iicp:intent:llm:chat:v1',
  payload: { messages: [{ role: 'user', content: PROMPT }] },
} as const;

const main = (page: Page) => page.getByRole('main');

async function visit(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}`);
  await expect(main(page).getByRole('heading', { level: 1 })).toBeVisible();
}

/** Nothing of a stranger's became part of the page, and nothing is read from the wrong side. */
async function unharmed(page: Page): Promise<void> {
  expect(await page.evaluate(() => 'harmed' in window || document.querySelector('main img, main b'))).toBeFalsy();
  const text = await main(page).innerText();
  expect(text).not.toMatch(/[\u202A-\u202E]/);
  expect(text).not.toContain(PROMPT);
  expect(text.length).toBeLessThan(100_000);
}

for (const host of PAGE_HOSTS) {
  test(`${host}: ids and errors of strangers are text and nothing else`, async () => {
    const reason = await whyNot(host);
    test.skip(reason !== undefined, reason);
    const data = mkdtempSync(join(tmpdir(), 'hearth-hostile-'));
    const directory = await startDirectory(own, { allowPrivateEndpoints: true, dialBack: false });
    const model = await startModelServer(own, { shape: 'ollama' });
    const { page, close } = await start(host, data, { args: [], env: { OLLAMA_HOST: model.url } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    try {
      await leaveFirstRun(page);
      // On a busy computer the first search may not have waited long enough for the server.
      await visit(page, 'capacity');
      const servers = main(page).getByRole('region', { name: 'Model servers' });
      await expect(async () => {
        if ((await servers.innerText()).includes('Ready')) return;
        await servers.getByRole('button', { name: 'Search again' }).click();
        await expect(servers).toContainText('Ready');
      }).toPass();
      const port = await freePort();
      await visit(page, 'network');
      const card = main(page).getByRole('region', { name: 'IICP', exact: true });
      await card.getByRole('tab', { name: 'Settings', exact: true }).click();
      for (const [label, value] of [
        ['Address of the directory', directory.url],
        ['Listens on', '127.0.0.1'],
        ['Port', String(port)],
        ['Public address of this computer', `http://127.0.0.1:${port}`],
      ] as const) {
        await card.getByLabel(label, { exact: true }).fill(value);
        await page.keyboard.press('Enter');
      }
      await card.getByRole('switch', { name: 'Take part in IICP' }).click();
      await card.getByRole('button', { name: 'Agree and join IICP' }).click();
      await expect(card).toContainText('Online', { timeout: FIRST_MS });

      // Ids that mean harm, one of them a megabyte long, and a server whose error does.
      const ids = [HARM, TURNED, 'x'.repeat(1_000_000)];
      for (const id of ids) {
        const random = { ...systemRandom, id: () => id };
        const consumer = createConsumer(
          { clock: systemClock, random },
          { directoryUrl: directory.url, allowPrivate: true },
        );
        const called = await consumer.call(CALL).then(
          () => 'answered',
          (error: unknown) => `refused: ${JSON.stringify(error, ['code', 'message', 'details', 'reason', 'status'])}`,
        );
        expect(called).toMatch(id.length > 1000 ? /^refused/ : /^answered$/);
        consumer.close();
      }
      const consumer = createConsumer(own, { directoryUrl: directory.url, allowPrivate: true });
      model.failNext({ status: 400, body: { error: `${HARM}${TURNED}${PROMPT}` }, times: 5 });
      const failure: unknown = await consumer.call(CALL).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Error);
      // What a model server said stays on this computer.
      expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('onerror');
      consumer.close();

      await visit(page, 'work');
      const tasks = main(page).locator('a[href^="#/work/"]');
      await expect(tasks).toHaveCount(3);
      await unharmed(page);
      const places = await tasks.evaluateAll((links) => links.map((link) => link.getAttribute('href')!.slice(2)));
      const refs: string[] = [];
      for (const place of places) {
        await visit(page, place);
        await expect(main(page)).toContainText('Id by its sender');
        refs.push(await main(page).innerText());
        await unharmed(page);
      }
      expect(refs.some((text) => text.includes(HARM))).toBe(true);
      expect(refs.some((text) => text.includes('safe\uFFFDgnp.exe') || text.includes('safegnp.exe'))).toBe(true);

      for (const place of ['home', 'earnings', 'capacity', 'network']) {
        await visit(page, place);
        await unharmed(page);
      }
      expect(errors).toEqual([]);
    } finally {
      await close();
      await model.stop();
      await directory.stop();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    }
  });
}
