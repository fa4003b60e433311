import { KeyRound } from 'lucide-react';
import { useStore } from 'zustand/react';
import { Button } from '../components/button.tsx';
import { Copy } from '../components/copy.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Notice } from '../components/notice.tsx';
import { useText } from '../i18n/use-text.ts';
import { confirmStore, giveUp } from '../stores/confirm.ts';

/** Over whatever asked: what only the owner may want is confirmed in a terminal, and then goes on by itself. */
export function ConfirmHere() {
  const { t } = useText();
  const awaited = useStore(confirmStore, (state) => state.awaited);
  if (!awaited) return null;
  return (
    <Dialog
      alert
      title={t('confirmHere.title')}
      onClose={giveUp}
      footer={<Button onClick={giveUp}>{t('frame.cancel')}</Button>}
    >
      <p>{t('confirmHere.how')}</p>
      <p className="flex items-center gap-2 rounded-md bg-sunken ps-3 pe-1 py-1">
        <code className="min-w-0 flex-1 font-mono break-words select-all">{awaited.command}</code>
        <Copy text={awaited.command} label={t('confirmHere.copy')} />
      </p>
      <Notice tone="neutral" icon={KeyRound}>
        {t('confirmHere.waiting')}
      </Notice>
      <p className="text-soft">{t('confirmHere.why')}</p>
    </Dialog>
  );
}
