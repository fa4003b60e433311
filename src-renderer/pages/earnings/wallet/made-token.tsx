import { Copy as CopyIcon, QrCode, Save } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../components/button.tsx';
import { Text } from '../../../components/text.tsx';
import { saveText } from '../../../files.ts';
import { quoted } from '../../../format/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { reportFailure } from '../../../stores/alerts.ts';
import { toast } from '../../../stores/toasts.ts';
import { Qr } from './qr.tsx';
import { unitsWords } from './words.ts';

export interface MadeTokenProps {
  readonly token: string;
  readonly amount: number;
  readonly unit: string;
}

/** A token that was made: to be copied, shown to a camera, or saved. Anyone who has it has the money. */
export function MadeToken({ token, amount, unit }: MadeTokenProps) {
  const { t, f } = useText();
  const [code, setCode] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(token);
    toast(t('wallet.token.copied'));
  };
  const save = () => {
    const file = t('wallet.token.file', { amount: String(amount), unit });
    saveText(file, `${token}\n`, 'text/plain');
    toast(t('wallet.token.saved', { file: quoted(file, 80) }));
  };
  return (
    <div className="space-y-3">
      <p role="status" className="text-base font-semibold">
        {t('wallet.token.made', { amount: unitsWords(amount, unit, f) })}
      </p>
      <p>{t('wallet.token.lead')}</p>
      <p className="rounded-md bg-sunken p-2 font-mono text-xs leading-4 break-all">
        <Text value={token} most={160} />
      </p>
      <div className="flex flex-wrap gap-2">
        <Button icon={CopyIcon} onClick={() => void copy().catch(reportFailure)}>
          {t('wallet.token.copy')}
        </Button>
        <Button icon={QrCode} onClick={() => setCode(!code)}>
          {t('wallet.token.show')}
        </Button>
        <Button icon={Save} onClick={save}>
          {t('wallet.token.save')}
        </Button>
      </div>
      {code && <Qr parts text={token} />}
    </div>
  );
}
