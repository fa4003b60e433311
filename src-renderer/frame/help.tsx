import { useStore } from 'zustand/react';
import { actionGroups, actionsStore } from '../actions.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Fact, Facts } from '../components/facts.tsx';
import { useText } from '../i18n/use-text.ts';
import { isMac, keyLabel } from '../keys.ts';
import { type PlaceId, places } from '../places.ts';
import { closePanel, openPanel } from './panels.ts';

/** What this page is for. Always opened the same way, on every page. */
export function Help({ place }: { place: PlaceId }) {
  const { t } = useText();
  return (
    <Dialog
      sheet
      title={t('help.title', { place: t(places[place].title) })}
      onClose={closePanel}
      footer={<Button onClick={() => openPanel('keys')}>{t('help.shortcuts')}</Button>}
    >
      <p className="max-w-prose">{t(places[place].help)}</p>
    </Dialog>
  );
}

/** Every shortcut that works on this page. */
export function KeyList() {
  const { t } = useText();
  const actions = useStore(actionsStore, (state) => state.actions);
  const names = { Mod: t('keys.mod'), Shift: t('keys.shift') };
  return (
    <Dialog title={t('keys.title')} onClose={closePanel}>
      {actionGroups.map((group) => {
        const own = actions.filter((action) => action.group === group && action.keys !== undefined);
        if (own.length === 0) return null;
        return (
          <section key={group} aria-label={t(`actions.${group}`)}>
            <h3 className="mb-1 text-xs leading-4 font-medium text-soft">{t(`actions.${group}`)}</h3>
            <Facts>
              {own.map(({ id, title, keys = '' }) => (
                <Fact key={id} name={t(title)}>
                  <kbd className="font-sans font-medium">{keyLabel(keys, isMac(), names)}</kbd>
                </Fact>
              ))}
              {group === 'help' && (
                <Fact name={t('keys.escape')}>
                  <kbd className="font-sans font-medium">Esc</kbd>
                </Fact>
              )}
            </Facts>
          </section>
        );
      })}
      <p className="text-xs leading-4 text-soft">{t('keys.characters')}</p>
    </Dialog>
  );
}
