// What can be done from everywhere. What only a page can do, it adds itself.

import {
  CircleHelp,
  CirclePause,
  CirclePlay,
  Command,
  DatabaseBackup,
  Feather,
  Keyboard,
  Languages,
  Monitor,
  Moon,
  Search,
  Stethoscope,
  Sun,
  Telescope,
  Timer,
  Undo2,
  Volume2,
  Wallet,
} from 'lucide-react';
import { wantsToShare } from '../../src-preload/contract/switch.ts';
import { type Action, addActions } from '../actions.ts';
import { engine } from '../bridge/index.ts';
import type { Key } from '../i18n/keys.ts';
import { placeIds, places, type RailPlaceId } from '../places.ts';
import { saveSetting } from '../settings.ts';
import { share } from '../sharing.ts';
import { reportFailure } from '../stores/alerts.ts';
import { availabilityStore } from '../stores/availability.ts';
import { backendsStore } from '../stores/backends.ts';
import { nodeStore } from '../stores/node.ts';
import { startGlobalActions } from './global-actions.ts';
import { openPanel } from './panels.ts';
import { releaseAndSay } from './release.ts';
import { go } from './where.ts';

const goTitles: Record<RailPlaceId, readonly [title: Key, words: Key]> = {
  home: ['actions.goHome', 'actions.goHomeWords'],
  work: ['actions.goWork', 'actions.goWorkWords'],
  earnings: ['actions.goEarnings', 'actions.goEarningsWords'],
  capacity: ['actions.goCapacity', 'actions.goCapacityWords'],
  availability: ['actions.goAvailability', 'actions.goAvailabilityWords'],
  network: ['actions.goNetwork', 'actions.goNetworkWords'],
  settings: ['actions.goSettings', 'actions.goSettingsWords'],
};

const toPlaces = placeIds.map((id, index): Action => {
  const { icon } = places[id];
  const [title, words] = goTitles[id];
  const keys = `Mod+${index + 1}`;
  return { id: `go.${id}`, group: 'places', title, words, icon, keys, opens: true, run: () => go(id) };
});

const persistent: readonly Action[] = [
  ...toPlaces,
  {
    id: 'go.idle',
    group: 'help',
    title: 'actions.idle',
    words: 'actions.idleWords',
    icon: Telescope,
    opens: true,
    run: () => go('home', 'idle'),
  },
  {
    id: 'go.wallet',
    group: 'places',
    title: 'wallet.title',
    words: 'wallet.wantWords',
    icon: Wallet,
    opens: true,
    run: () => go('earnings', 'wallet'),
  },
  {
    id: 'go.setup',
    group: 'help',
    title: 'actions.setup',
    words: 'actions.setupWords',
    icon: places.setup.icon,
    opens: true,
    run: () => go('setup'),
  },
  {
    id: 'go.diagnostics',
    group: 'help',
    title: 'actions.diagnostics',
    words: 'actions.diagnosticsWords',
    icon: Stethoscope,
    keys: 'Mod+Shift+D',
    opens: true,
    run: () => go('settings', 'diagnostics'),
  },
  {
    id: 'go.backup',
    group: 'places',
    title: 'actions.backup',
    words: 'actions.backupWords',
    icon: DatabaseBackup,
    opens: true,
    run: () => go('settings', 'identity'),
  },
  {
    id: 'backends.detect',
    group: 'sharing',
    title: 'actions.detect',
    words: 'actions.detectWords',
    icon: Search,
    run: () => void detect(),
  },
  {
    id: 'sharing.pauseFor',
    group: 'sharing',
    title: 'actions.pauseFor',
    words: 'actions.pauseForWords',
    icon: Timer,
    keys: 'Mod+Shift+P',
    opens: true,
    run: () => openPanel('pause'),
  },
  {
    id: 'sharing.release',
    group: 'sharing',
    title: 'actions.release',
    words: 'actions.releaseWords',
    icon: Undo2,
    run: () => void releaseAndSay(),
  },
  look('ui.theme', 'light', 'actions.themeLight', Sun),
  look('ui.theme', 'dark', 'actions.themeDark', Moon),
  look('ui.theme', 'system', 'actions.themeSystem', Monitor),
  look('ui.language', 'system', 'actions.languageSystem', Languages),
  look('ui.language', 'en', 'actions.languageEn', Languages),
  look('ui.language', 'de', 'actions.languageDe', Languages),
  {
    id: 'help.page',
    group: 'help',
    title: 'actions.about',
    icon: CircleHelp,
    keys: 'F1',
    opens: true,
    run: () => openPanel('help'),
  },
  {
    id: 'help.keys',
    group: 'help',
    title: 'actions.keys',
    icon: Keyboard,
    keys: '?',
    opens: true,
    run: () => openPanel('keys'),
  },
  {
    id: 'help.palette',
    group: 'help',
    title: 'actions.palette',
    icon: Command,
    keys: 'Mod+K',
    opens: true,
    run: () => openPanel('palette'),
  },
];

