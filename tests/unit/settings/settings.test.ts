import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src-main/base/clock.ts';
import type { Logger } from '../../../src-main/base/logger.ts';
import { silentLogger } from '../../../src-main/base/logger.ts';
import { systemRandom } from '../../../src-main/base/random.ts';
import { openSecrets, secretsMigrations } from '../../../src-main/secrets/secrets.ts';
import { SettingChanged, SettingInvalid } from '../../../src-main/settings/errors.ts';
import { Settings } from '../../../src-main/settings/settings.ts';
import { settingsMigrations } from '../../../src-main/settings/store.ts';
import { openDatabase } from '../../../src-main/storage/database.ts';
import {
  settings as definitions,
  type SettingPath,
  type SettingValue,
  SettingView,
  settingPaths,
} from '../../../src-preload/contract/settings/index.ts';
import { temporaryFolder } from '../../support/folder.ts';

const OLLAMA = 'http://127.0.0.1:11434';
const CLOUD = 'https://models.example/v1';
const BACKENDS = 'backends.inference';
const SECRET = 'networks.iicp.operatorHmacKey';

async function started() {
  const folder = temporaryFolder();
  const clock = systemClock;
  const database = await openDatabase(
    { clock, logger: silentLogger },
    { file: join(folder, 'hearth.db'), migrations: [...settingsMigrations, ...secretsMigrations] },
  );
  onTestFinished(() => database.close());
  const { committer, read } = database;
  const warnings: unknown[] = [];
  const logger: Logger = { ...silentLogger, warn: (_message, fields) => warnings.push(fields) };
  /** As after a restart: everything from the disk. */
  const reopen = async () => {
    const secrets = await openSecrets({ random: systemRandom, clock, committer, read }, { dir: join(folder, 'keys') });
    return new Settings({ clock, logger, read, secrets });
  };
  const stored = () => read.prepare('SELECT path, value FROM settings ORDER BY path').raw().all();
  return { settings: await reopen(), reopen, stored, committer, warnings };
}

const shown = (settings: Settings, path: SettingPath) => settings.view().find((view) => view.path === path)!;

