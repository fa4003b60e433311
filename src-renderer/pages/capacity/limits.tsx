import type { BackendView } from '../../../src-preload/contract/backends.ts';
import type { LimitsView, LimitView } from '../../../src-preload/contract/limits.ts';
import type { SettingView } from '../../../src-preload/contract/settings/index.ts';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import type { Translate } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, settingOf } from '../../settings.ts';
import { limitName } from './words.ts';

export interface LimitsProps {
  readonly limits: LimitsView | undefined;
  readonly backends: readonly BackendView[];
  readonly settings: readonly SettingView[];
}

/** Far more than a node has; each of many models may have a limit. */
const MOST_LIMITS = 100;

/** How many tasks there is room for, which limit keeps it from being more, and those that hold for all. */
export function Limits({ limits, backends, settings }: LimitsProps) {
  const { t } = useText();
  return (
    <Card title={t('capacity.limits')}>
      {limits === undefined ? <Placeholder lines={2} /> : <Room limits={limits} backends={backends} />}
      <div className="mt-4 grid gap-4 sm:grid-cols-3">
        <NumberField
          label={t('capacity.maxConcurrent')}
          help={t('capacity.maxConcurrentHelp')}
          value={settingOf(settings, 'capacity.maxConcurrent')}
          least={0}
          most={256}
          onSave={(value) => void changeSetting('capacity.maxConcurrent', () => value)}
        />
        <NumberField
          label={t('capacity.maxTokens')}
          help={t('capacity.maxTokensHelp')}
          value={settingOf(settings, 'capacity.maxTokens')}
          least={1}
          most={10_000_000}
          onSave={(value) => void changeSetting('capacity.maxTokens', () => value)}
        />
        <NumberField
          label={t('capacity.tokensPerMinute')}
          help={t('capacity.tokensPerMinuteHelp')}
          value={settingOf(settings, 'capacity.tokensPerMinute')}
          least={1}
          most={100_000_000}
          onSave={(value) => void changeSetting('capacity.tokensPerMinute', () => value)}
        />
      </div>
    </Card>
  );
}

function Room({ limits: { room, limits, binding }, backends }: { limits: LimitsView } & Pick<LimitsProps, 'backends'>) {
  const { t } = useText();
  const holds = binding === null ? undefined : limits[binding];
  return (
    <>
      <p className="text-lg leading-6 font-semibold">
        {binding === null
          ? t('capacity.roomNothing')
          : room === 0
            ? t('capacity.roomNone')
            : t('capacity.room', { count: room })}
      </p>
      {holds && (
        <p className="mt-1 text-soft">
          {t('capacity.binds')}:{' '}
          <span className="font-medium text-ink">
            <Text value={limitName(holds, backends, t)} most={300} />
          </span>{' '}
          <span className="tabular-nums">({usedWords(holds, t)})</span>
        </p>
      )}
      <div className="mt-1">
        <Disclosure title={t('capacity.limitsTable')}>
          <Table
            caption={t('capacity.limitsTable')}
            rows={limits.slice(0, MOST_LIMITS)}
            rowKey={(limit) => `${limit.kind} ${limit.backend} ${limit.model}`}
            columns={[
              {
                id: 'limit',
                title: t('capacity.limit'),
                cell: (limit) => <Text value={limitName(limit, backends, t)} most={300} />,
              },
              { id: 'used', title: t('capacity.used'), figure: true, cell: (limit) => usedWords(limit, t) },
              {
                id: 'state',
                title: t('capacity.state'),
                cell: (limit) => (
                  <span className="whitespace-nowrap">
                    {limit === holds ? t('capacity.bindsNow') : limit.reached && t('capacity.reached')}
                  </span>
                ),
              },
            ]}
          />
        </Disclosure>
      </div>
    </>
  );
}

function usedWords({ kind, used, most, reached }: LimitView, t: Translate): string {
  if (kind === 'availability') return t(reached ? 'capacity.closed' : 'capacity.open');
  return most === null ? t('capacity.choice.noLimit') : t('capacity.usedOf', { used, most });
}
