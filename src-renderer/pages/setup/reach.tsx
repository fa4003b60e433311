import { Check, CircleDashed, CircleHelp, FlaskConical, type LucideIcon, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import { Button } from '../../components/button.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { Switch } from '../../components/switch.tsx';
import type { Tone } from '../../components/tone.ts';
import type { Key } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { coachFor } from '../../parts/inbound/card.tsx';
import { Chains } from '../../parts/inbound/chain.tsx';
import { Coach } from '../../parts/inbound/coach.tsx';
import { useRelays } from '../../parts/inbound/relays.tsx';
import { saveSetting, settingOf } from '../../settings.ts';
import { type Standing, standingOf } from '../../standing.ts';
import { reachabilityStore } from '../../stores/reachability.ts';
import type { Facts } from './step.ts';

const says: Readonly<Record<Standing, readonly [words: Key, tone: Tone, icon: LucideIcon]>> = {
  unwanted: ['setup.reach.nobody', 'neutral', CircleHelp],
  looking: ['setup.reach.testing', 'neutral', CircleDashed],
  unproven: ['setup.reach.unproven', 'warn', CircleHelp],
  reached: ['setup.reach.reached', 'good', Check],
  unreached: ['setup.reach.unreached', 'warn', TriangleAlert],
};

/** Whether others can reach this computer, as far as it is known by now, with what to do where they can't. */
export function ReachLine({ facts: { practice, settings } }: { facts: Pick<Facts, 'practice' | 'settings'> }) {
  const { t } = useText();
  const view = useStore(reachabilityStore, ({ live }) => live?.value);
  const relays = useRelays();
  const [coached, setCoached] = useState(false);
  if (view === undefined) return null;
  const asks = settingOf(settings, 'reachability.enabled') ?? true;
  const standing = standingOf(view);
  const [words, tone, icon] = says[standing];
  const coach = standing === 'unreached' ? coachFor(view) : undefined;
  const untold =
    standing === 'unwanted' ? (practice ? 'reach.practice' : asks ? undefined : 'setup.reach.off') : undefined;
  return (
    <div className="space-y-3">
      <Notice
        tone={tone}
        icon={untold === 'reach.practice' ? FlaskConical : icon}
        action={
          standing === 'unreached' && (
            <span className="flex flex-wrap gap-2">
              {relays.map(({ id, Use }) => (
                <Use key={id} />
              ))}
              {coach && !coached && <Button onClick={() => setCoached(true)}>{t('setup.reach.coach')}</Button>}
            </span>
          )
        }
      >
        <p role="status">{t(untold ?? words)}</p>
        {standing === 'unreached' && relays.length > 0 && (
          <p className="text-soft">{[...new Set(relays.map(({ sees }) => t(sees)))].join(' ')}</p>
        )}
      </Notice>
      {coach && coached && <Coach {...coach} open />}
    </div>
  );
}

/** How it was found out, link by link, and whether the router may be asked at all. */
export function ReachDetails({ facts: { settings } }: { facts: Pick<Facts, 'settings'> }) {
  const { t } = useText();
  const now = useNow();
  const view = useStore(reachabilityStore, ({ live }) => live?.value);
  const [busy, setBusy] = useState(false);
  const turn = (wanted: boolean) => {
    setBusy(true);
    void saveSetting('reachability.enabled', wanted).finally(() => setBusy(false));
  };
  return (
    <Disclosure title={t('setup.reach.details')}>
      <div className="space-y-3">
        <div className="flex items-start justify-between gap-4">
          <div>
            <p className="font-medium">{t('setup.reach.ask')}</p>
            <p className="text-xs leading-4 text-soft">{t('setup.reach.asks')}</p>
          </div>
          <Switch
            label={t('setup.reach.ask')}
            checked={settingOf(settings, 'reachability.enabled') ?? true}
            busy={busy}
            onChange={turn}
          />
        </div>
        {view?.wanted && <Chains ports={view.ports} now={now} />}
      </div>
    </Disclosure>
  );
}
