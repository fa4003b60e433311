// Posemesh from an empty folder to a finished job, by keyboard alone, in both languages: its file of an official node in the first run, a
// runner that is chosen and tried, a job that is leased, seen at work and booked as an estimate. Its servers are another process.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page, test } from '@playwright/test';
import { launchConsole, openBrowser } from '../host/console.ts';
import { type MeshProcess, startMeshProcess } from '../support/posemesh-process.ts';
import { script } from '../support/runners.ts';
import { speak } from '../unit/renderer/speech.ts';
import { looked, pressOn, tabTo } from './looked.ts';
import { confirmedInTerminal, FIRST_MS, whyNot } from './support.ts';

const CLI = resolve(import.meta.dirname, '../../build/app/main/cli.js');
const SECRET = 'a-registration-secret-that-is-nowhere-shown';
const KEY = '4c0883a69102937d6231471b5dbb6204fe5129617082798ce3f4fdf2548b6f90';
const ADDRESS = '0xfdbb6caf01414300c16ea14859fec7736d95355f';
const OTHER_KEY = 'e331b6d69882b4ed5bb7f55b585d7d0f7dc3aeca4a3deee8d16bde3eca51aace';
const OTHER_ADDRESS = '0xd182e2bdd769a7e299d1257b29331975311d7003';
const CAPABILITY = '/reconstruction/local-refinement/v1';

/** Says how far it is, waits until it may go on, and leaves its input in capitals. */
const RUNNER = `#!/bin/sh
cat >/dev/null
echo '{"progress":{"stage":"copying","percent":40}}'
echo 'a line for its user'
while [ ! -e "$1" ]; do sleep 0.05; done
cat "$HEARTH_INPUTS"/datasets/*/* | tr a-z A-Z > "$HEARTH_OUTPUTS/upper.txt"
`;

function variables({ dds, dms }: MeshProcess, more: readonly string[] = []): string {
  return [
    `DDS_BASE_URL=${dds}`,
    `DMS_BASE_URL=${dms}`,
    `REG_SECRET=${SECRET}`,
    `SECP256K1_PRIVHEX=${KEY}`,
    'REQUEST_TIMEOUT_SECS=60',
    'LOG_FORMAT=json',
    ...more,
    '',
  ].join('\n');
}

type Words = Awaited<ReturnType<typeof speak>>['t'];

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const summary = (page: Page, text: string) =>
  page.getByRole('region', { name: 'Posemesh' }).locator('summary').filter({ hasText: text });

/** What the system's own window for files gives, once the button was pressed. */
async function choose(page: Page, name: string, file: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await pressOn(page, button(page, name));
  await (await chooser).setFiles(file);
}

/** By the arrows, as radio buttons are chosen without a mouse. */
async function chooseAlways(page: Page, t: Words): Promise<void> {
  const always = page.getByRole('radio', { name: t('setup.gently.always') });
  const group = page.getByRole('group').filter({ has: always });
  // Whether anyone uses the computer can't be read here, so the nights are what it begins with, and this is the next one.
  await tabTo(page, group.getByRole('radio', { checked: true }));
  await page.keyboard.press('ArrowDown');
  await expect(always).toBeChecked();
}