describe('settings', () => {
  it('begin at their initial values, none of them set', async () => {
    const { settings } = await started();
    expect(settings.view().map(({ path }) => path)).toEqual(settingPaths);
    for (const view of settings.view()) {
      expect(SettingView.parse(view)).toEqual(view);
      expect(view.isSet).toBe(false);
      expect(settings.get(view.path)).toEqual(definitions[view.path].initial);
    }
  });

  it('keep what is set over a restart, whatever fits', async () => {
    const { settings, reopen } = await started();
    const cell = fc.constantFrom('-', 'o', 'l', 'n', 'f');
    const day = fc.array(cell, { minLength: 48, maxLength: 48 }).map((cells) => cells.join(''));
    const grid = fc.record({
      days: fc.array(day, { minLength: 7, maxLength: 7 }),
      outside: fc.constantFrom('off', 'reduced'),
    });
    const change = fc.oneof(
      fc.record({ path: fc.constant('capacity.maxConcurrent' as const), value: fc.nat(256) }),
      fc.record({ path: fc.constant('networks.iicp.enabled' as const), value: fc.boolean() }),
      fc.record({ path: fc.constant('availability.grid' as const), value: fc.option(grid) }),
      fc.record({
        path: fc.constant(SECRET),
        value: fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => text.isWellFormed()),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        for (const { path, value } of changes) await settings.set(path, value as SettingValue<SettingPath>);
        const again = await reopen();
        for (const path of settingPaths) expect(again.get(path)).toEqual(settings.get(path));
        const last = new Map(changes.map(({ path, value }) => [path, value]));
        for (const [path, value] of last) expect(again.get(path as SettingPath)).toEqual(value);
        expect(again.view()).toEqual(settings.view());
      }),
      { numRuns: 25 },
    );
  });

  it('refuse what does not fit with the place and what is expected there, and change nothing', async () => {
    const { settings, stored } = await started();
    await settings.set('capacity.maxConcurrent', 3);
    const told: string[] = [];
    settings.onChange((path) => told.push(path));
    const attempts: [SettingPath, unknown, string][] = [
      ['capacity.maxConcurrent', 257, 'capacity.maxConcurrent was not changed: '],
      ['capacity.maxConcurrent', '4', 'it takes a number'],
      [
        'availability.grid',
        { days: Array.from({ length: 7 }, () => 'f'.repeat(47)), outside: 'off' },
        'grid.days[0] was not changed: expected a day of 48 half hours',
      ],
      [BACKENDS, [{ kind: 'ollama', url: 'ftp://x' }], '[0].url was not changed: expected an address such as http'],
      ['networks.iicp.endpoint', 'banana', 'endpoint was not changed: expected an http or https address. '],
      ['networks.iicp.endpoint', 'http://me:pw@x.example', 'endpoint was not changed: an address must not hold a user'],
      [BACKENDS, [{ kind: 'ollama', url: OLLAMA, extra: 1 }], '[0] was not changed: it has no member'],
      [
        BACKENDS,
        [
          { kind: 'ollama', url: OLLAMA },
          { kind: 'openai', url: `${OLLAMA}/` },
        ],
        '[1].url was not changed: this',
      ],
      [SECRET, 'x'.repeat(257), `${SECRET} was not changed: `],
    ];
    for (const [path, value, sentence] of attempts) {
      const refusal = await settings.set(path, value as never).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(SettingInvalid);
      expect(refusal).toMatchObject({ code: 'settings.invalid', category: 'invalid' });
      expect((refusal as Error).message).toContain(sentence);
    }
    expect(stored()).toEqual([['capacity.maxConcurrent', '3']]);
    expect([settings.get('capacity.maxConcurrent'), settings.get(BACKENDS), told]).toEqual([3, [], []]);
  });

  it('tell of each change once it is in force, until nobody listens', async () => {
    const { settings } = await started();
    const told: unknown[] = [];
    const off = settings.onChange((path) => told.push([path, settings.get(path)]));
    await settings.set('node.name', '  kitchen ');
    off();
    await settings.set('node.name', 'attic');
    expect(told).toEqual([['node.name', 'kitchen']]);
  });

  it('fall back to the initial value where a stored one no longer fits, and leave it stored', async () => {
    const { reopen, stored, committer, warnings } = await started();
    const put = (path: string, value: string) => ({
      sql: 'INSERT INTO settings (path, value, at) VALUES (?, ?, 0)',
      params: [path, value],
    });
    const rows = [
      ['capacity.maxConcurrent', '"many"'],
      ['from.another.version', '[1]'],
      ['node.name', 'not json'],
    ] as const;
    await committer.commit(rows.map(([path, value]) => put(path, value)));
    const settings = await reopen();
    expect([settings.get('capacity.maxConcurrent'), settings.get('node.name')]).toEqual([4, '']);
    expect(warnings).toEqual([{ path: 'capacity.maxConcurrent' }, { path: 'node.name' }]);
    expect(stored()).toEqual(rows);
  });
});

describe('a change made from a value', () => {
  const MODELS = 'backends.models';

  it('is taken while that value is in force, and refused once it is another', async () => {
    const { settings, stored } = await started();
    const before = shown(settings, MODELS).value;
    await settings.set(MODELS, [{ model: 'a', on: false }], before);
    const rows = stored();
    await expect(settings.set(MODELS, [{ model: 'b', on: false }], before)).rejects.toBeInstanceOf(SettingChanged);
    expect([settings.get(MODELS), stored()]).toEqual([[{ model: 'a', on: false }], rows]);
    await settings.set(MODELS, [], shown(settings, MODELS).value);
    expect(settings.get(MODELS)).toEqual([]);
  });

  it('loses no other, however many are made at once', async () => {
    const { settings } = await started();
    const names = Array.from({ length: 12 }, (_, index) => `model ${index}`);
    const add = async (model: string): Promise<void> => {
      const was = shown(settings, MODELS).value as SettingValue<typeof MODELS>;
      const refused = await settings.set(MODELS, [...was, { model }], was).catch((error: unknown) => error);
      if (refused instanceof SettingChanged) return add(model);
      expect(refused).toBeUndefined();
    };
    await Promise.all(names.map(add));
    expect(new Set(settings.get(MODELS).map(({ model }) => model))).toEqual(new Set(names));
  });

  it('may come from a list of servers as it is shown, keys marked and not told', async () => {
    const { settings } = await started();
    await settings.set(BACKENDS, [{ kind: 'openai', url: CLOUD, apiKey: 'held' }]);
    const was = shown(settings, BACKENDS).value as SettingValue<typeof BACKENDS>;
    await settings.set(BACKENDS, [...was, { kind: 'ollama', url: OLLAMA }], was);
    expect([settings.get(BACKENDS).length, settings.backendKey(CLOUD)]).toEqual([2, 'held']);
    await expect(settings.set(BACKENDS, [], was)).rejects.toBeInstanceOf(SettingChanged);
  });
});

