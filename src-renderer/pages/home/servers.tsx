import type { BackendView } from '../../../src-preload/contract/backends.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { backendName, backendSigns } from '../../signs.ts';

const MOST = 4;

/** What does the work, in a line each; Capacity has the rest. */
export function Servers({ backends }: { backends: readonly BackendView[] | undefined }) {
  const { t } = useText();
  return (
    <Card title={t('home.backends')} aside={<LinkButton href={hrefOf('capacity')}>{t('home.details')}</LinkButton>}>
      {backends === undefined ? (
        <Placeholder lines={2} />
      ) : backends.length === 0 ? (
        <p className="text-soft">{t('home.noServers')}</p>
      ) : (
        <ul className="divide-y divide-line">
          {backends.slice(0, MOST).map((backend) => (
            <Server key={backend.id} backend={backend} />
          ))}
          {backends.length > MOST && (
            <li className="pt-2 text-soft">{t('frame.more', { count: backends.length - MOST })}</li>
          )}
        </ul>
      )}
    </Card>
  );
}

function Server({ backend: { kind, state, models } }: { backend: BackendView }) {
  const { t } = useText();
  const sign = backendSigns[state];
  const offered = models.filter((model) => model.offered).length;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 py-2 first:pt-0 last:pb-0">
      <span>
        <span className="font-medium">{backendName(kind, t)}</span>{' '}
        <span className="text-soft">{t('home.models', { count: offered })}</span>
      </span>
      <Pill tone={sign.tone} icon={sign.icon}>
        {t(sign.word)}
      </Pill>
    </li>
  );
}
