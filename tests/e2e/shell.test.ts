// One state, whoever looks at it and whoever changes it: tray, window, console and command line side by side on one engine.
import { expect } from '@playwright/test';
import type { PauseFor } from '../../src-preload/contract/availability.ts';
import type { NodeView } from '../../src-preload/contract/node.ts';
import { ask, clickTray, command, openConsole, test, tray } from './shell-help.ts';

test('tray, window, console and command line never disagree, whichever of them makes the change', async ({
  data,
  start,
}) => {
  const host = await start();
  const page = await host.firstWindow();
  // The first run has the window to itself until it is put off.
  await page.getByRole('button', { name: 'Finish later' }).click();
  const { link } = (await command(data, 'link')) as { link: string };
  const browser = await openConsole(link);

  /** What each of them says now, in the same words. */
  const views = async () => {
    const seen = await tray(host);
    const [window, console, line] = [
      (await ask(page, 'node.get')).value,
      (await browser.ask('node.get')).value,
      ((await command(data, 'status')) as { node: NodeView }).node,
    ];
    const { pause, quiet } = (await browser.ask('availability.get')).value;
    const switchOf = (name: string) => seen.menu.find(({ label }) => label === name)?.checked;
    return {
      tray: {
        sentence: seen.toolTip,
        first: seen.menu[0]?.label,
        on: switchOf('Sharing'),
        quiet: switchOf('Quiet mode'),
      },
      window: pick(window),
      console: pick(console),
      line: pick(line),
      wants: console.sharing && pause === null,
      quiet,
    };
  };
  const pick = ({ state, sentence, sharing, working }: NodeView) => ({ state, sentence, sharing, working });

  /** Until all say the same, and that it is so. */
  const agree = async (sentence: RegExp, wants: boolean) => {
    await expect(async () => {
      const { window, console, line, ...rest } = await views();
      expect(window.sentence).toMatch(sentence);
      expect([console, line]).toEqual([window, window]);
      expect(rest.tray.sentence).toBe(window.sentence);
      // Off, too, where no network is joined: nothing was started then.
      const on = wants && window.state !== 'off';
      await expect(page.getByRole('switch', { name: 'Sharing' })).toBeChecked({ checked: on, timeout: 1000 });
      expect(rest.tray.first).toContain(window.sentence);
      expect([rest.tray.on, rest.wants]).toEqual([on, wants]);
    }).toPass({ timeout: 60_000 });
  };

  await agree(/^Not sharing with any network$/, true);

  // Sharing begins with a network: in the tray, too, the switch leads to the first run, which was only put off.
  await clickTray(host, 'Sharing');
  await page.getByRole('button', { name: 'Finish later' }).click();
  await ask(page, 'node.pause');
  await agree(/^Paused until you resume$/, false);
  await ask(page, 'node.resume');
  await agree(/^Not sharing/, true);

  const pauses: [PauseFor, RegExp][] = [
    ['30m', /^Paused until \d\d:\d\d$/],
    ['resumed', /^Paused until you resume$/],
  ];
  for (const [how, sentence] of pauses) {
    await browser.ask('availability.pause', { for: how });
    await agree(sentence, false);
  }
  await command(data, 'resume');
  await agree(/^Not sharing/, true);

  await clickTray(host, '1 hour');
  await agree(/^Paused until \d\d:\d\d$/, false);
  await clickTray(host, 'Resume sharing');
  await agree(/^Not sharing/, true);

  /** Until all of them have quiet mode so. */
  const agreeOnQuiet = async (on: boolean) => {
    await expect(async () => {
      const { tray: seen, quiet } = await views();
      const line = (await command(data, 'settings', 'get', 'availability.quiet')) as { value: unknown };
      expect([seen.quiet, quiet, line.value]).toEqual([on, on, on]);
      await expect(page.getByRole('switch', { name: 'Quiet mode' })).toBeChecked({ checked: on, timeout: 1000 });
    }).toPass({ timeout: 60_000 });
  };
  await page.getByRole('link', { name: 'Availability', exact: true }).click();
  await clickTray(host, 'Quiet mode');
  await agreeOnQuiet(true);
  await agree(/^Not sharing/, true);
  await page.getByRole('switch', { name: 'Quiet mode' }).click();
  await agreeOnQuiet(false);
  await command(data, 'settings', 'set', 'availability.quiet', 'true');
  await agreeOnQuiet(true);

  await command(data, 'pause');
  await agree(/^Paused/, false);
  await browser.ask('availability.resume');
  await agree(/^Not sharing/, true);

  // With a network, wherever its directory may be, both switches turn.
  await command(data, 'settings', 'set', 'networks.iicp.directoryUrl', 'http://127.0.0.1:9');
  await command(data, 'settings', 'set', 'networks.iicp.enabled', 'true');
  const joined = /^(?!Not sharing|Paused)/;
  await agree(joined, true);
  await clickTray(host, 'Sharing');
  await agree(/^Paused until you resume$/, false);
  await clickTray(host, 'Sharing');
  await agree(joined, true);

  await ask(page, 'availability.pause', { for: '4h' });
  await agree(/^Paused until \d\d:\d\d$/, false);
  await command(data, 'settings', 'set', 'ui.language', 'de');
  await expect.poll(async () => (await tray(host)).toolTip).toMatch(/^Angehalten bis \d\d:\d\d$/);
  browser.close();
});
