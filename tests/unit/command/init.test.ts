// `hearth init`: the same choices and the same words as the first run on the pages, and a service as it is packed.
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Answered } from '../../../src-main/base/run.ts';
import { canServe, installService, unit } from '../../../src-main/command/init/service.ts';
import { withConsents } from '../../../src-preload/contract/networks/consents.ts';
import { networkContracts } from '../../../src-preload/contract/networks/registry.ts';
import { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { weekNames, weekOf } from '../../../src-preload/contract/settings/presets.ts';
import { presets } from '../../../src-renderer/components/week/presets.ts';
import { daysWith } from '../../../src-renderer/components/week/spans.ts';
import { temporaryFolder } from '../../support/folder.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

describe('a ready-made week', () => {
  it.each(weekNames)('%s is as the pages fill it', (name) => {
    const onPages = { nights: presets.nights, workdays: presets.away, weekend: presets.weekend }[name];
    expect(Grid.parse(weekOf(name))).toEqual({ days: daysWith(onPages), outside: 'off' });
  });
});

describe('what is agreed to', () => {
  const pages = globSync('src-renderer/**/en{/**/,}*.ts', { cwd: ROOT })
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n')
    .replaceAll(/\{\{\w+\}\}/g, '{}');

  it.each(
    Object.values(networkContracts).flatMap(({ id, consent }) =>
      (['sends', 'costs', 'sees', 'runs'] as const).map((what) => [id, what, consent[what]] as const),
    ),
  )('at %s about what it %s is in the words of the pages', (_id, _what, text) => {
    expect(pages).toContain(text.replaceAll(/\{\{\w+\}\}/g, '{}'));
  });
});

describe('the service', () => {
  const deps = (home: string, answers: (args: readonly string[]) => Answered['kind'] = () => 'done') => {
    const asked: string[] = [];
    const run = async (program: string, args: readonly string[]): Promise<Answered> => {
      asked.push([program, ...args].join(' '));
      const kind = answers(args);
      return kind === 'done' ? { kind, text: '' } : { kind };
    };
    return { asked, run, env: {}, home, uid: 1000, booted: true };
  };

  it('is the unit that is packed, but for what it runs', () => {
    const packed = readFileSync(join(ROOT, 'build/resources/systemd/user/hearth.service'), 'utf8');
    const lines = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines(unit(['hearth', 'serve', '--headless']))).toEqual(lines(packed));
  });

  it('runs words as they are, and keeps where the passphrase lies', () => {
    const text = unit(['/opt/my node', 'a%b$c"d'], '/home/ada/the word');
    expect(text).toContain('ExecStart="/opt/my node" "a%%b$$c\\"d"\n');
    expect(text).toContain('Environment="HEARTH_PASSPHRASE_FILE=/home/ada/the word"\n');
  });

  it('is written for this user, enabled, started, and stays after logging out', async () => {
    const home = temporaryFolder();
    const own = deps(home);
    const file = await installService(own, ['hearth', 'serve']);
    expect(file).toBe(join(home, '.config/systemd/user/hearth.service'));
    expect(readFileSync(file, 'utf8')).toBe(unit(['hearth', 'serve']));
    expect(own.asked).toEqual([
      'systemctl --user daemon-reload',
      'systemctl --user enable hearth',
      'systemctl --user restart hearth',
      'loginctl enable-linger',
    ]);
  });

  it('says what failed, and works where it may not stay', async () => {
    const refused = installService(
      deps(temporaryFolder(), ([, verb]) => (verb === 'enable' ? 'failed' : 'done')),
      ['x'],
    );
    await expect(refused).rejects.toMatchObject({
      code: 'command.service-failed',
      message: expect.stringContaining('enable hearth'),
    });
    await installService(
      deps(temporaryFolder(), ([verb]) => (verb === 'enable-linger' ? 'missing' : 'done')),
      ['x'],
    );
  });

  it.each([{ booted: false }, { uid: 0 }, { uid: undefined }])(
    'is not offered for %j, and says what to do instead',
    async (how) => {
      const own = { ...deps('/nowhere'), ...how };
      expect(canServe(own)).toBe(false);
      await expect(installService(own, ['x'])).rejects.toMatchObject({ code: 'command.no-systemd' });
    },
  );
});

describe('consents', () => {
  it('stay with their time for the same version, and make room for one to a newer version', () => {
    const given = [
      { network: 'a', version: 1, at: 5 },
      { network: 'b', version: 1, at: 6 },
    ];
    const agreed = [
      { network: 'a', version: 1 },
      { network: 'b', version: 2 },
      { network: 'c', version: 1 },
    ];
    expect(withConsents(given, agreed, 9)).toEqual([
      { network: 'a', version: 1, at: 5 },
      { network: 'b', version: 2, at: 9 },
      { network: 'c', version: 1, at: 9 },
    ]);
  });
});
