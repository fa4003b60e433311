import { useStore } from 'zustand/react';
import type { Reason as ReasonView } from '../../src-preload/contract/define.ts';
import { actionGroups, actionsStore } from '../actions.ts';
import { Button } from '../components/button.tsx';
import { Code } from '../components/code.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Fact, Facts } from '../components/facts.tsx';
import { Reason } from '../components/reason.tsx';
import { useText } from '../i18n/use-text.ts';
import { isMac, keyLabel } from '../keys.ts';
import { isOfNetwork } from '../networks/lookup.ts';
import { type PlaceId, places } from '../places.ts';
import { closePanel, openPanel } from './panels.ts';
import { go } from './where.ts';

/** By what the name of an error begins with: the place where it is mended. */
const AREAS: readonly (readonly [RegExp, PlaceId])[] = [
  [/^(backends|rehearsal|storage|hardware)\./, 'capacity'],
  [/^(networks|reachability|relay|pricing)\./, 'network'],
  [/^(earnings|ledger|payments|books)\./, 'earnings'],
  [/^work\./, 'work'],
  [/^availability\./, 'availability'],
  [/^(settings|secrets|backup|desktop|updates|audit|removal|diagnostics|about)\./, 'settings'],
];

/** What this page is for, or what went wrong and where that is mended. Always opened the same way, on every page. */
export function Help({ place, about }: { place: PlaceId; about: ReasonView | undefined }) {
  const { t } = useText();
  if (about) return <HelpWith reason={about} />;
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

function HelpWith({ reason }: { reason: ReasonView }) {
  const { t } = useText();
  const place = isOfNetwork(reason.code)
    ? 'network'
    : (AREAS.find(([names]) => names.test(reason.code))?.[1] ?? 'home');
  return (
    <Dialog
      sheet
      title={t('help.withTitle')}
      onClose={closePanel}
      footer={
        <Button
          onClick={() => {
            closePanel();
            go(place);
          }}
        >
          {t('help.open', { place: t(places[place].title) })}
        </Button>
      }
    >
      <div className="max-w-prose space-y-3">
        <p>
          <Reason reason={reason} />
        </p>
        <p>
          {t('help.code')} <Code code={reason.code} />
        </p>
        <p className="text-soft">{t('help.codeMeans')}</p>
        <h3 className="font-medium">{t(places[place].title)}</h3>
        <p>{t(places[place].help)}</p>
      </div>
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
