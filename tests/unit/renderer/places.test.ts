import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import type { ReachabilityView } from '../../../src-preload/contract/reachability.ts';
import { type SettingPath, type SettingView, settings } from '../../../src-preload/contract/settings/index.ts';
import { type Action, actionsStore, addActions } from '../../../src-renderer/actions.ts';
import { startActions } from '../../../src-renderer/frame/actions.ts';
import { reachOf } from '../../../src-renderer/frame/reach.ts';
import { findActions, meantBy } from '../../../src-renderer/frame/search.ts';
import { settingActions } from '../../../src-renderer/frame/setting-actions.ts';
import { speechStore } from '../../../src-renderer/i18n/index.ts';
import { ariaKeys, isPressed, keyLabel, type Pressed } from '../../../src-renderer/keys.ts';
import { hrefOf, placeIds, whereIs } from '../../../src-renderer/places.ts';
import { speak } from './speech.ts';

describe('an address', () => {
  it('leads back to the place and the thing that it was made of', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...placeIds),
        fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }),
        (place, detail) => {
          expect(whereIs(hrefOf(place, detail).slice(1))).toEqual({ place, detail });
          expect(whereIs(hrefOf(place).slice(1))).toEqual({ place, detail: undefined });
        },
      ),
    );
  });

  it.each([
    ['/', 'home'],
    ['', 'home'],
    ['/work', 'work'],
    ['/work/', 'work'],
    ['/nowhere', undefined],
    ['/work/1/2', undefined],
    ['//work', undefined],
    ['/work/%E0%A4%A', undefined],
    [`/work/${'x'.repeat(2000)}`, undefined],
    ['/t=0123456789', undefined],
    ['/constructor', undefined],
  ])('%s means %s', (path, place) => {
    expect(whereIs(path)?.place).toBe(place);
  });
});

const press = (key: string, held: Partial<Pressed> = {}): Pressed => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

describe('a shortcut', () => {
  it.each([
    ['Mod+K', press('k', { ctrlKey: true }), false, true],
    ['Mod+K', press('K', { ctrlKey: true }), false, true],
    ['Mod+K', press('k', { metaKey: true }), true, true],
    ['Mod+K', press('k', { ctrlKey: true }), true, false],
    ['Mod+K', press('k'), false, false],
    ['Mod+K', press('k', { ctrlKey: true, altKey: true }), false, false],
    ['Mod+P', press('P', { ctrlKey: true, shiftKey: true }), false, false],
    ['Mod+Shift+P', press('P', { ctrlKey: true, shiftKey: true }), false, true],
    ['Mod+1', press('&', { ctrlKey: true, code: 'Digit1' }), false, true],
    ['Mod+1', press('1', { ctrlKey: true, code: 'Numpad1' }), false, true],
    ['?', press('?', { shiftKey: true }), false, true],
    ['?', press('?'), false, true],
    ['?', press('?', { ctrlKey: true }), false, false],
    ['F1', press('F1'), false, true],
    ['F1', press('F1', { shiftKey: true }), false, false],
    ['Mod+,', press(',', { ctrlKey: true }), false, true],
  ])('%s by %o on a Mac (%s): %s', (keys, event, mac, pressed) => {
    expect(isPressed(keys, event, mac)).toBe(pressed);
  });

  it('is written as the computer’s keys are', () => {
    const names = { Mod: 'Strg', Shift: 'Umschalt' };
    expect([
      keyLabel('Mod+Shift+P', false, names),
      keyLabel('Mod+Shift+P', true, names),
      keyLabel('?', false, names),
    ]).toEqual(['Strg+Umschalt+P', '⌘⇧P', '?']);
    expect([ariaKeys('Mod+K', false), ariaKeys('Mod+K', true)]).toEqual(['Control+K', 'Meta+K']);
  });
});

describe('the actions', () => {
  const action = (id: string) => ({ id }) as Action;
  const ids = () => actionsStore.getState().actions.map(({ id }) => id);

  it('are there while whoever added them is, the last first', () => {
    const offFrame = addActions([action('a'), action('b')]);
    const offPage = addActions([action('c')]);
    expect(ids()).toEqual(['c', 'a', 'b']);
    offPage();
    expect(ids()).toEqual(['a', 'b']);
    offFrame();
    expect(ids()).toEqual([]);
  });
});

/** As the palette has them: what can be done, and every setting. */
async function palette(code: 'en' | 'de') {
  await speak(code);
  const { speech } = speechStore.getState();
  const off = startActions();
  const actions = [...actionsStore.getState().actions, ...settingActions(delivered, speech)];
  off();
  return { actions, t: speech.t };
}

const delivered = (Object.keys(settings) as SettingPath[]).map((path): SettingView => {
  const { initial, about } = settings[path];
  const value = initial as SettingView['value'];
  return { path, value, initial: value, isSet: false, secret: false, about };
});

