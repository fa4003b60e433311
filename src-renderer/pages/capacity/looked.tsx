import { useEffect, useState } from 'react';
import type { DetectionView, ProbeView } from '../../../src-preload/contract/backends.ts';
import { engine } from '../../bridge/index.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { placesWords, probeWords } from './words.ts';

/** More than there are usual addresses; a long list of services could add some. */
const MOST_PROBES = 64;
const MOST_ANSWERS = 12;

/** Where model servers were looked for, what answered, and why it was taken for what. Asked for when it is opened. */
export function Looked({ searching }: { searching: boolean }) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const [view, setView] = useState<DetectionView | null>();

  useEffect(() => {
    if (!open || searching) return;
    let gone = false;
    engine()
      .ask('backends.tried', undefined)
      .then((tried) => {
        if (!gone) setView(tried);
      })
      .catch(reportFailure);
    return () => {
      gone = true;
    };
  }, [open, searching]);

  return (
    <div className="mt-3 border-t border-line pt-2 text-xs leading-5 text-soft">
      <Disclosure title={t('capacity.looked')} onToggle={setOpen}>
        {view === null && <p>{t('capacity.notLooked')}</p>}
        {view && <Tried view={view} />}
      </Disclosure>
    </div>
  );
}

/** What answered first, each with its reason; where nothing listens is said in one line. */
function Tried({ view }: { view: DetectionView }) {
  const { t, f } = useText();
  const probes = view.tried.slice(0, MOST_PROBES);
  const silent = probes.filter(({ verdict }) => verdict === 'nothing');
  const telling = probes.filter(({ verdict }) => verdict !== 'nothing');
  const places = quoted(
    placesWords(
      silent.map(({ url }) => url),
      t,
      f,
    ),
    2000,
  );
  return (
    <>
      <p>{t('capacity.lookedAt', { count: view.tried.length, seconds: f.number(view.took / 1000, 1) })}</p>
      <ul aria-label={t('capacity.addresses')} className="mt-1.5 space-y-2">
        {telling.map((probe) => (
          <Probe key={probe.url} probe={probe} />
        ))}
        {silent.length > 0 && <li>{t('capacity.nobodyAt', { places })}</li>}
      </ul>
    </>
  );
}

function Probe({ probe }: { probe: ProbeView }) {
  const { t, say, sayAll } = useText();
  return (
    <li>
      <span className="text-ink">{probeWords(probe, t)}</span>
      <br />
      <Text value={sayAll(probe.why)} most={500} />
      {probe.answers.length > 0 && (
        <ul className="list-disc ps-5">
          {probe.answers.slice(0, MOST_ANSWERS).map(({ path, status, shows }) => (
            <li key={path}>
              {status === null
                ? t('capacity.noAnswer', { path: quoted(path, 80) })
                : t('capacity.answer', { path: quoted(path, 80), status, shows: quoted(say(shows).message, 200) })}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