/** The first run, with what the file says taken over. */
async function setUp(page: Page, t: Words, servers: MeshProcess, folder: string, language: string): Promise<void> {
  const heading = page.getByRole('main').getByRole('heading', { level: 1 });
  await expect(heading).toContainText(t('setup.found.title'), { timeout: FIRST_MS });
  await pressOn(page, button(page, t('setup.next')));
  await expect(heading).toContainText(t('setup.gently.title'));
  await chooseAlways(page, t);
  await pressOn(page, button(page, t('setup.next')));
  await expect(heading).toContainText(t('setup.join.title'));
  await pressOn(page, summary(page, t('networks.posemesh.what')));
  await expect(page.getByText(t('networks.posemesh.promise.runners'))).toBeVisible();
  await pressOn(page, summary(page, t('setup.join.needs', { network: 'Posemesh' })));

  const wrong = join(folder, 'wrong.env');
  writeFileSync(wrong, variables(servers, ['POLL_BACKOFF_MS_MIN=soon', 'ENABLE_NOOP=Yes']));
  await choose(page, t('networks.posemesh.env.choose'), wrong);
  const region = page.getByRole('region', { name: t('networks.posemesh.env.title') });
  await expect(region).toContainText(t('networks.posemesh.env.wrong'));
  for (const name of ['POLL_BACKOFF_MS_MIN', 'ENABLE_NOOP']) {
    await expect(region.getByRole('listitem').filter({ hasText: name })).toBeVisible();
  }
  await expect(button(page, t('networks.posemesh.env.take'))).toHaveCount(0);

  const right = join(folder, 'node.env');
  writeFileSync(right, variables(servers, ['POLL_BACKOFF_MS_MIN=50', 'POLL_BACKOFF_MS_MAX=100']));
  await choose(page, t('networks.posemesh.env.choose'), right);
  await expect(region.getByRole('row').filter({ hasText: 'DDS_BASE_URL' })).toContainText(servers.dds);
  await expect(region.getByRole('row').filter({ hasText: 'REG_SECRET' })).toContainText(
    t('networks.posemesh.env.secret'),
  );
  await looked(page, `posemesh-first-${language}`);
  await pressOn(page, button(page, t('networks.posemesh.env.take')));
  await confirmedInTerminal(page, t('confirmHere.title'));
  await expect(page.getByText(t('networks.posemesh.env.done', { count: 7 }))).toBeVisible();
  expect(await page.content()).not.toContain(SECRET);
  expect(await page.content()).not.toContain(KEY);

  await pressOn(page, page.getByRole('checkbox', { name: t('setup.join.tick', { network: 'Posemesh' }) }), 'Space');
  await pressOn(page, button(page, t('setup.next')));
  await expect(heading).toContainText(t('setup.ready.title'));
  // There is no runner yet, so the one for practice goes the whole way, against servers of its own.
  await expect(page.getByText(t('setup.rehearsal.works'))).toBeVisible({ timeout: FIRST_MS });
  await looked(page, `posemesh-ready-${language}`);
  await pressOn(page, button(page, t('setup.ready.start')));
  await expect(page.getByText(t('setup.ready.begun'))).toBeVisible();
}

/** A program by its path, with one argument, tried with the sample. */
async function addRunner(page: Page, t: Words, program: string, go: string, language: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+4');
  await pressOn(page, button(page, t('runners.add')));
  await tabTo(page, page.getByLabel(t('runners.form.program')));
  await page.keyboard.type('run.sh');
  await tabTo(page, page.getByLabel(t('runners.form.args')));
  await page.keyboard.type(go);
  await looked(page, `posemesh-runner-form-${language}`, { over: true });
  await pressOn(page, button(page, t('runners.form.save')));
  await expect(page.getByText(t('runners.bad.program'))).toBeVisible();
  await tabTo(page, page.getByLabel(t('runners.form.program')));
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(program);
  await pressOn(page, button(page, t('runners.form.save')));
  const runner = page
    .getByRole('list', { name: t('runners.title') })
    .getByRole('listitem')
    .first();
  await expect(runner).toContainText(t('runners.sign.ready'));
  await pressOn(page, button(page, t('runners.try')));
  await expect(runner).toContainText(t('runners.left', { count: 1 }));
  await pressOn(page, runner.locator('summary').filter({ hasText: t('runners.said') }));
  await expect(runner).toContainText('a line for its user');
  await looked(page, `posemesh-capacity-${language}`);
}

/** Leased, at work, finished, and what is kept of it. */
async function work(page: Page, t: Words, servers: MeshProcess, go: string, language: string): Promise<void> {
  rmSync(go);
  await page.keyboard.press('ControlOrMeta+6');
  await pressOn(page, page.getByRole('link', { name: /Posemesh/ }).first());
  const main = page.getByRole('main');
  await expect(main.getByText(t('state.network.online')).first()).toBeVisible({ timeout: FIRST_MS });
  await expect(main).toContainText(ADDRESS);
  const taskId = await servers.order(CAPABILITY, 'as it was');
  const jobs = page.getByRole('list', { name: t('networks.posemesh.facts.jobs') });
  await expect(jobs).toContainText('copying', { timeout: FIRST_MS });
  await expect(jobs).toContainText(t('networks.posemesh.work.local'));
  await expect(jobs).toContainText(t('networks.posemesh.job.estimated'));
  await looked(page, `posemesh-running-${language}`);
  writeFileSync(go, '');
  await expect
    .poll(async () => (await servers.state()).jobs.find((job) => job.taskId === taskId), { timeout: FIRST_MS })
    .toMatchObject({ state: 'completed', attempts: 1, reports: [{ kind: 'complete', status: 200 }] });
  expect((await servers.state()).data.find(({ name }) => name.includes('upper'))?.text).toBe('AS IT WAS');

  await pressOn(page, button(page, t('network.check.run')));
  const lines = page.getByRole('list', { name: t('network.check.lines') });
  await expect(lines.getByRole('listitem')).toHaveCount(6, { timeout: FIRST_MS });
  // It registers with its wallet, so there is no call back to ask for.
  await expect(lines.getByText(`: ${t('network.check.state.ok')}`)).toHaveCount(5);
  await expect(lines.getByText(`: ${t('network.check.state.skipped')}`)).toHaveCount(1);
  await pressOn(page, button(page, t('setup.rehearsal.again')));
  const rehearsed = page.getByRole('list', { name: t('network.rehearsal.steps') });
  await expect(main).toContainText(t('network.rehearsal.by.own-runner'), { timeout: FIRST_MS });
  await expect(rehearsed.getByText(`: ${t('setup.rehearsal.state.ok')}`)).toHaveCount(7);
  await looked(page, `posemesh-checked-${language}`);

  await page.keyboard.press('ControlOrMeta+2');
  await pressOn(
    page,
    main
      .getByRole('row')
      .filter({ hasText: t('networks.posemesh.work.local') })
      .first(),
  );
  await expect(main).toContainText(t('networks.posemesh.job.estimate'));
  await expect(main).toContainText(/0[.,]25/);
  await expect(main).toContainText(/1, 9 [Bb]yte/);
  await looked(page, `posemesh-job-${language}`);
}

