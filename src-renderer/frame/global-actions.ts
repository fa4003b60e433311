// What can be done from everywhere that asks the engine for something: each goes to the page that shows what comes of it.
import {
  Activity,
  CircleArrowUp,
  ClipboardCopy,
  FlaskConical,
  MemoryStick,
  ReceiptText,
  Stethoscope,
} from 'lucide-react';
import type { BackendView } from '../../src-preload/contract/backends.ts';
import { type Action, addActions } from '../actions.ts';
import { engine } from '../bridge/index.ts';
import { quoted } from '../format/text.ts';
import { translate } from '../i18n/index.ts';
import { moveModel } from '../pages/capacity/moves.ts';
import { checkNetworks } from '../parts/check.ts';
import { rehearse } from '../parts/rehearse.ts';
import { reportFailure } from '../stores/alerts.ts';
import { backendsStore } from '../stores/backends.ts';
import { desktopStore } from '../stores/desktop.ts';
import { reachabilityStore } from '../stores/reachability.ts';
import { toast } from '../stores/toasts.ts';
import { go } from './where.ts';

const persistent: readonly Action[] = [
  {
    id: 'networks.check',
    group: 'help',
    title: 'actions.check',
    words: 'actions.checkWords',
    icon: Stethoscope,
    run: () => {
      go('network');
      void checkNetworks();
    },
  },
  {
    id: 'rehearsal.run',
    group: 'sharing',
    title: 'actions.rehearse',
    words: 'actions.rehearseWords',
    icon: FlaskConical,
    run: () => {
      go('capacity');
      void rehearse();
    },
  },
  {
    id: 'diagnostics.copy',
    group: 'help',
    title: 'actions.copyReport',
    words: 'actions.copyReportWords',
    icon: ClipboardCopy,
    run: () => void tried(copyReport),
  },
];

const reach: readonly Action[] = [
  {
    id: 'reachability.test',
    group: 'help',
    title: 'actions.reachTest',
    words: 'actions.reachTestWords',
    icon: Activity,
    run: () => {
      go('network');
      void tried(async () => void (await engine().ask('reachability.test', undefined)));
    },
  },
  {
    id: 'reachability.copy',
    group: 'help',
    title: 'actions.reachReport',
    words: 'actions.reachReportWords',
    icon: ReceiptText,
    run: () => void tried(copyReach),
  },
];

const update: Action = {
  id: 'desktop.checkForUpdate',
  group: 'help',
  title: 'actions.update',
  words: 'actions.updateWords',
  icon: CircleArrowUp,
  run: () => {
    go('settings', 'updates');
    void tried(async () => desktopStore.getState().accept(await engine().ask('desktop.checkForUpdate', undefined)));
  },
};

/** Adds them for good; returns its off. There are those that could do something now. */
export function startGlobalActions(): () => void {
  const offs = [
    addActions(persistent),
    whileThere(reachabilityStore, () => (reachabilityStore.getState().live?.value.wanted ? reach : [])),
    whileThere(desktopStore, () => {
      const state = desktopStore.getState().live?.value?.updates.state;
      return state === undefined || state === 'unsupported' ? [] : [update];
    }),
    whileThere(backendsStore, () => moves(backendsStore.getState().live?.value ?? [])),
  ];
  return () => {
    for (const off of offs) off();
  };
}

interface Watched {
  readonly subscribe: (listener: () => void) => () => void;
}

/** Slices come often; what can be done seldom becomes another. */
function whileThere(store: Watched, wanted: () => readonly Action[]): () => void {
  let shown = '';
  let off = () => {};
  const follow = () => {
    const actions = wanted();
    const ids = actions.map(({ id }) => id).join('\n');
    if (ids === shown) return;
    shown = ids;
    off();
    off = addActions(actions);
  };
  follow();
  const stop = store.subscribe(follow);
  return () => {
    stop();
    off();
  };
}

/** A palette is no list of models; Capacity has them all. */
const MOST_MOVES = 40;
const LONGEST_NAME = 60;

function moves(backends: readonly BackendView[]): readonly Action[] {
  return backends
    .flatMap(({ id: backend, models, loads, unloads }) =>
      models.flatMap(({ id: model, state }): Action[] => {
        const what = state === 'loaded' && unloads ? 'unload' : state === 'cold' && loads ? 'load' : undefined;
        if (what === undefined) return [];
        return [
          {
            id: `backends.${what} ${backend} ${model}`,
            group: 'sharing',
            title: what === 'load' ? 'actions.load' : 'actions.unload',
            values: { model: quoted(model, LONGEST_NAME) },
            words: 'actions.moveWords',
            icon: MemoryStick,
            run: () => {
              go('capacity');
              void moveModel(what, backend, model);
            },
          },
        ];
      }),
    )
    .slice(0, MOST_MOVES);
}

async function copyReport(): Promise<void> {
  const { parts } = await engine().ask('diagnostics.get', { addresses: false });
  await navigator.clipboard.writeText(parts.map(({ fileName, text }) => `== ${fileName}\n${text}\n`).join('\n'));
  toast(translate('frame.reportCopied'));
}

async function copyReach(): Promise<void> {
  const { text } = await engine().ask('reachability.report', {});
  await navigator.clipboard.writeText(text);
  toast(translate('reach.copied'));
}

/** Never rejects: what goes wrong is shown. */
async function tried(work: () => Promise<void>): Promise<void> {
  await work().catch(reportFailure);
}
