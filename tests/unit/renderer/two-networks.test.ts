// The pages with two networks that have little in common: IICP, and the tests' own, which earns stamps, needs no model and is not
// reached from outside. Each shows what is its own, and nothing that is only true of the other.
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { EarningSum } from '../../../src-preload/contract/earnings.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { reachOf } from '../../../src-renderer/frame/reach.ts';
import { type LanguageCode, languages } from '../../../src-renderer/i18n/index.ts';
import { isOfNetwork, workWords } from '../../../src-renderer/networks/lookup.ts';
import { type IdleInputs, idleCauses } from '../../../src-renderer/pages/home/idle.ts';
import { earnings, home, NOW, network, privacy, setup } from './network-specimens.tsx';
import { speak } from './speech.ts';

vi.mock('../../../src-preload/contract/networks/registry.ts', async (shipped) => {
  const { networkContracts } = await shipped<typeof import('../../../src-preload/contract/networks/registry.ts')>();
  const { parcelContract } = await import('../../networks/parcel/contract.ts');
  return { networkContracts: { ...networkContracts, parcel: parcelContract } };
});
vi.mock('../../../src-renderer/networks/registry.ts', async (shipped) => {
  const { networkPages } = await shipped<typeof import('../../../src-renderer/networks/registry.ts')>();
  const { parcel } = await import('../../networks/parcel/pages/index.tsx');
  return { networkPages: { ...networkPages, parcel } };
});
vi.mock('../../../src-renderer/networks/en.ts', async (shipped) => {
  const { networks, reasons } = await shipped<typeof import('../../../src-renderer/networks/en.ts')>();
  const { parcel, reasons: own } = await import('../../networks/parcel/pages/texts/en.ts');
  return { networks: { ...networks, parcel }, reasons: { ...reasons, ...own } };
});
vi.mock('../../../src-renderer/networks/de.ts', async (shipped) => {
  const { networks, reasons } = await shipped<typeof import('../../../src-renderer/networks/de.ts')>();
  const { parcel, reasons: says } = await import('../../networks/parcel/pages/texts/de.ts');
  return { networks: { ...networks, parcel }, reasons: { ...reasons, ...says } };
});
vi.mock('../../../src-renderer/networks/settings-de.ts', async (shipped) => {
  const { settings } = await shipped<typeof import('../../../src-renderer/networks/settings-de.ts')>();
  const { settings: own } = await import('../../networks/parcel/pages/texts/de-settings.ts');
  return { settings: { ...settings, ...own } };
});

const core = {
  enabled: true,
  state: 'online',
  reason: null,
  blockers: [],
  since: NOW,
  working: 0,
  nodeId: null,
  address: null,
  relay: null,
  seen: null,
  events: 0,
} as const;
const iicp = {
  ...core,
  id: 'iicp',
  title: 'IICP',
  capabilities: ['identity', 'pricing', 'account', 'inbound'],
  seen: { by: 'iicp.network', at: NOW - 5000 },
  detail: {
    directoryUrl: 'https://iicp.network/api',
    listening: null,
    registeredAt: NOW,
    heartbeat: { sequence: 3, lastAcceptedAt: NOW, nextAt: null, failure: null },
    reputation: 0.9,
    mesh: null,
    relayed: null,
  },
} as unknown as NetworkView;
const parcel = {
  ...core,
  id: 'parcel',
  title: 'Parcel',
  capabilities: [],
  seen: { by: 'Ada', at: NOW - 9000 },
  detail: { managerUrl: 'http://manager.example/', weighed: 2, shelves: 1 },
} as unknown as NetworkView;

const sum = (id: string, unit: string, netMicro: number): EarningSum => ({
  network: id,
  unit,
  state: 'received',
  grossMicro: netMicro,
  feeMicro: 0,
  netMicro,
  entries: 1,
});