describe('a secret setting', () => {
  it('is sealed, read inside, shown nowhere and removed by an empty one', async () => {
    const { settings, reopen, stored } = await started();
    await settings.set(SECRET, 'operator key');
    expect([settings.get(SECRET), (await reopen()).get(SECRET), stored()]).toEqual([
      'operator key',
      'operator key',
      [],
    ]);
    expect(shown(settings, SECRET)).toMatchObject({ value: null, isSet: true, secret: true });
    expect(JSON.stringify(settings.view())).not.toContain('operator key');
    await settings.set(SECRET, '');
    expect([settings.get(SECRET), shown(settings, SECRET).isSet]).toEqual(['', false]);
    expect((await reopen()).get(SECRET)).toBe('');
  });
});

describe('the keys of model servers', () => {
  it('are sealed by address and show only that they are set', async () => {
    const { settings, reopen, stored } = await started();
    await settings.set(BACKENDS, [
      { kind: 'openai', url: CLOUD, models: ['m'], apiKey: 'sk-very-secret' },
      { kind: 'ollama', url: OLLAMA },
    ]);
    for (const each of [settings, await reopen()]) {
      expect([each.backendKey(CLOUD), each.backendKey(`${CLOUD}`), each.backendKey(OLLAMA)]).toEqual([
        'sk-very-secret',
        'sk-very-secret',
        undefined,
      ]);
      expect(shown(each, BACKENDS).value).toEqual([
        { kind: 'openai', url: CLOUD, models: ['m'], apiKeySet: true },
        { kind: 'ollama', url: OLLAMA, apiKeySet: false },
      ]);
      expect(JSON.stringify([each.view(), each.get(BACKENDS)])).not.toContain('sk-very-secret');
    }
    expect(JSON.stringify(stored())).not.toContain('sk-very-secret');
  });

  it('stay when left out, also in a list set as it was shown, and change or go when they are given', async () => {
    const { settings } = await started();
    await settings.set(BACKENDS, [{ kind: 'openai', url: CLOUD, apiKey: 'first' }]);
    await settings.set(BACKENDS, shown(settings, BACKENDS).value as never);
    expect(settings.backendKey(CLOUD)).toBe('first');
    await settings.set(BACKENDS, [{ kind: 'openai', url: CLOUD, models: ['new'] }]);
    expect(settings.backendKey(CLOUD)).toBe('first');
    await settings.set(BACKENDS, [{ kind: 'openai', url: CLOUD, apiKey: 'second' }]);
    expect(settings.backendKey(CLOUD)).toBe('second');
    await settings.set(BACKENDS, [{ kind: 'openai', url: CLOUD, apiKey: '' }]);
    expect([settings.backendKey(CLOUD), shown(settings, BACKENDS).value]).toEqual([
      undefined,
      [{ kind: 'openai', url: CLOUD, apiKeySet: false }],
    ]);
  });

  it('go with their server, so that another one at the address later does not get them', async () => {
    const { settings, reopen } = await started();
    await settings.set(BACKENDS, [{ kind: 'openai', url: CLOUD, apiKey: 'old' }]);
    await settings.set(BACKENDS, []);
    await settings.set(BACKENDS, [{ kind: 'openai', url: CLOUD }]);
    expect([settings.backendKey(CLOUD), (await reopen()).backendKey(CLOUD)]).toEqual([undefined, undefined]);
  });

  it('belong to the list that was set last, however close together two are set', async () => {
    const { settings, reopen } = await started();
    await Promise.all([
      settings.set(BACKENDS, [{ kind: 'openai', url: CLOUD, apiKey: 'a' }]),
      settings.set(BACKENDS, [{ kind: 'ollama', url: OLLAMA, apiKey: 'b' }]),
    ]);
    const again = await reopen();
    expect([again.backendKey(CLOUD), again.backendKey(OLLAMA)]).toEqual([undefined, 'b']);
    expect(again.view()).toEqual(settings.view());
  });
});
