import { Lightbulb } from 'lucide-react';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import type { BackupView } from '../../../src-preload/contract/backup.ts';
import type { Reason as ReasonView } from '../../../src-preload/contract/define.ts';
import type { Cause } from '../../causes.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Reason } from '../../components/reason.tsx';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { causeWords, FixButton, type IdleSheetProps } from './idle-sheet.tsx';

export type Advice =
  | { readonly cause: Cause }
  | { readonly warning: ReasonView; readonly of: 'capacity' | 'network' }
  | { readonly errand: 'unsaved' | 'unfinished' | 'unproven' | 'outdated' };

/** The way of things: true, but nothing to be said day after day. */
const KNOWN: ReadonlySet<string> = new Set(['backend-cold', 'fewer-now', 'all-busy']);

/**
 * The one thing most worth doing now, if there is any: to go on with a setup that was left, then what keeps all tasks away, then what a model server warns of, then a
 * backup where there never was one, then what keeps some away, then a backup that is old or that was never tried out. What only takes patience is no advice, nor is what the user decided: the state says that already.
 */
export function adviceOf(
  causes: readonly Cause[],
  backends: readonly BackendView[],
  backup: Pick<BackupView, 'needed' | 'last' | 'changedSince'> | undefined,
  more: { readonly unfinished?: boolean; readonly unreached?: ReasonView | null; readonly now: number },
): Advice | undefined {
  if (more.unfinished) return { errand: 'unfinished' };
  const mendable = (weight: Cause['weight']) =>
    causes.find(
      (cause) => cause.weight === weight && cause.fix !== undefined && !cause.because && !KNOWN.has(cause.id),
    );
  // What stands between this computer and the outside says more than that a network waits for it.
  const adviceFor = (cause: Cause): Advice =>
    cause.unreached && more.unreached ? { warning: more.unreached, of: 'network' } : { cause };
  const blocking = mendable('blocks');
  if (blocking) return adviceFor(blocking);
  const warning = backends.flatMap(({ warnings }) => warnings)[0];
  if (warning) return { warning, of: 'capacity' };
  if (backup?.needed && backup.last === null) return { errand: 'unsaved' };
  const slowing = mendable('slows');
  if (slowing) return adviceFor(slowing);
  return backup?.needed ? ofBackup(backup, more.now) : undefined;
}

const OLD_MS = 30 * 86_400_000;
/** So much is missing in it that it is worth a new one, however young it is. */
const MANY = { entries: 2000, settings: 10 };

function ofBackup({ last, changedSince }: Pick<BackupView, 'last' | 'changedSince'>, now: number): Advice | undefined {
  if (!last) return undefined;
  const { entries, settings } = changedSince;
  const old = now - last.madeAt > OLD_MS && entries + settings > 0;
  if (old || entries >= MANY.entries || settings >= MANY.settings) return { errand: 'outdated' };
  return last.provenAt === null ? { errand: 'unproven' } : undefined;
}

const errandPlaces = {
  unsaved: hrefOf('settings', 'identity'),
  unfinished: hrefOf('setup'),
  unproven: hrefOf('settings', 'identity'),
  outdated: hrefOf('settings', 'identity'),
} as const;

export function AdviceCard({ advice, onFix }: { advice: Advice; onFix: IdleSheetProps['onFix'] }) {
  const speech = useText();
  const { t } = speech;
  return (
    <Card title={t('home.advice')} aside={<Lightbulb aria-hidden="true" size={18} className="text-warn" />}>
      {'cause' in advice ? (
        <>
          <p className="mb-3 max-w-prose">{causeWords(advice.cause, speech)}</p>
          {advice.cause.fix && <FixButton fix={advice.cause.fix} onFix={onFix} />}
        </>
      ) : 'errand' in advice ? (
        <>
          <p className="mb-3 max-w-prose">{t(`home.errand.${advice.errand}`)}</p>
          <LinkButton href={errandPlaces[advice.errand]}>{t(`home.run.${advice.errand}`)}</LinkButton>
        </>
      ) : (
        <>
          <p className="mb-3 max-w-prose text-soft">
            <Reason reason={advice.warning} />
          </p>
          <LinkButton href={hrefOf(advice.of)}>
            {t(advice.of === 'capacity' ? 'idle.toCapacity' : 'idle.toNetwork')}
          </LinkButton>
        </>
      )}
    </Card>
  );
}
