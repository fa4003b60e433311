import { Command } from 'cmdk';
import { Search as SearchIcon } from 'lucide-react';
import { useLayoutEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand/react';
import { type Action, actionGroups, actionsStore } from '../actions.ts';
import { useVeil } from '../components/dialog.tsx';
import { useText } from '../i18n/use-text.ts';
import { isMac, keyLabel } from '../keys.ts';
import { settingsStore } from '../stores/settings.ts';
import { closePanel, enterInPanel, panelStore, typeInPanel } from './panels.ts';
import { findActions, meantBy } from './search.ts';
import { settingActions } from './setting-actions.ts';

/** Every action by name. */
export function Palette() {
  const { t } = useText();
  const ref = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const actions = useStore(actionsStore, (state) => state.actions);
  const typed = useStore(panelStore, (state) => state.typed);
  const entered = useStore(panelStore, (state) => state.entered);
  const { listed, meant } = useListed(actions, typed);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // A dialog gives the focus to the first that can have it, which is the list's own frame.
    input.current?.focus();
    return () => dialog?.close();
  }, []);
  useVeil(ref, closePanel);
  useLayoutEffect(() => {
    if (!entered) return;
    const [first] = listed;
    if (first) run(first);
    else typeInPanel(meant ?? typed);
  }, [entered, listed, meant, typed]);
  return (
    <dialog
      ref={ref}
      aria-label={t('actions.palette')}
      onCancel={(event) => {
        event.preventDefault();
        closePanel();
      }}
      className="mx-auto mt-[12vh] mb-auto max-h-[70vh] w-[34rem] max-w-[calc(100vw-2rem)] overflow-hidden rounded-lg border border-line bg-panel p-0 text-ink shadow-float backdrop:bg-veil"
    >
      <Command
        label={t('actions.palette')}
        shouldFilter={false}
        loop
        onKeyDown={(event) => {
          // The list marks its first line a moment after it is there; Enter before that means the same.
          if (event.key !== 'Enter' || event.nativeEvent.isComposing || marked(event.currentTarget)) return;
          event.preventDefault();
          enterInPanel();
        }}
      >
        <Command.Input
          ref={input}
          value={typed}
          onValueChange={typeInPanel}
          placeholder={t('actions.search')}
          className="min-h-12 w-full border-b border-line bg-panel px-4 text-base -outline-offset-2"
        />
        <Command.List className="max-h-[calc(70vh-3rem)] overflow-y-auto p-2">
          {typed.trim() === '' ? <Places actions={listed} /> : <Found actions={listed} meant={meant} />}
        </Command.List>
      </Command>
    </dialog>
  );
}

const marked = (list: Element) => list.querySelector('[cmdk-item][data-selected="true"]') !== null;

interface Listed {
  readonly listed: readonly Action[];
  /** Where nothing fits: what was perhaps meant, to be searched for. */
  readonly meant: string | undefined;
}

/** What fits. With nothing typed: where one can go; what changes something waits for a word of it, so that no stray Enter runs it. */
function useListed(actions: readonly Action[], typed: string): Listed {
  const speech = useText();
  const settings = useStore(settingsStore, ({ live }) => live?.value);
  return useMemo(() => {
    if (typed.trim() === '') {
      const opening = actionGroups.flatMap((group) => actions.filter((each) => each.opens && each.group === group));
      return { listed: opening, meant: undefined };
    }
    const all = [...actions, ...settingActions(settings ?? [], speech)];
    const found = findActions(all, typed, speech.t).slice(0, MOST_FOUND);
    return { listed: found, meant: found.length > 0 ? undefined : meantBy(all, typed, speech.t) };
  }, [actions, settings, speech, typed]);
}

function run(action: Action): void {
  closePanel();
  // After the focus has gone back, so that an action may move it on.
  queueMicrotask(action.run);
}

function Places({ actions }: { actions: readonly Action[] }) {
  const { t } = useText();
  return (
    <>
      {actionGroups.map((group) => (
        <Group key={group} group={group} actions={actions} />
      ))}
      <p className="px-2 pt-2 pb-1 text-xs leading-4 text-soft">{t('actions.more')}</p>
    </>
  );
}

function Found({ actions, meant }: { actions: readonly Action[]; meant: string | undefined }) {
  const { t } = useText();
  if (actions.length > 0) return actions.map((action) => <Item key={action.id} action={action} />);
  return (
    <>
      <p className="px-2 py-3 text-center text-soft">{t('actions.none')}</p>
      {meant !== undefined && (
        <Command.Item value={`meant ${meant}`} onSelect={() => typeInPanel(meant)} className={ITEM}>
          <SearchIcon aria-hidden="true" size={16} className="shrink-0 text-soft" />
          {t('actions.meant', { word: meant })}
        </Command.Item>
      )}
    </>
  );
}

const MOST_FOUND = 24;
const ITEM =
  'flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 -outline-offset-2 outline-[Highlight] data-[selected=true]:bg-sunken forced-colors:data-[selected=true]:outline-2';

function Group({ group, actions }: { group: Action['group']; actions: readonly Action[] }) {
  const { t } = useText();
  const own = actions.filter((action) => action.group === group);
  if (own.length === 0) return null;
  return (
    <Command.Group
      heading={t(`actions.${group}`)}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-soft"
    >
      {own.map((action) => (
        <Item key={action.id} action={action} />
      ))}
    </Command.Group>
  );
}

function Item({ action }: { action: Action }) {
  const { t } = useText();
  const { id, title, values, icon: Icon, keys, note } = action;
  return (
    <Command.Item value={id} onSelect={() => run(action)} className={ITEM}>
      <Icon aria-hidden="true" size={16} className="shrink-0 text-soft" />
      <span className="min-w-0 flex-1 py-1">
        {t(title, values)}
        {note !== undefined && <span className="block font-mono text-xs leading-4 break-all text-soft">{note}</span>}
      </span>
      {keys && (
        <kbd className="font-sans text-xs text-soft">
          {keyLabel(keys, isMac(), { Mod: t('keys.mod'), Shift: t('keys.shift') })}
        </kbd>
      )}
    </Command.Item>
  );
}
