import { CircleAlert } from 'lucide-react';
import type { SettingView } from '../../../src-preload/contract/settings/index.ts';
import { LEAST_KEEP_DAYS } from '../../../src-preload/contract/settings/storage.ts';
import type { StorageView } from '../../../src-preload/contract/storage.ts';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Progress } from '../../components/progress.tsx';
import { Reason } from '../../components/reason.tsx';
import { Stat, Stats } from '../../components/stat.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, settingOf } from '../../settings.ts';

export interface DiskProps {
  readonly storage: StorageView | undefined;
  readonly settings: readonly SettingView[];
  readonly now: number;
}

/** What the data folder takes up, and how much it may. */
export function Disk({ storage, settings, now }: DiskProps) {
  const { t } = useText();
  return (
    <Card title={t('capacity.storage')}>
      {storage === undefined ? <Placeholder lines={3} /> : <Used storage={storage} now={now} />}
      <div className="mt-4 grid gap-4 sm:grid-cols-2">
        <NumberField
          label={t('capacity.megabytes')}
          help={t('capacity.megabytesHelp')}
          value={settingOf(settings, 'storage.megabytes') ?? undefined}
          least={64}
          most={1_048_576}
          empty={{
            means: t('capacity.noBudget'),
            onSave: () => void changeSetting('storage.megabytes', () => null),
          }}
          onSave={(megabytes) => void changeSetting('storage.megabytes', () => megabytes)}
        />
        <NumberField
          label={t('capacity.keepDays')}
          value={settingOf(settings, 'storage.keepDays') ?? undefined}
          least={LEAST_KEEP_DAYS}
          most={36_500}
          empty={{ means: t('capacity.forGood'), onSave: () => void changeSetting('storage.keepDays', () => null) }}
          onSave={(days) => void changeSetting('storage.keepDays', () => days)}
        />
      </div>
    </Card>
  );
}

function Used({ storage, now }: { storage: StorageView; now: number }) {
  const { t, f } = useText();
  const { folder, parts, totalBytes, freeBytes, budget, rows, pruning } = storage;
  return (
    <div className="space-y-3">
      <p>
        {t('capacity.storageUses', { total: f.bytes(totalBytes), folder: quoted(folder, 200) })}{' '}
        {freeBytes !== null && t('capacity.storageFree', { free: f.bytes(freeBytes) })}
      </p>
      <Stats>
        {parts.map(({ part, bytes, files }) => (
          <Stat key={part} name={t(`capacity.part.${part}`)} note={t('capacity.files', { count: files })}>
            {f.bytes(bytes)}
          </Stat>
        ))}
      </Stats>
      {budget && (
        <Progress
          label={t('capacity.diskBudget')}
          share={Math.min(1, budget.usedBytes / budget.bytes)}
          figure={t('capacity.diskBudgetOf', { used: f.bytes(budget.usedBytes), most: f.bytes(budget.bytes) })}
        />
      )}
      {budget?.over && (
        <Notice tone="warn" icon={CircleAlert}>
          {t('capacity.diskBudgetOver')}
        </Notice>
      )}
      {pruning.failure && (
        <Notice tone="warn" icon={CircleAlert}>
          <Reason reason={pruning.failure} />
        </Notice>
      )}
      <p className="text-soft">
        {t('capacity.rows', { tasks: rows.tasks, entries: rows.entries })}{' '}
        {pruning.last === null
          ? t('capacity.notPruned')
          : t('capacity.pruned', { count: pruning.last.removed, when: f.ago(pruning.last.at, now) })}
      </p>
    </div>
  );
}
