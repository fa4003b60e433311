// What parts need of the settings, in their own words: they know nothing of paths.

import type { SettingPath } from '../../src-preload/contract/settings/index.ts';
import type { BackendsDeps } from '../backends/pool.ts';
import { templatesWith } from '../backends/workloads/templates.ts';
import type { Settings } from '../settings/settings.ts';
import type { WalletDeps } from '../wallet/wallet.ts';
import { lendsCards } from './boxes/elsewhere.ts';
import type { BoxesDeps } from './boxes/part.ts';
import type { JobRehearsalsDeps } from './job-rehearsal.ts';

export const backendSettings = (settings: Settings): BackendsDeps['settings'] => ({
  inference: () => settings.get('backends.inference'),
  models: () => settings.get('backends.models'),
  refused: () => settings.get('safety.refused'),
  keyFor: (url) => settings.backendKey(url),
  onChange: (listener) => settings.onChange((path) => /^(backends|safety)\./.test(path) && listener()),
});

export const rehearsalSettings = (settings: Settings): Pick<JobRehearsalsDeps, 'held' | 'runners' | 'setting'> => ({
  held: () => settings.get('backends.runnersHeld'),
  runners: () => settings.get('backends.runners'),
  setting: (path) => settings.get(path as SettingPath),
});

export const boxSettings = (
  settings: Settings,
): Pick<
  BoxesDeps,
  | 'mbitPerSecond'
  | 'monthlyBytes'
  | 'templates'
  | 'engine'
  | 'ports'
  | 'encrypts'
  | 'internet'
  | 'sizes'
  | 'cards'
  | 'lendsCards'
  | 'slowMachines'
> => ({
  mbitPerSecond: () => settings.get('capacity.boxMbit'),
  monthlyBytes: () => {
    const gigabytes = settings.get('capacity.boxGigabytes');
    return gigabytes === null ? null : gigabytes * 1e9;
  },
  templates: () => templatesWith(settings.get('backends.boxImages'), settings.get('backends.machines')),
  engine: () => settings.get('backends.boxEngine'),
  ports: () => settings.get('capacity.ports'),
  encrypts: () => settings.get('backends.encryptedVolumes'),
  sizes: () => settings.get('backends.sizedVolumes'),
  cards: () => settings.get('backends.boxGraphics'),
  lendsCards: () => lendsCards(settings.get('backends.boxEngine'), settings.get('capacity.gpuMiB')),
  internet: () => settings.get('backends.boxInternet'),
  slowMachines: () => settings.get('backends.machinesWithoutKvm'),
});

/** `local`: nobody is asked what a bitcoin is worth. */
export const walletSettings = (settings: Settings, local: boolean): Required<Pick<WalletDeps, 'payout' | 'rate'>> => ({
  payout: {
    get: () => settings.get('wallet.payout'),
    onChange: (listener) => settings.onChange((path) => void (path === 'wallet.payout' && listener())),
  },
  rate: {
    // Null where no source is switched on, or no currency is set.
    get: () => {
      const source = settings.get('wallet.rateSource');
      const currency = settings.get('power.tariff')?.currency;
      return local || source === null || currency === undefined ? null : { source, currency };
    },
  },
});