/** Words that only IICP has a use for. */
const ALIEN: Record<LanguageCode, RegExp> = {
  en: /\b(?:iicp|director|prompt|token|heartbeat|relay|credit|question|answer)/i,
  de: /\b(?:iicp|verzeichnis|prompt|token|lebenszeichen|zwischenstelle|credit|guthaben|fragen und antworten)/i,
};
const OWN: Record<LanguageCode, { fact: string; row: string; promise: string; sends: string; setting: string }> = {
  en: {
    fact: 'Parcels weighed\n2',
    row: '2 parcels weighed',
    promise: 'A parcel is never opened.',
    sends: 'Parcels to weigh',
    setting: 'Shelves at once',
  },
  de: {
    fact: 'Gewogene Pakete\n2',
    row: '2 Pakete gewogen',
    promise: 'Ein Paket wird nie geöffnet.',
    sends: 'Pakete zum Wiegen',
    setting: 'Regale zugleich',
  },
};

describe.each(languages)('two networks in %s', (code) => {
  let words: Awaited<ReturnType<typeof speak>>;
  beforeAll(async () => {
    words = await speak(code);
  });
  const own = OWN[code];
  const ofIicp = (key: 'facts.heartbeats' | 'promise.prompts' | 'promise.reach') => words.t(`networks.iicp.${key}`);

  it('each have a row of their own on Home', async () => {
    const [both, alone] = [await home([iicp, parcel]), await home([parcel])];
    expect(both).toContain(own.row);
    expect(both.indexOf('IICP')).toBeLessThan(both.indexOf('Parcel'));
    expect(alone).toContain(own.row);
    expect(alone).not.toMatch(ALIEN[code]);
  });

  it('each have the same tabs under Network, with facts, settings and a history of their own', async () => {
    const [first, second] = [await network([iicp, parcel]), await network([iicp, parcel], 'parcel')];
    for (const [page, title] of [[first, 'IICP'] as const, [second, 'Parcel'] as const]) {
      expect(page).toContain(words.t('network.history', { network: title }));
      for (const tab of ['overview', 'work', 'money', 'settings'] as const) {
        expect(page).toContain(words.t(`network.tab.${tab}`));
      }
      // Both are in the list, whichever is looked at.
      for (const name of ['IICP', 'Parcel']) expect(page).toContain(name);
    }
    expect(second).toContain(own.fact);
    expect(first).toContain(ofIicp('facts.heartbeats'));
    expect(second).not.toContain(ofIicp('facts.heartbeats'));
    const alone = await network([parcel]);
    // It is not reached from outside, and has no name of this computer.
    expect(alone).not.toContain(words.t('network.nodeId'));
    expect(alone).not.toMatch(ALIEN[code]);
    expect(await network([parcel], 'parcel.settings')).toContain(own.setting);
  });

  it('keep what only its protocol has a word for behind one click', async () => {
    const [plain = '', technical = ''] = (await network([iicp])).split(`\n${words.t('network.technical')}\n`);
    const heartbeat = { en: /heartbeat|node id|listening/i, de: /lebenszeichen|knoten-id|lauscht/i }[code];
    expect(plain).not.toMatch(heartbeat);
    expect(technical).toMatch(heartbeat);
  });

  it('each say in the first run what they send and promise, one no more than the other', async () => {
    const both = await setup([iicp, parcel], ['iicp', 'parcel']);
    expect(both.join).toContain(own.sends);
    expect(both.join).toContain('iicp.network');
    const [, ofFirst = '', ofSecond = ''] = both.join.split(/^(?:IICP|Parcel)$/m);
    expect(ofFirst).toContain(ofIicp('promise.prompts'));
    expect(ofFirst).not.toContain(own.promise);
    expect(ofSecond).toContain(own.promise);
    expect(ofSecond).not.toContain(ofIicp('promise.reach'));
    expect(ofFirst).toContain(words.t('setup.join.price'));
    expect(ofSecond).not.toContain(words.t('setup.join.price'));
  });

  it('are asked for nothing that only another one needs', async () => {
    const alone = await setup([parcel], ['parcel']);
    expect(alone.join).toContain(own.promise);
    for (const key of ['setup.join.price', 'setup.reach.details', 'setup.kinds.title'] as const) {
      expect(alone.join).not.toContain(words.t(key));
    }
    expect(alone.ready).not.toContain(words.t('setup.ready.models'));
    expect(alone.join + alone.ready).not.toMatch(ALIEN[code]);
    // Ticked alone where both are there.
    expect((await setup([iicp, parcel], ['parcel'])).ready).not.toMatch(ALIEN[code]);
  });

  it('say what is kept of questions and answers only where one has some', async () => {
    const off = { ...iicp, enabled: false };
    for (const key of ['settings.keepPrompts', 'settings.kinds'] as const) {
      expect(await privacy([iicp, parcel])).toContain(words.t(key));
      expect(await privacy([off, { ...parcel, enabled: false }])).toContain(words.t(key));
      expect(await privacy([off, parcel])).not.toContain(words.t(key));
    }
  });

  it('are never added up, and only one that can have a price shows it with its money', async () => {
    const sums = [
      sum('iicp', 'credit', 1_000_000),
      sum('parcel', 'stamp', 312_000_000),
      sum('parcel', 'credit', 2_000_000),
    ];
    const { totals, money } = await earnings([iicp, parcel], sums);
    expect(totals.match(/Parcel/g)).toHaveLength(2);
    expect(totals.match(/IICP/g)).toHaveLength(1);
    expect(totals).toContain('312');
    expect(totals).not.toMatch(/\b(?:313|315|3)\b/);
    const price = new RegExp(`^${words.t('network.money.price')}$`, 'm');
    expect(money.iicp).toMatch(price);
    expect(money.parcel).not.toMatch(price);
  });

  it('stand in a line each, by their own unit, and only what is money can be paid out', async () => {
    const both = await earnings(
      [iicp, parcel],
      [sum('iicp', 'credit', 37_571_300), sum('parcel', 'stamp', 312_000_000)],
    );
    const [table] = both.byNetwork.split(words.t('earnings.networks.balances'));
    const stamps = words.f.unit('stamp', 312_000_000);
    const lines = table!.replace(/\n/g, ' ').slice(table!.indexOf('IICP'));
    expect(lines).toContain(`37${code === 'de' ? ',' : '.'}57 ${words.f.unit('credit', 2)} –`);
    expect(lines).toContain(`312 ${stamps} 312 ${stamps}`);
    expect(table).toContain(words.t('networks.iicp.notMoney'));
    const alone = await earnings([parcel], [sum('parcel', 'stamp', 312_000_000)]);
    expect(alone.byNetwork).not.toContain(words.t('networks.iicp.notMoney'));
  });

  it('call their kinds of work by their own words', () => {
    expect(workWords('shelf', words.t)).toBe(words.t('networks.parcel.work.shelf' as never));
    expect(workWords('urn:iicp:intent:llm:chat:v1', words.t)).toBe(words.t('words.task.chat'));
  });
});

