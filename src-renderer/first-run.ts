// Whether a node waits to be set up. Pure.
import type { BackupView } from '../src-preload/contract/backup.ts';
import type { SettingView } from '../src-preload/contract/settings/index.ts';
import { settingOf } from './settings.ts';

export interface FirstRunInputs {
  readonly settings: readonly SettingView[];
  readonly practice: boolean;
  readonly backup: Pick<BackupView, 'needed' | 'restored'>;
}

/** How the pages look and speak, and what the desktop does, makes no node. */
const NO_NODE = /^(ui|desktop|setup)\./;

/** Nothing was chosen here yet and the node has no identity anywhere; or the user is in the middle of setting it up. */
export function isFirstRun({ settings, practice, backup }: FirstRunInputs): boolean {
  if (practice || backup.restored !== null || settingOf(settings, 'setup.done') !== false) return false;
  if (settingOf(settings, 'setup.step') !== '') return true;
  return !backup.needed && !settings.some(({ path, isSet }) => isSet && !NO_NODE.test(path));
}
