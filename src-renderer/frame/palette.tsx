import { Command } from 'cmdk';
import { useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand/react';
import { type Action, actionGroups, actionsStore } from '../actions.ts';
import { useVeil } from '../components/dialog.tsx';
import { useText } from '../i18n/use-text.ts';
import { isMac, keyLabel } from '../keys.ts';
import { closePanel } from './panels.ts';
import { findActions } from './search.ts';

/** Every action by name. */
export function Palette() {
  const { t } = useText();
  const ref = useRef<HTMLDialogElement>(null);
  const actions = useStore(actionsStore, (state) => state.actions);
  const [typed, setTyped] = useState('');
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
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
          value={typed}
          onValueChange={setTyped}
          placeholder={t('actions.search')}
          className="min-h-12 w-full border-b border-line bg-panel px-4 text-base -outline-offset-2"
        />
        <Command.List className="max-h-[calc(70vh-3rem)] overflow-y-auto p-2">
          <Command.Empty className="px-2 py-6 text-center text-soft">{t('actions.none')}</Command.Empty>
          {typed === ''
            ? actionGroups.map((group) => <Group key={group} group={group} actions={actions} onRun={run} />)
            : findActions(actions, typed, t).map((action) => <Item key={action.id} action={action} onRun={run} />)}
        </Command.List>
      </Command>
    </dialog>
  );
}

interface GroupProps {
  readonly group: Action['group'];
  readonly actions: readonly Action[];
  readonly onRun: (action: Action) => void;
}

function Group({ group, actions, onRun }: GroupProps) {
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
  const { id, title, values, icon: Icon, keys } = action;
  return (
    <Command.Item
      value={id}
      onSelect={() => onRun(action)}
      className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 -outline-offset-2 outline-[Highlight] data-[selected=true]:bg-sunken forced-colors:data-[selected=true]:outline-2"
    >
      <Icon aria-hidden="true" size={16} className="shrink-0 text-soft" />
      <span className="flex-1">{t(title, values)}</span>
      {keys && (
        <kbd className="font-sans text-xs text-soft">
          {keyLabel(keys, isMac(), { Mod: t('keys.mod'), Shift: t('keys.shift') })}
        </kbd>
      )}
    </Command.Item>
  );
}
