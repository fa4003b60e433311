import { Trash2, TriangleAlert, Wallet } from 'lucide-react';
import { useState } from 'react';
import { REMOVAL_WORDS, type RemovalView } from '../../../src-preload/contract/removal.ts';
import { useAnswer } from '../../asked.ts';
import { engine } from '../../bridge/index.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Notice } from '../../components/notice.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Text } from '../../components/text.tsx';
import { readNumber } from '../../format/typed.ts';
import { useText } from '../../i18n/use-text.ts';
import { removedStore } from '../../stores/removed.ts';
import { Failed } from './passphrase.tsx';
import { SwitchRow } from './switch-row.tsx';
import { useInSight } from './use-in-sight.ts';

/** What there is of Hearth on this computer, and taking it away. */
export function Remove() {
  const { t } = useText();
  const [keepKeys, setKeepKeys] = useState(true);
  const [open, setOpen] = useState(false);
  // Once more for the last question: what the wallet holds may be another amount by then.
  const [view] = useAnswer('removal.get', Number(open));
  return (
    <>
      <Card title={t('settings.section.remove')}>
        <div className="space-y-4">
          <p>{t('settings.removeMeans')}</p>
          {view === undefined ? <Placeholder lines={5} /> : <Items view={view} keepKeys={keepKeys} />}
          <SwitchRow
            label={t('settings.keepKeys')}
            help={t('settings.keepKeysHelp')}
            checked={keepKeys}
            onChange={async (on) => setKeepKeys(on)}
          />
          <Button icon={Trash2} busy={view === undefined} onClick={() => setOpen(true)}>
            {t('settings.removeButton')}
          </Button>
        </div>
      </Card>
      {view && (
        <Card title={t('settings.removeRemains')}>
          <Remains view={view} />
        </Card>
      )}
      {open && <Last keepKeys={keepKeys} held={keepKeys ? 0 : (view?.walletSat ?? 0)} onClose={() => setOpen(false)} />}
    </>
  );
}

function Items({ view: { items }, keepKeys }: { view: RemovalView; keepKeys: boolean }) {
  const { t, f } = useText();
  const kinds = [...new Set(items.map(({ kind }) => kind))];
  return (
    <ul aria-label={t('settings.section.remove')} className="divide-y divide-line">
      {kinds.map((kind) => {
        const own = items.filter((item) => item.kind === kind);
        const stays = keepKeys && own.every(({ kept }) => kept);
        return (
          <li key={kind} className="py-2 first:pt-0">
            <span className="flex flex-wrap justify-between gap-x-4">
              <span className="font-medium">{t(`settings.removal.${kind}`)}</span>
              <span className="tabular-nums">
                {stays && <span className="me-2 text-soft">{t('settings.removeStays')}</span>}
                {f.bytes(own.reduce((sum, { bytes }) => sum + bytes, 0))}
              </span>
            </span>
            <ul className="text-xs leading-4 break-all text-soft">
              {own.map(({ path }) => (
                <li key={path}>
                  <Text value={path} most={300} />
                </li>
              ))}
            </ul>
          </li>
        );
      })}
    </ul>
  );
}

function Remains({ view: { remains } }: { view: RemovalView }) {
  const { say } = useText();
  return (
    <ul className="list-disc space-y-1 ps-5">
      {remains.map(({ code, values, says }) => (
        <li key={code} className="[overflow-wrap:anywhere]">
          <Text value={say({ code, ...(values && { values }), message: says }).message} most={500} />
        </li>
      ))}
    </ul>
  );
}

interface LastProps {
  readonly keepKeys: boolean;
  /** What is in the wallet and would go with its words, in sat. */
  readonly held: number;
  readonly onClose: () => void;
}

/** The last question. Money is given up by its very amount, and by nothing else. */
function Last({ keepKeys, held, onClose }: LastProps) {
  const { t, f } = useText();
  const [typed, setTyped] = useState('');
  const [amount, setAmount] = useState('');
  const ready = typed.trim() === REMOVAL_WORDS && (held === 0 || readNumber(amount, false) === held);
  const [busy, run, failure] = useInSight(async () => {
    // Afterwards there is no engine that would send it.
    await import('../../frame/removed.tsx');
    const view = await engine().ask('removal.run', {
      confirm: REMOVAL_WORDS,
      keepKeys,
      ...(held > 0 && { giveUp: held }),
    });
    removedStore.setState({ removed: view });
  });
  const go = () => {
    if (ready) run();
  };
  return (
    <Confirm
      danger
      title={t(keepKeys ? 'settings.removeTitleKeep' : 'settings.removeTitle')}
      confirm={t(keepKeys ? 'settings.removeConfirmKeep' : 'settings.removeConfirm')}
      busy={busy || !ready}
      onConfirm={go}
      onCancel={onClose}
    >
      <p>{t('settings.removeMeans')}</p>
      {!keepKeys && (
        <Notice tone="bad" icon={TriangleAlert}>
          {t('settings.removeLast')}
        </Notice>
      )}
      {held > 0 && (
        <>
          <Notice tone="bad" icon={Wallet}>
            {t('settings.removeWallet', { sat: f.count(held) })}
          </Notice>
          <Field label={t('settings.removeGiveUp', { sat: f.count(held) })}>
            {(control) => <Input {...control} value={amount} most={20} onChange={setAmount} onEnter={go} />}
          </Field>
        </>
      )}
      <Field label={t('settings.removeType', { words: REMOVAL_WORDS })}>
        {(control) => <Input {...control} value={typed} most={40} onChange={setTyped} onEnter={go} />}
      </Field>
      {failure && <Failed failure={failure} />}
    </Confirm>
  );
}
