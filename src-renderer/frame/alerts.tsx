import { CircleHelp, KeyRound, type LucideIcon, TriangleAlert, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand/react';
import type { Refusal } from '../bridge/connection.ts';
import { retryConnection } from '../bridge/index.ts';
import { Button } from '../components/button.tsx';
import { Code } from '../components/code.tsx';
import { Notice } from '../components/notice.tsx';
import { useNow } from '../components/now.ts';
import { Reason } from '../components/reason.tsx';
import { useText } from '../i18n/use-text.ts';
import { alertsStore, dismissAlert } from '../stores/alerts.ts';
import { openPanel } from './panels.ts';

const MINUTE_MS = 60_000;

export function Lost() {
  const { t } = useText();
  return (
    <div role="alert">
      <Notice tone="warn" icon={Unplug} action={<Button onClick={retryConnection}>{t('frame.tryNow')}</Button>}>
        <p className="font-medium">{t('frame.lost')}</p>
        <p className="text-soft">{t('frame.lostMeans')}</p>
      </Notice>
    </div>
  );
}

/** Nothing can be shown until the user has done what it says. */
export function Refused({ why, usedAt }: { why: Refusal; usedAt?: number | undefined }) {
  const { t } = useText();
  if (why === 'usedLink') return <UsedTwice at={usedAt ?? 0} />;
  return (
    <Alone icon={KeyRound}>
      <h1 className="text-xl leading-7 font-semibold tracking-tight">
        <Marked text={t(`refused.${why}`)} />
      </h1>
      <p className="mt-1 max-w-prose text-soft">
        <Marked text={t(why === 'outdated' ? 'refused.reload' : 'refused.link')} />
      </p>
    </Alone>
  );
}

/** The second may be the owner, and the first a thief: only the owner can tell, so both are said. */
function UsedTwice({ at }: { at: number }) {
  const { t, f } = useText();
  const now = useNow(MINUTE_MS);
  return (
    <Alone icon={TriangleAlert} loud>
      <h1 className="text-xl leading-7 font-semibold tracking-tight">
        {t('refused.usedLink', { at: f.clock(at, now) })}
      </h1>
      <p className="mt-3 max-w-prose font-medium">
        <Marked text={t('refused.notYou')} />
      </p>
      <p className="mt-3 max-w-prose text-soft">
        <Marked text={t('refused.wasYou')} />
      </p>
    </Alone>
  );
}

/** All that there is on the page, read out at once. */
function Alone({ icon: Icon, loud = false, children }: { icon: LucideIcon; loud?: boolean; children: ReactNode }) {
  return (
    <main className="mx-auto mt-8 max-w-3xl px-4">
      <div
        role="alert"
        className={`rounded-lg border bg-panel p-6 shadow-card sm:p-8 ${loud ? 'border-bad' : 'border-line'}`}
      >
        <span
          className={`mb-4 grid size-11 place-items-center rounded-full ${loud ? 'bg-bad-tint text-bad' : 'bg-sunken text-soft'}`}
        >
          <Icon aria-hidden="true" size={20} />
        </span>
        {children}
      </div>
    </main>
  );
}

/** Sets what stands between backticks as code. */
function Marked({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <code key={part} className="rounded bg-sunken px-1.5 py-0.5 font-mono text-[0.8125rem] text-ink">
        {part}
      </code>
    ),
  );
}

/** What went wrong, until it is dismissed. */
export function Alerts() {
  const { t } = useText();
  const alerts = useStore(alertsStore, (state) => state.alerts);
  return (
    <div role="alert" className="space-y-2 empty:hidden">
      {alerts.map((alert) => (
        <Notice
          key={alert.code}
          tone="bad"
          icon={TriangleAlert}
          action={
            <span className="flex flex-wrap gap-2">
              <Button icon={CircleHelp} onClick={() => openPanel('help', alert)}>
                {t('frame.help')}
              </Button>
              <Button onClick={() => dismissAlert(alert.code)}>{t('frame.dismiss')}</Button>
            </span>
          }
        >
          <Reason reason={alert} /> <Code code={alert.code} />
        </Notice>
      ))}
    </div>
  );
}
