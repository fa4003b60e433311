import { Command } from 'cmdk';
import { Search as SearchIcon } from 'lucide-react';
import { useLayoutEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand/react';
import { type Action, actionGroups, actionsStore } from '../actions.ts';
import { useVeil } from '../components/dialog.tsx';
import { useText } from '../i18n/use-text.ts';
import { isMac, keyLabel } from '../keys.ts';
import { settingsStore } from '../stores/settings.ts';
import { closePanel, panelStore, typeInPanel } from './panels.ts';
import { findActions, wordMeant } from './search.ts';
import { settingActions } from './setting-actions.ts';

/** Every action by name. */
export function Palette() {
  const { t } = useText();
  const ref = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const actions = useStore(actionsStore, (state) => state.actions);
  const typed = useStore(panelStore, (state) => state.typed);
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    // A dialog gives the focus to the first that can have it, which is the list's own frame.
    input.current?.focus();
    return () => dialog?.close();
  }, []);
  useVeil(ref, closePanel);
  const run = (action: Action) => {
    closePanel();
    // After the focus has gone back, so that an action may move it on.
    queueMicrotask(action.run);
  };
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
      <Command label={t('actions.palette')} shouldFilter={false} loop>
        <Command.Input
          ref={input}
          value={typed}
          onValueChange={typeInPanel}
          placeholder={t('actions.search')}
          className="min-h-12 w-full border-b border-line bg-panel px-4 text-base -outline-offset-2"
        />
        <Command.List className="max-h-[calc(70vh-3rem)] overflow-y-auto p-2">
          {typed.trim() === '' ? (
            <Places actions={actions} onRun={run} />
          ) : (
            <Found typed={typed} actions={actions} onRun={run} onMeant={typeInPanel} />
          )}
        </Command.List>
      </Command>
    </dialog>
  );
}

interface ListProps {
  readonly actions: readonly Action[];
  readonly onRun: (action: Action) => void;
}

/** With nothing typed: where one can go. What changes something waits for a word of it, so that no stray Enter runs it. */
function Places({ actions, onRun }: ListProps) {
  const { t } = useText();
  const opening = actions.filter(({ opens }) => opens);
  return (
    <>
      {actionGroups.map((group) => (
        <Group key={group} group={group} actions={opening} onRun={onRun} />
      ))}
      <p className="px-2 pt-2 pb-1 text-xs leading-4 text-soft">{t('actions.more')}</p>
    </>
  );
}

/** What fits; where nothing does, the word that was perhaps meant, to be searched for. */
function Found({ typed, actions, onRun, onMeant }: ListProps & FoundProps) {
  const speech = useText();
  const { t } = speech;
  const settings = useStore(settingsStore, ({ live }) => live?.value);
  const all = useMemo(() => [...actions, ...settingActions(settings ?? [], speech)], [actions, settings, speech]);
  const found = findActions(all, typed, t);
  if (found.length > 0) {
    return found.slice(0, MOST_FOUND).map((action) => <Item key={action.id} action={action} onRun={onRun} />);
  }
  const meant = wordMeant(all, typed, t);
  return (
    <>
      <p className="px-2 py-3 text-center text-soft">{t('actions.none')}</p>
      {meant !== undefined && (
        <Command.Item value={`meant ${meant}`} onSelect={() => onMeant(meant)} className={ITEM}>
          <SearchIcon aria-hidden="true" size={16} className="shrink-0 text-soft" />
          {t('actions.meant', { word: meant })}
        </Command.Item>
      )}
    </>
  );
}

interface FoundProps {
  readonly typed: string;
  readonly onMeant: (word: string) => void;
}

const MOST_FOUND = 24;
const ITEM =
  'flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 -outline-offset-2 outline-[Highlight] data-[selected=true]:bg-sunken forced-colors:data-[selected=true]:outline-2';

function Group({ group, actions, onRun }: ListProps & { readonly group: Action['group'] }) {
  const { t } = useText();
  const own = actions.filter((action) => action.group === group);
  if (own.length === 0) return null;
  return (
    <Command.Group
      heading={t(`actions.${group}`)}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-soft"
    >
      {own.map((action) => (
        <Item key={action.id} action={action} onRun={onRun} />
      ))}
    </Command.Group>
  );
}

function Item({ action, onRun }: { action: Action; onRun: (action: Action) => void }) {
  const { t } = useText();
  const { id, title, values, icon: Icon, keys, note } = action;
  return (
    <Command.Item value={id} onSelect={() => onRun(action)} className={ITEM}>
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