const settingsKey: Action = {
  id: 'go.settings.comma',
  group: 'help',
  title: 'actions.goSettings',
  icon: places.settings.icon,
  keys: 'Mod+,',
  opens: true,
  run: () => go('settings'),
};

const pause: Action = {
  id: 'sharing.pause',
  group: 'sharing',
  title: 'actions.pause',
  words: 'actions.pauseWords',
  icon: CirclePause,
  keys: 'Mod+P',
  run: () => void share(false),
};

const resume: Action = {
  id: 'sharing.resume',
  group: 'sharing',
  title: 'actions.resume',
  words: 'actions.resumeWords',
  icon: CirclePlay,
  keys: 'Mod+P',
  run: () => void share(true),
};

const quiet = (on: boolean): Action => ({
  id: on ? 'sharing.quiet' : 'sharing.loud',
  group: 'sharing',
  title: on ? 'actions.quiet' : 'actions.loud',
  words: 'actions.quietWords',
  icon: on ? Feather : Volume2,
  run: () => void saveSetting('availability.quiet', on),
});
const [quieter, louder] = [quiet(true), quiet(false)];

/** Adds them for good; returns its off. Of two that undo each other there is the one that would change something. */
export function startActions(): () => void {
  const off = addActions([...persistent, settingsKey]);
  let offSwitches = () => {};
  let shown: readonly Action[] = [];
  const follow = () => {
    const node = nodeStore.getState().live?.value;
    const availability = availabilityStore.getState().live?.value;
    const next = [
      ...(node ? [wantsToShare(node, availability) ? pause : resume] : []),
      availability?.quiet ? louder : quieter,
    ];
    if (next.every((action, index) => action === shown[index]) && next.length === shown.length) return;
    offSwitches();
    offSwitches = addActions(next);
    shown = next;
  };
  follow();
  const offs = [nodeStore.subscribe(follow), availabilityStore.subscribe(follow), startGlobalActions()];
  return () => {
    for (const offStore of offs) offStore();
    offSwitches();
    off();
  };
}

/** Looks again for model servers. Never rejects: what goes wrong is shown. */
async function detect(): Promise<void> {
  try {
    backendsStore.getState().accept(await engine().ask('backends.detect', undefined));
  } catch (error) {
    reportFailure(error);
  }
}

function look(
  ...[path, value, title, icon]:
    | ['ui.theme', 'system' | 'light' | 'dark', Key, Action['icon']]
    | ['ui.language', 'system' | 'en' | 'de', Key, Action['icon']]
): Action {
  return {
    id: `${path}.${value}`,
    group: 'look',
    title,
    words: `actions.${path === 'ui.theme' ? 'theme' : 'language'}Words`,
    icon,
    run: () => void saveSetting(path, value),
  };
}
