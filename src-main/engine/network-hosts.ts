// Makes the networks of the registry, each with a host of its own: its own settings, its own secrets, its own lines in the log.

import { join } from 'node:path';
import type { NetworkId } from '../../src-preload/contract/networks/index.ts';
import { type SettingPath, settingPaths } from '../../src-preload/contract/settings/index.ts';
import { RUNNERS_HELD } from '../backends/runners/errors.ts';
import { LogFile } from '../logs/log-file.ts';
import type { HostSettings, NetworkHost, RunnerChoice } from '../networks/host.ts';
import { allFactories } from '../networks/manifests.ts';
import type { Network } from '../networks/network.ts';
import type { Ledger } from '../payments/ledger.ts';
import type { InboundAddresses } from '../reachability/inbound.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { vaultOf } from '../secrets/vault.ts';
import type { Settings } from '../settings/settings.ts';
import type { BoxesPart } from './boxes/part.ts';
import { type WalletPart, walletOf } from './wallet.ts';

export interface NetworkHostsDeps
  extends Omit<
    NetworkHost,
    | 'settings'
    | 'saveSettings'
    | 'vault'
    | 'ledger'
    | 'wallet'
    | 'fault'
    | 'workFolder'
    | 'runners'
    | 'boxes'
    | 'lineFile'
  > {
  readonly ledger: Pick<Ledger, 'of'>;
  readonly settings: HostSettings & Pick<Settings, 'set'>;
  readonly secrets: Pick<Secrets, 'get' | 'putAll' | 'change'>;
  readonly wallet: Pick<WalletPart, 'get' | 'exists'>;
  readonly boxes: Pick<BoxesPart, 'choiceOf'>;
  readonly fault: (part: string, error: unknown) => void;
}

/** What the user has set for the whole node, and every network keeps to. */
const COMMON = /^(capacity|node|reachability)\./;
const LOG_FILES = { size: '10M', generations: 3 } as const;

export function createNetworks(deps: NetworkHostsDeps, { dataDir }: { readonly dataDir: string }): readonly Network[] {
  const { clock, secrets, ledger, wallet, boxes, fault, ...rest } = deps;
  return allFactories.map(({ manifest: { id }, create }) => {
    const workFolder = join(dataDir, 'work', id);
    return create({
      ...rest,
      clock,
      logger: deps.logger.child(id),
      settings: settingsOf(id, deps.settings),
      saveSettings: (values) => saveSettings(id, deps.settings, values),
      workFolder,
      runners: runnersOf(deps, id, workFolder),
      boxes: boxes.choiceOf(id),
      vault: vaultOf(secrets, id),
      ledger: ledger.of(id),
      wallet: walletOf(wallet, id),
      inboundAddresses: deps.inboundAddresses && addressesOf(id, deps.inboundAddresses),
      fault: (error) => fault(`network ${id}`, error),
      lineFile: ({ name, lost, dir = join(dataDir, 'logs') }) =>
        new LogFile({ clock }, { dir, name, lost, ...LOG_FILES }),
    });
  });
}

/** Loaded when a network opens them: most nodes lease no jobs. */
function runnersOf(
  { clock, random, logger, settings }: Pick<NetworkHostsDeps, 'clock' | 'random' | 'logger' | 'settings'>,
  id: NetworkId,
  workFolder: string,
): RunnerChoice {
  const held = () => settings.get('backends.runnersHeld') && settings.get('backends.runners').length > 0;
  const set = () => (held() ? [] : settings.get('backends.runners'));
  return {
    held: () => (held() ? RUNNERS_HELD : undefined),
    capabilities: () =>
      set()
        .map(({ capability }) => capability)
        .sort(),
    async open(logged) {
      const { ConfiguredRunners } = await import('../backends/runners/configured.ts');
      const deps = { clock, random, logger: logger.child(`${id} runners`), workFolder, logged };
      return new ConfiguredRunners(deps, set());
    },
  };
}

/** An endpoint that is opened under a name closes the one that was: throws for a name that may be another network's, a mistake of ours. */
export function addressesOf(id: NetworkId, addresses: InboundAddresses): InboundAddresses {
  return {
    open(request) {
      if (request.id !== id && !request.id.startsWith(`${id}-`)) {
        throw new TypeError(`an endpoint of ${id} begins with its name: ${request.id}`);
      }
      return addresses.open(request);
    },
  };
}

/** Throws, before any is set, for what is not the network's own: a mistake of ours. */
async function saveSettings(
  id: NetworkId,
  settings: Pick<Settings, 'set'>,
  values: ReadonlyMap<SettingPath, unknown>,
): Promise<void> {
  const foreign = [...values.keys()].find((path) => !path.startsWith(`networks.${id}.`));
  if (foreign !== undefined) throw new TypeError(`${foreign} is no setting of ${id}`);
  for (const [path, value] of values) await settings.set(path, value as never);
}

/** Throws for what belongs to another network: a mistake of ours. */
export function settingsOf(id: NetworkId, settings: HostSettings): HostSettings {
  // Settings are read with each task, so what is its own is found out once.
  const own: ReadonlySet<SettingPath> = new Set(
    settingPaths.filter(
      (path) => path.startsWith(`networks.${id}.`) || path.startsWith(`pricing.${id}.`) || COMMON.test(path),
    ),
  );
  const held = <P extends SettingPath>(path: P): P => {
    if (!own.has(path)) throw new TypeError(`${path} is no setting of ${id}`);
    return path;
  };
  return {
    get: (path) => settings.get(held(path)),
    isSet: (path) => settings.isSet(held(path)),
    onChange: (listener) => settings.onChange((path) => void (own.has(path) && listener(path))),
  };
}