describe('finding an action', () => {
  const found = async (code: 'en' | 'de', typed: string) => {
    const { actions, t } = await palette(code);
    return findActions(actions, typed, t).map(({ id }) => id);
  };

  it.each([
    ['quiet', 'leise', 'sharing.quiet'],
    ['noise', 'lärm', 'sharing.quiet'],
    ['price', 'preis', 'go.earnings'],
    ['hot', 'heiss', 'go.availability'],
    ['hours', 'stunden', 'go.availability'],
    ['schedule', 'zeitplan', 'go.availability'],
    ['wallet', 'geldbörse', 'go.earnings'],
    ['payout', 'auszahlung', 'go.earnings'],
    ['money', 'geld', 'go.earnings'],
    ['limit', 'grenze', 'go.capacity'],
    ['battery', 'akku', 'go.availability'],
    ['why idle', 'warum untätig', 'go.idle'],
    ['language', 'sprache', 'ui.language.de'],
    ['dark', 'dunkel', 'ui.theme.dark'],
    ['router', 'router', 'go.network'],
    ['game', 'spiel', 'sharing.release'],
    ['why', 'warum', 'go.idle'],
    ['restore', 'wiederherstellen', 'go.backup'],
    ['battery', 'akku', 'setting availability.battery'],
    ['login', 'anmelden', 'setting desktop.openAtLogin'],
    ['multiplier', 'multiplier', 'setting pricing.iicp.multiplier'],
  ])('%s, or %s in German, leads to %s', async (english, german, id) => {
    expect(await found('en', english)).toContain(id);
    expect(await found('de', german)).toContain(id);
  });

  it.each([
    ['qiuet', 'quiet'],
    ['pasue', 'pause'],
    ['batery', 'battery'],
    ['langauge', 'language'],
    ['pause sharign', 'pause sharing'],
    ['paus sharign', 'paus sharing'],
    ['pasue sharign', 'pause sharing'],
    ['zebra batery', 'battery'],
    ['quiet zebra', undefined],
    ['zebra', undefined],
    ['x', undefined],
    [' ', undefined],
  ])('takes “%s” for %s', async (typed, meant) => {
    const { actions, t } = await palette('en');
    expect(meantBy(actions, typed, t)).toBe(meant);
  });

  it('lists with nothing typed only what opens something', async () => {
    const { actions } = await palette('en');
    const changing = actions.filter(({ opens }) => !opens).map(({ id }) => id);
    for (const id of ['sharing.release', 'sharing.quiet', 'backends.detect', 'ui.theme.dark']) {
      expect(changing).toContain(id);
    }
    expect(actions.filter(({ opens }) => opens).map(({ id }) => id)).toEqual(
      expect.arrayContaining(['go.earnings', 'help.page', 'sharing.pauseFor']),
    );
  });

  it('takes the beginnings of words, names before the rest', async () => {
    expect((await found('en', 'earn'))[0]).toBe('go.earnings');
    expect(await found('en', 'ollama')).toContain('backends.detect');
    expect((await found('en', 'the dark'))[0]).toBe('ui.theme.dark');
    expect(await found('en', 'zebra')).toEqual([]);
  });

  it('needs neither case nor accents', async () => {
    expect((await found('de', 'ZURUCK'))[0]).toBe('sharing.release');
    expect((await found('de', 'ubersicht'))[0]).toBe('go.home');
  });

  it('puts settings after what can be done', async () => {
    const ids = await found('en', 'quiet');
    expect(ids[0]).toBe('sharing.quiet');
    expect(ids).toContain('setting availability.quiet');
  });

  it('finds all of them for nothing, each under a name of its own', async () => {
    const all = await found('en', ' ');
    expect(all.length).toBeGreaterThan(15);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('whether anybody can find this computer', () => {
  const network = (state: NetworkView['state'], enabled = true) => ({ id: 'iicp', state, enabled }) as NetworkView;

  it('is what the best of its networks says, of those that are on', () => {
    const word = (...networks: NetworkView[]) => reachOf(networks, undefined)?.word;
    expect(word()).toBeUndefined();
    expect(word(network('online', false))).toBeUndefined();
    expect(word(network('blocked'), network('online'), network('degraded'))).toBe('state.network.online');
    expect(word(network('blocked'), network('degraded'))).toBe('networks.iicp.state.degraded');
  });

  it('is, where a network needs a way in, whether others get through', () => {
    const proof = (reached: boolean) => [{ proof: { reached } }] as ReachabilityView['ports'];
    const word = (state: NetworkView['state'], tier: ReachabilityView['tier'], ports: ReachabilityView['ports']) =>
      reachOf([network(state)], { wanted: true, tier, ports })?.word;
    expect(word('online', 1, proof(true))).toBe('state.reach.reached');
    expect(word('online', 1, [{ proof: null }] as ReachabilityView['ports'])).toBe('state.reach.unproven');
    expect(word('blocked', null, [])).toBe('state.reach.looking');
    expect(word('online', 4, proof(false))).toBe('state.reach.unreached');
    expect(word('degraded', 1, proof(true))).toBe('networks.iicp.state.degraded');
    expect(word('degraded', 4, proof(false))).toBe('state.reach.unreached');
    expect(reachOf([network('online', false)], { wanted: true, tier: 4, ports: [] })).toBeUndefined();
  });
});
