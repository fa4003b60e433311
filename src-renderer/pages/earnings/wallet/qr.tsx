import { CirclePause, CirclePlay, StepForward } from 'lucide-react';
import encodeQR from 'qr';
import { useEffect, useMemo, useState } from 'react';
import { Button } from '../../../components/button.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { partsOf } from './ur.ts';

/** What a telephone reads from a screen at one glance; longer ones are shown in parts (NUT-16). */
const MOST_AT_ONCE = 600;
/** Half a minute until all were shown once: a longer text is easier carried as a file. */
const MOST_PARTS = 120;
const PART_MS = 250;
/** Light around it, in dots (ISO/IEC 18004). */
const MARGIN = 4;

/** A text for a telephone's camera; in parts where it is long and the reader knows such (`parts`). */
export function Qr({ text, parts = false }: { text: string; parts?: boolean }) {
  const { t } = useText();
  const shown = useMemo(() => (parts && text.length > MOST_AT_ONCE ? partsOf(text) : [text]), [text, parts]);
  if (shown.length > MOST_PARTS) return <p>{t('wallet.qr.tooLong')}</p>;
  const [only] = shown;
  return shown.length === 1 && only !== undefined ? (
    <Code text={only} label={t('wallet.qr.label')} />
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
      <Code text={parts[at] ?? ''} label={t('wallet.qr.part', { part: at + 1, count })} />
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

/** Dark on light whatever the page's colours: readers want it so. */
function Code({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => drawn(text), [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="mx-auto block w-full max-w-80 rounded-md border border-line bg-white"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** Each run of dark dots in a line is one step of the path. */
function drawn(text: string): { readonly path: string; readonly size: number } {
  const rows = encodeQR(text, 'raw', { ecc: 'low', border: MARGIN });
  const path = rows.flatMap((row, y) =>
    row.flatMap((dark, x) => {
      if (!dark || row[x - 1]) return [];
      // There is light at each end.
      const end = row.indexOf(false, x);
      return [`M${x} ${y}h${end - x}v1H${x}z`];
    }),
  );
  return { path: path.join(''), size: rows.length };
}
