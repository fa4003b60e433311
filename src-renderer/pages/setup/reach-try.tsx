import { Route, Square, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand/react';
import type { ReachabilityView } from '../../../src-preload/contract/reachability.ts';
import { engine } from '../../bridge/index.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { useText } from '../../i18n/use-text.ts';
import { coachFor } from '../../parts/inbound/card.tsx';
import { Chains } from '../../parts/inbound/chain.tsx';
import { Coach } from '../../parts/inbound/coach.tsx';
import { useRelays } from '../../parts/inbound/relays.tsx';
import { sentenceFor } from '../../parts/inbound/sentence.ts';
import { standingOf } from '../../standing.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { nodeStore } from '../../stores/node.ts';
import { reachabilityStore } from '../../stores/reachability.ts';

/** Well within the time after which the engine takes us for gone. */
const STILL_HERE_MS = 60_000;

async function ask(on: boolean): Promise<void> {
  reachabilityStore.getState().accept(await engine().ask('reachability.try', { on }));
}

/** Held open while this step is on the page; what goes wrong is shown and ends it. */
function useTry(trying: boolean, ended: () => void): void {
  useEffect(() => {
    if (!trying) return;
    const here = () =>
      void ask(true).catch((error: unknown) => {
        reportFailure(error);
        ended();
      });
    here();
    const timer = setInterval(here, STILL_HERE_MS);
    return () => {
      clearInterval(timer);
      void ask(false).catch(reportFailure);
    };
  }, [trying, ended]);
}

/** The way in tried before anything is joined, when it is asked for: link by link as it comes, and what to do where it fails. */
export function ReachTry({ allowed }: { allowed: boolean }) {
  const { t } = useText();
  const view = useStore(reachabilityStore, ({ live }) => live?.value);
  const practice = useStore(nodeStore, ({ live }) => live?.value.practice);
  const [wish, setWish] = useState(false);
  const [end] = useState(() => () => setWish(false));
  const trying = wish && allowed;
  useTry(trying, end);
  if (view === undefined) return null;
  const joined = view.wanted && !trying;
  return (
    <Card
      title={t('setup.reach.try')}
      aside={
        trying ? (
          <Button icon={Square} onClick={end}>
            {t('setup.reach.stop')}
          </Button>
        ) : (
          !joined &&
          !practice &&
          allowed && (
            <Button look="main" icon={Route} onClick={() => setWish(true)}>
              {t('setup.reach.start')}
            </Button>
          )
        )
      }
    >
      {view.wanted ? (
        <Found view={view} />
      ) : (
        <p className="max-w-prose text-soft">
          {t(practice ? 'reach.practice' : trying ? 'setup.reach.nobody' : 'setup.reach.asks')}
        </p>
      )}
    </Card>
  );
}

function Found({ view }: { view: ReachabilityView }) {
  const { t } = useText();
  const now = useNow();
  return (
    <div className="space-y-4">
      <p role="status">{sentenceFor(view, t)}</p>
      <Chains ports={view.ports} now={now} />
      {standingOf(view) === 'unreached' && <Instead view={view} />}
    </div>
  );
}

/** Nothing leads in: a relay now, or the router's menus. */
function Instead({ view }: { view: ReachabilityView }) {
  const { t } = useText();
  const [coached, setCoached] = useState(false);
  const coach = coachFor(view);
  const relays = useRelays();
  return (
    <div className="space-y-3">
      <Notice
        tone="warn"
        icon={TriangleAlert}
        action={
          <span className="flex flex-wrap gap-2">
            {relays.map(({ id, Use }) => (
              <Use key={id} />
            ))}
            {coach && !coached && <Button onClick={() => setCoached(true)}>{t('setup.reach.coach')}</Button>}
          </span>
        }
      >
        {t(relays.length > 0 ? 'setup.reach.failedRelay' : 'setup.reach.failed')}{' '}
        <span className="text-soft">{[...new Set(relays.map(({ sees }) => t(sees)))].join(' ')}</span>
      </Notice>
      {coach && coached && <Coach {...coach} open />}
    </div>
  );
}
