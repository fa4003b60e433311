import type { RefusalReason, WorkView } from '../../../src-preload/contract/work.ts';
import { Card } from '../../components/card.tsx';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf, type PlaceId } from '../../places.ts';

/** Where something can be done about it; for the others nothing has to be. */
const places: Partial<Record<RefusalReason, PlaceId>> = {
  full: 'capacity',
  'no-server': 'capacity',
  'unknown-model': 'capacity',
  hurried: 'capacity',
  'unknown-kind': 'settings',
  'not-sharing': 'availability',
};

/** What was turned away today, by reason. Of single ones nothing is kept. */
export function Refused({ refusals }: Pick<WorkView, 'refusals'>) {
  const { t, f } = useText();
  if (refusals.length === 0) return null;
  return (
    <Card title={t('work.refused')}>
      <ul aria-label={t('work.refused')} className="divide-y divide-line">
        {refusals.map(({ reason, count }) => {
          const place = places[reason];
          return (
            <li key={reason} className="flex justify-between gap-4 py-2 first:pt-0 last:pb-0">
              <span className="min-w-0">
                <span className="block font-medium">
                  {place ? (
                    <a href={hrefOf(place)} className="rounded hover:underline">
                      {t(`work.refusal.${reason}`)}
                    </a>
                  ) : (
                    t(`work.refusal.${reason}`)
                  )}
                </span>
                <span className="block text-xs leading-4 text-soft">{t(`work.refusalMeans.${reason}`)}</span>
              </span>
              <span className="tabular-nums">{f.count(count)}</span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
