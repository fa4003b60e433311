import { Command } from 'cmdk';
import { useLayoutEffect, useRef } from 'react';
import { useStore } from 'zustand/react';
import { type Action, actionGroups, actionsStore } from '../actions.ts';
import { useVeil } from '../components/dialog.tsx';
import { useText } from '../i18n/use-text.ts';
import { isMac, keyLabel } from '../keys.ts';
import { closePanel } from './panels.ts';

/** Every action by name. */
export function Palette() {
  const { t } = useText();
  const ref = useRef<HTMLDialogElement>(null);
  const actions = useStore(actionsStore, (state) => state.actions);
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
      <Command label={t('actions.palette')} loop>
        <Command.Input
          placeholder={t('actions.search')}
          className="min-h-12 w-full border-b border-line bg-panel px-4 text-base -outline-offset-2"
        />
        <Command.List className="max-h-[calc(70vh-3rem)] overflow-y-auto p-2">
          <Command.Empty className="px-2 py-6 text-center text-soft">{t('actions.none')}</Command.Empty>
          {actionGroups.map((group) => {
            const own = actions.filter((action) => action.group === group);
            if (own.length === 0) return null;
            return (
              <Command.Group
                key={group}
                heading={t(`actions.${group}`)}
                className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-soft"
              >
                {own.map((action) => (
                  <Item key={action.id} action={action} onRun={run} />
                ))}
              </Command.Group>
            );
          })}
        </Command.List>
      </Command>
    </dialog>
  );
}

function Item({ action, onRun }: { action: Action; onRun: (action: Action) => void }) {
  const { t } = useText();
  const { id, title, words, icon: Icon, keys } = action;
  return (
    <Command.Item
      value={id}
      keywords={[t(title), ...(words ? t(words).split(' ') : [])]}
      onSelect={() => onRun(action)}
      className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-sunken forced-colors:data-[selected=true]:bg-[Highlight] forced-colors:data-[selected=true]:text-[HighlightText]"
    >
      <Icon aria-hidden="true" size={16} className="shrink-0 text-soft" />
      <span className="flex-1">{t(title)}</span>
      {keys && (
        <kbd className="font-sans text-xs text-soft">
          {keyLabel(keys, isMac(), { Mod: t('keys.mod'), Shift: t('keys.shift') })}
        </kbd>
      )}
    </Command.Item>
  );
}
