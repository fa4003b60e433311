import { CircleAlert, Cpu, Search } from 'lucide-react';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { Notice } from '../../components/notice.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { backendName, backendSigns } from '../../signs.ts';
import { Looked } from './looked.tsx';
import { modelWords } from './words.ts';

const MOST_BACKENDS = 32;
const MOST_MODELS = 24;
const MOST_WARNINGS = 4;

export interface BackendsProps {
  readonly backends: readonly BackendView[] | undefined;
  readonly searching: boolean;
  readonly onSearch: () => void;
}

/** The model servers that do the work. */
export function Backends({ backends, searching, onSearch }: BackendsProps) {
  const { t } = useText();
  return (
    <Card
      title={t('capacity.backends')}
      aside={
        <Button icon={Search} busy={searching} onClick={onSearch}>
          {t(searching ? 'capacity.searching' : 'capacity.searchAgain')}
        </Button>
      }
    >
      {backends === undefined ? (
        <Placeholder lines={3} />
      ) : backends.length === 0 ? (
        <Empty icon={Cpu} title={t('capacity.empty')}>
          {t('capacity.emptyWhy')}
        </Empty>
      ) : (
        <ul className="divide-y divide-line">
          {backends.slice(0, MOST_BACKENDS).map((backend) => (
            <Backend key={backend.id} backend={backend} />
          ))}
          {backends.length > MOST_BACKENDS && (
            <li className="pt-3 text-soft">{t('frame.more', { count: backends.length - MOST_BACKENDS })}</li>
          )}
        </ul>
      )}
      {backends !== undefined && <Looked searching={searching} />}
    </Card>
  );
}

function Backend({ backend }: { backend: BackendView }) {
  const { t } = useText();
  const { kind, url, version, state, reason, warnings, models, budget } = backend;
  const sign = backendSigns[state];
  return (
    <li className="py-3 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
        <div className="min-w-0">
          <p className="font-medium">
            {backendName(kind, t)}
            {version !== null && (
              <span className="font-normal text-soft">
                {' '}
                <Text value={version} most={32} />
              </span>
            )}
          </p>
          <p className="text-xs leading-5 text-soft">
            <Text value={url} most={80} />
          </p>
        </div>
        <Pill tone={sign.tone} icon={sign.icon}>
          {t(sign.word)}
        </Pill>
      </div>
      {reason && (
        <p className="mt-1.5 text-soft">
          <Reason reason={reason} />
        </p>
      )}
      {warnings.slice(0, MOST_WARNINGS).map((warning) => (
        <div key={warning.code} className="mt-2">
          <Notice tone="warn" icon={CircleAlert}>
            <Reason reason={warning} />
          </Notice>
        </div>
      ))}
      {budget && (
        <p className="mt-1.5 text-soft tabular-nums">
          {t('capacity.budget', { spent: budget.spent, tokens: budget.tokens })}
        </p>
      )}
      {models.length > 0 && <Models models={models} allAsleep={state === 'cold'} />}
    </li>
  );
}

/** Where all of them sleep, the server says so. */
function Models({ models, allAsleep }: Pick<BackendView, 'models'> & { allAsleep: boolean }) {
  const { t } = useText();
  return (
    <ul aria-label={t('capacity.models')} className="mt-2 flex flex-wrap gap-1.5">
      {models.slice(0, MOST_MODELS).map(({ id, state, on, offered }) => {
        const word = allAsleep && state === 'cold' ? undefined : modelWords[state];
        return (
          <li
            key={id}
            className={`inline-flex max-w-full items-center gap-1.5 rounded-md border border-line px-2 py-0.5 text-xs leading-5 ${
              offered ? '' : 'border-dashed text-soft'
            }`}
          >
            {state === 'loaded' && <span aria-hidden="true" className="size-1.5 rounded-full bg-good" />}
            <Text value={id} most={64} />
            {word && <span className={state === 'failing' ? 'text-bad' : 'text-soft'}>{t(word)}</span>}
            {!offered && <span>{t(on ? 'capacity.notOffered' : 'capacity.modelOff')}</span>}
          </li>
        );
      })}
      {models.length > MOST_MODELS && (
        <li className="px-1 py-0.5 text-xs leading-5 text-soft">
          {t('frame.more', { count: models.length - MOST_MODELS })}
        </li>
      )}
    </ul>
  );
}
