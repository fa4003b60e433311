import { useEffect, useState } from 'react';
import type { DetectionView, ProbeView } from '../../../src-preload/contract/backends.ts';
import { engine } from '../../bridge/index.ts';
import { Text } from '../../components/text.tsx';
import { reportFailure } from '../../stores/alerts.ts';
import { lookedWords, placesWords, probeSources, verdictWords } from './words.ts';

/** More than there are usual addresses; a long list of services could add some. */
const MOST_PROBES = 64;

/** Where model servers were looked for, what answered, and why it was taken for what. Asked for when somebody opens it. */
export function Looked({ searching }: { searching: boolean }) {
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
    <details
      className="mt-3 border-t border-line pt-2 text-xs leading-5 text-soft"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className="min-h-6 w-fit cursor-pointer py-0.5">Where we looked</summary>
      {view === null && <p className="mt-1">Nothing has been looked for here.</p>}
      {view && <Tried view={view} />}
    </details>
  );
}

/** What answered first, each with its reason; where nobody listens is said in one line. */
function Tried({ view }: { view: DetectionView }) {
  const probes = view.tried.slice(0, MOST_PROBES);
  const silent = probes.filter(({ verdict }) => verdict === 'nothing');
  const telling = probes.filter(({ verdict }) => verdict !== 'nothing');
  return (
    <>
      <p className="mt-1">{lookedWords(view)}</p>
      <ul aria-label="Addresses" className="mt-1.5 space-y-2">
        {telling.map((probe) => (
          <Probe key={probe.url} probe={probe} />
        ))}
        {silent.length > 0 && (
          <li>
            <span className="font-medium text-ink">Nobody listens</span> at{' '}
            <Text value={placesWords(silent.map(({ url }) => url))} most={2000} />
          </li>
        )}
      </ul>
    </>
  );
}

function Probe({ probe: { url, verdict, why, source } }: { probe: ProbeView }) {
  const from = probeSources[source];
  return (
    <li>
      <span className="font-medium text-ink">{verdictWords[verdict]}</span> at <Text value={url} most={120} />
      {from && ` (${from})`}
      <br />
      <Text value={why} most={300} />
    </li>
  );
}
