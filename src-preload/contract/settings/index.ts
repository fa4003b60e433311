import { z } from 'zod';
import { inFront, live, Nothing, request } from '../define.ts';
import { networkSettings } from '../networks/index.ts';
import { availabilitySettings } from './availability.ts';
import { backendsSettings } from './backends.ts';
import { boxesSettings } from './boxes.ts';
import { capacitySettings } from './capacity.ts';
import type { SettingDefinition } from './define.ts';
import { desktopSettings } from './desktop.ts';
import { nodeSettings } from './node.ts';
import { powerSettings } from './power.ts';
import { reachabilitySettings } from './reachability.ts';
import { runnersSettings } from './runners.ts';
import { safetySettings } from './safety.ts';
import { setupSettings } from './setup.ts';
import { storageSettings } from './storage.ts';
import { uiSettings } from './ui.ts';
import { walletSettings } from './wallet.ts';

/** Every setting there is, by its path. */
export const settings = {
  ...nodeSettings,
  ...capacitySettings,
  ...availabilitySettings,
  ...backendsSettings,
  ...runnersSettings,
  ...boxesSettings,
  ...networkSettings,
  ...reachabilitySettings,
  ...powerSettings,
  ...walletSettings,
  ...safetySettings,
  ...storageSettings,
  ...uiSettings,
  ...desktopSettings,
  ...setupSettings,
} satisfies Record<string, SettingDefinition>;

export type SettingPath = keyof typeof settings;
export type SettingValue<P extends SettingPath> = z.infer<(typeof settings)[P]['schema']>;
export const settingPaths = Object.keys(settings) as SettingPath[];
export const SettingPath = z.enum(settingPaths as [SettingPath, ...SettingPath[]]);

/** A setting as shown: a secret's value is always null, and keys inside a value are replaced by `apiKeySet`. */
export const SettingView = z.object({
  path: SettingPath,
  value: z.json(),
  initial: z.json(),
  isSet: z.boolean(),
  secret: z.boolean(),
  about: z.string(),
});
export type SettingView = z.infer<typeof SettingView>;

export const settingsRequests = {
  'settings.get': request(Nothing, live(z.array(SettingView))),
  /**
   * Validates against the path's own schema; a refused value changes nothing. `was` is the value, as shown, that this one was
   * made from: where it is another by now, the change is refused with `settings.changed-meanwhile`. A secret setting is a key
   * that says whose node this is, and some decide what programs run on this computer or where money goes.
   */
  'settings.set': inFront(
    request(z.object({ path: SettingPath, value: z.json(), was: z.json().optional() }), SettingView),
    ({ path }) => isInFront(settings[path]),
  ),
};
export const settingsPushes = { 'settings.changed': live(z.array(SettingView)) };

/** Whether a page of the console needs a yes at the computer to change it. */
export function isInFront({ secret, inFront }: SettingDefinition): boolean {
  return secret === true || inFront === true;
}