/** With a pointer, as a file comes from the desktop: it is shown as one that was chosen is, and nothing is set by it. */
async function dropFile(page: Page, t: Words): Promise<void> {
  const region = page.getByRole('region', { name: t('networks.posemesh.env.title') });
  const dropped = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['DMS_WIRE=legacy\nREG_SECRET=dropped-and-nowhere-shown\n'], 'node.env'));
    return data;
  });
  await region.getByRole('button').first().dispatchEvent('drop', { dataTransfer: dropped });
  await expect(region.getByRole('row').filter({ hasText: 'DMS_WIRE' })).toContainText('legacy');
  expect(await page.content()).not.toContain('dropped-and-nowhere-shown');
}

/** Another wallet is shown before it takes the place of the one there. */
async function replaceWallet(page: Page, t: Words, language: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+6');
  await pressOn(page, page.getByRole('tab', { selected: true }), 'End');
  await expect(page.getByRole('region', { name: t('networks.posemesh.wallet.title') })).toContainText(ADDRESS);
  await looked(page, `posemesh-settings-${language}`);
  await dropFile(page, t);
  await pressOn(page, button(page, t('networks.posemesh.wallet.import')));
  await tabTo(page, page.getByLabel(t('networks.posemesh.wallet.key'), { exact: true }));
  await page.keyboard.type(OTHER_KEY);
  await page.keyboard.press('Enter');
  const asked = page.getByRole('alertdialog', { name: t('networks.posemesh.wallet.replaceTitle') });
  await expect(asked).toContainText(ADDRESS);
  await expect(asked).toContainText(OTHER_ADDRESS);
  await looked(page, `posemesh-wallet-${language}`, { over: true });
  await pressOn(page, button(page, t('networks.posemesh.wallet.replace')));
  await expect(page.getByRole('region', { name: t('networks.posemesh.wallet.title') })).toContainText(OTHER_ADDRESS);
  expect(await page.content()).not.toContain(OTHER_KEY);
}

/** As after a backup was put back: none starts before the yes, which is said here. */
async function allowRunners(page: Page, t: Words, data: string, language: string): Promise<void> {
  const words = ['settings', 'set', 'backends.runnersHeld', 'true', '--data', data];
  await promisify(execFile)(process.execPath, [CLI, ...words]);
  await page.keyboard.press('ControlOrMeta+4');
  await expect(page.getByText(t('runners.heldMeans'))).toBeVisible();
  await expect(button(page, t('runners.try'))).toHaveCount(0);
  await looked(page, `posemesh-held-${language}`);
  await pressOn(page, button(page, t('runners.allow')));
  await expect(button(page, t('runners.try'))).toBeVisible();
  await expect(page.getByText(t('runners.heldMeans'))).toHaveCount(0);
}

for (const language of ['en', 'de'] as const) {
  test(`from an empty folder to a finished job by keyboard alone, in ${language === 'en' ? 'English' : 'German'}`, async () => {
    const reason = await whyNot('console');
    test.skip(reason !== undefined, reason);
    test.setTimeout(400_000);
    const { t } = await speak(language);
    const folder = mkdtempSync(join(tmpdir(), 'hearth-posemesh-'));
    const go = join(folder, 'go');
    writeFileSync(go, '');
    const program = script(folder, 'run.sh', RUNNER);
    const servers = await startMeshProcess();
    const server = await launchConsole({ data: join(folder, 'data'), env: { OLLAMA_HOST: '127.0.0.1:9' } });
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
      await setUp(page, t, servers, folder, language);
      await addRunner(page, t, program, go, language);
      await work(page, t, servers, go, language);
      await replaceWallet(page, t, language);
      await allowRunners(page, t, join(folder, 'data'), language);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      await server.stop();
      await servers.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
}
