import { CirclePause, CirclePlay, StepForward } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { Button } from '../../../components/button.tsx';
import { QrCode } from '../../../components/qr-code.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { partsOf } from './ur.ts';

/** What a telephone reads from a screen at one glance; longer ones are shown in parts (NUT-16). */
const MOST_AT_ONCE = 600;
/** Half a minute until all were shown once: a longer text is easier carried as a file. */
const MOST_PARTS = 120;
const PART_MS = 250;

/** A text for a telephone's camera; in parts where it is long and the reader knows such (`parts`). */
export function Qr({ text, parts = false }: { text: string; parts?: boolean }) {
  const { t } = useText();
  const shown = useMemo(() => (parts && text.length > MOST_AT_ONCE ? partsOf(text) : [text]), [text, parts]);
  if (shown.length > MOST_PARTS) return <p>{t('wallet.qr.tooLong')}</p>;
  const [only] = shown;
  return shown.length === 1 && only !== undefined ? (
    <QrCode text={only} label={t('wallet.qr.label')} />
  ) : (
    <Animated parts={shown} />
  );
}

function Animated({ parts }: { parts: readonly string[] }) {
  const { t } = useText();
  const [at, setAt] = useState(0);
  const [plays, setPlays] = useState(() => !matchMedia('(prefers-reduced-motion: reduce)').matches);
  const count = parts.length;
  useEffect(() => {
    if (!plays) return;
    const timer = setInterval(() => setAt((before) => (before + 1) % count), PART_MS);
    return () => clearInterval(timer);
  }, [plays, count]);
  return (
    <div className="space-y-2">
      <QrCode text={parts[at] ?? ''} label={t('wallet.qr.part', { part: at + 1, count })} />
      <p>{t('wallet.qr.animated', { count })}</p>
      <div className="flex flex-wrap gap-2">
        <Button icon={plays ? CirclePause : CirclePlay} onClick={() => setPlays(!plays)}>
          {t(plays ? 'wallet.qr.stop' : 'wallet.qr.play')}
        </Button>
        {!plays && (
          <Button icon={StepForward} onClick={() => setAt((at + 1) % count)}>
            {t('wallet.qr.next')}
          </Button>
        )}
      </div>
    </div>
  );
}
