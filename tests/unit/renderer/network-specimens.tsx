// The places that networks share, as markup, with networks that a test makes up. What a place asks the engine for stays unanswered.
import type { ReactElement } from 'react';
import { prerender } from 'react-dom/static';
import type { EarningSum, EarningsSeries, EarningsView } from '../../../src-preload/contract/earnings.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { type SettingPath, type SettingView, settings } from '../../../src-preload/contract/settings/index.ts';
import { Networks as EarningNetworks } from '../../../src-renderer/pages/earnings/networks.tsx';
import { Totals } from '../../../src-renderer/pages/earnings/totals.tsx';
import { Networks as HomeNetworks } from '../../../src-renderer/pages/home/networks.tsx';
import { Network } from '../../../src-renderer/pages/network/index.tsx';
import { Privacy } from '../../../src-renderer/pages/settings/privacy.tsx';
import { Join } from '../../../src-renderer/pages/setup/join.tsx';
import { Ready } from '../../../src-renderer/pages/setup/ready.tsx';
import type { Facts, StepProps } from '../../../src-renderer/pages/setup/step.ts';
import { earningsStore } from '../../../src-renderer/stores/earnings.ts';
import { networksStore } from '../../../src-renderer/stores/networks.ts';
import { settingsStore } from '../../../src-renderer/stores/settings.ts';

export const NOW = Date.UTC(2026, 10, 22, 12);

/** What people read of it, each text on a line of its own. */
async function read(element: ReactElement): Promise<string> {
  const { prelude } = await prerender(element);
  const markup = await new Response(prelude as BodyInit).text();
  return markup
    .replace(/<script[\s\S]*?<\/script>/g, '')
    .replace(/<!-- -->|<\/?bdi[^>]*>/g, '')
    .replace(/<[^>]+>/g, '\n')
    .replace(/&#x27;/g, "'")
    .replace(/[\u2068\u2069]/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n');
}

/** As delivered, but for what was ticked in the first run. */
function settingsWith(ticked: readonly string[] | null): SettingView[] {
  return (Object.keys(settings) as SettingPath[]).map((path) => {
    const { initial, about } = settings[path];
    const value = (path === 'setup.networks' ? ticked : initial) as SettingView['value'];
    return { path, value, initial: initial as SettingView['value'], isSet: false, secret: false, about };
  });
}

/** On a server stores say what they began with; here that is what they hold. */
function hold(networks: readonly NetworkView[], ticked: readonly string[] | null): Facts {
  const facts: Facts = {
    mode: 'console',
    practice: false,
    settings: settingsWith(ticked),
    networks,
    unreadable: [],
  };
  networksStore.setState({ live: { boot: 'a', revision: 1, value: [...networks] } });
  settingsStore.setState({ live: { boot: 'a', revision: 1, value: [...facts.settings] } });
  networksStore.getInitialState = networksStore.getState;
  settingsStore.getInitialState = settingsStore.getState;
  return facts;
}

const nothing = () => {};
const step = (facts: Facts): StepProps => ({
  facts,
  onBack: undefined,
  onNext: nothing,
  onDone: () => Promise.resolve(),
});

export async function home(networks: readonly NetworkView[]): Promise<string> {
  hold(networks, null);
  return read(<HomeNetworks networks={networks} inbound={undefined} earnings={undefined} now={NOW} />);
}

/** `detail` as it stands behind the place in the address. */
export async function network(networks: readonly NetworkView[], detail?: string): Promise<string> {
  hold(networks, null);
  return read(<Network detail={detail} />);
}

/** What the screens of the first run say that speak of networks. */
export async function setup(networks: readonly NetworkView[], ticked: readonly string[] | null) {
  const facts = hold(networks, ticked);
  return { join: await read(<Join {...step(facts)} />), ready: await read(<Ready {...step(facts)} />) };
}

export async function privacy(networks: readonly NetworkView[]): Promise<string> {
  hold(networks, null);
  return read(<Privacy />);
}

export async function earnings(networks: readonly NetworkView[], sums: readonly EarningSum[]) {
  hold(networks, null);
  const series = { points: [{ start: NOW, end: NOW + 1 }], total: { sums }, through: 1 } as unknown as EarningsSeries;
  const table = await byNetwork(sums);
  const money: Record<string, string> = {};
  for (const { id } of networks) money[id] = await network(networks, `${id}.money`);
  return { totals: await read(<Totals series={series} by="day" />), money, byNetwork: table };
}

/** All of it received, and in hand. */
function byNetwork(sums: readonly EarningSum[]): Promise<string> {
  const received = sums.map(({ network, unit, netMicro, entries }) => ({
    network,
    unit,
    amountMicro: netMicro,
    entries,
  }));
  const balances = sums.map(({ network, unit, grossMicro, feeMicro, netMicro }) => ({
    network,
    unit,
    grossMicro,
    feeMicro,
    netMicro,
    refundedMicro: 0,
    receivedMicro: netMicro,
    onItsWayMicro: 0,
    depositedMicro: 0,
    withdrawnMicro: 0,
    inHandMicro: netMicro,
  }));
  const standing = {
    today: { received: null, onItsWay: [], failed: [] },
    total: { received, onItsWay: [], failed: [] },
  };
  const value: EarningsView = { dayStart: 0, today: [], total: received, standing, balances, through: 1, settled: 1 };
  earningsStore.setState({ live: { boot: 'a', revision: 1, value } });
  earningsStore.getInitialState = earningsStore.getState;
  return read(<EarningNetworks view={value} />);
}