describe('with two networks', () => {
  it('the best of them says how it stands, in its own word where it has one', () => {
    const away = { ...parcel, state: 'degraded' } as NetworkView;
    expect(reachOf([away, iicp], undefined)?.word).toBe('state.network.online');
    expect(reachOf([away], undefined)?.word).toBe('networks.parcel.away');
    expect(reachOf([parcel], undefined)?.word).toBe('state.network.online');
  });

  it('help with an error of each leads to Network', () => {
    expect(
      ['iicp.hidden', 'IICP-E049', 'parcel.manager-away', 'parcel', 'backends.exposed', '__proto__.x'].map(isOfNetwork),
    ).toEqual([true, true, true, true, false, false]);
  });

  it('a lack of models keeps away only what needs them', () => {
    const causes = (networks: readonly NetworkView[]) =>
      idleCauses({
        node: { state: 'ready', working: 0, slots: 4, services: [] },
        networks,
        backends: [],
        work: { live: [], recent: [], today: { done: 0, failed: 0, cancelled: 0, refused: 0 }, refusals: [] },
        answer: { accepting: true, slots: 4, most: 4, also: [] },
      } as unknown as IdleInputs).map(({ id, weight }) => `${id} ${weight}`);
    expect(causes([iicp])).toEqual(['no-backend blocks']);
    expect(causes([iicp, parcel])).toEqual(['no-backend slows', 'no-demand normal']);
    expect(causes([parcel])).toEqual(['no-demand normal']);
    expect(causes([{ ...iicp, enabled: false }, parcel])).toEqual(['no-demand normal']);
  });
});
