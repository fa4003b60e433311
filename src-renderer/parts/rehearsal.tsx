import { Check, CircleDashed, FlaskConical, TriangleAlert, X } from 'lucide-react';
import { useStore } from 'zustand/react';
import { type RehearsalCheck, RehearsalCheckName, type RehearsalView } from '../../src-preload/contract/rehearsal.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Notice } from '../components/notice.tsx';
import { Progress } from '../components/progress.tsx';
import { Stat, Stats } from '../components/stat.tsx';
import { Text } from '../components/text.tsx';
import { useText } from '../i18n/use-text.ts';
import { rehearsalStore } from '../stores/rehearsal.ts';
import { rehearse, rehearseStore } from './rehearse.ts';

const SECOND = 1000;

/** The whole way of a task tried with the user's own model server: a button, what is being looked at, and the score card. */
export function RehearsalCard({ main = false }: { main?: boolean }) {
  const { t, f } = useText();
  const rehearsals = useStore(rehearsalStore, ({ live }) => live?.value);
  const asking = useStore(rehearseStore, (state) => state.asking);
  const running = rehearsals?.running ?? null;
  const last = rehearsals?.last ?? null;
  const busy = asking || running !== null;
  return (
    <Card
      title={t('setup.rehearsal.card')}
      aside={
        <Button
          look={main && !last?.ok ? 'main' : 'quiet'}
          icon={FlaskConical}
          busy={busy}
          onClick={() => void rehearse()}
        >
          {t(busy ? 'setup.rehearsal.running' : last ? 'setup.rehearsal.again' : 'setup.rehearsal.run')}
        </Button>
      }
    >
      {busy ? (
        <>
          <Progress
            label={t('setup.rehearsal.progress')}
            share={running?.done ?? 0}
            figure={f.percent(running?.done ?? 0)}
          />
          <Checks checks={running?.checks ?? []} />
        </>
      ) : last ? (
        <Result card={last} />
      ) : (
        <p className="max-w-prose text-soft">{t('setup.rehearsal.before')}</p>
      )}
    </Card>
  );
}

function Result({ card }: { card: RehearsalView }) {
  const { t, f } = useText();
  const { ok, model, tokensPerSecond, addedMs, firstMs } = card;
  return (
    <>
      <div role={ok ? 'status' : 'alert'}>
        <Notice tone={ok ? 'good' : 'warn'} icon={ok ? Check : TriangleAlert}>
          {t(ok ? 'setup.rehearsal.works' : 'setup.rehearsal.fails')}
        </Notice>
      </div>
      {tokensPerSecond !== null && (
        <div className="mt-3">
          <Stats>
            <Stat name={t('setup.rehearsal.speed')}>
              {t('setup.rehearsal.perSecond', { tokens: f.number(tokensPerSecond, tokensPerSecond < 100 ? 1 : 0) })}
            </Stat>
            {addedMs !== null && (
              <Stat name={t('setup.rehearsal.added')}>
                {t('setup.rehearsal.ms', { ms: f.number(Math.max(0, addedMs), 1) })}
              </Stat>
            )}
            {firstMs !== null && (
              <Stat name={t('setup.rehearsal.first')}>
                {firstMs < SECOND
                  ? t('setup.rehearsal.ms', { ms: f.number(firstMs, 0) })
                  : t('setup.rehearsal.seconds', { seconds: f.number(firstMs / SECOND, 1) })}
              </Stat>
            )}
          </Stats>
        </div>
      )}
      {model !== null && (
        <p className="mt-2 text-soft">
          {t('setup.rehearsal.with')} <Text value={model} most={80} />
        </p>
      )}
      <Checks checks={card.checks} />
    </>
  );
}

const signs = {
  ok: { icon: Check, look: 'text-good' },
  failed: { icon: X, look: 'text-bad' },
  skipped: { icon: CircleDashed, look: 'text-soft' },
} as const;

/** Every check there is, so that one sees what is still to come; what failed says why and what to do. */
function Checks({ checks }: { checks: readonly RehearsalCheck[] }) {
  const { t, sayAll } = useText();
  return (
    <ol aria-label={t('setup.rehearsal.checks')} className="mt-3 space-y-1">
      {RehearsalCheckName.options.map((name) => {
        const check = checks.find((one) => one.name === name);
        const state = check?.state ?? 'skipped';
        const { icon: Icon, look } = signs[state];
        return (
          <li key={name} className={`flex items-start gap-2 ${check ? '' : 'text-soft'}`}>
            <Icon aria-hidden="true" size={16} className={`mt-0.5 shrink-0 ${look}`} />
            <span>
              {t(`setup.rehearsal.check.${name}`)}
              <span className="sr-only">
                : {t(check ? `setup.rehearsal.state.${state}` : 'setup.rehearsal.toCome')}
              </span>
              {check?.state === 'failed' && (
                <span className="block text-soft">
                  <Text value={sayAll([check.reason])} most={600} />
                </span>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
