import { CircleAlert } from 'lucide-react';
import { useStore } from 'zustand/react';
import { InferenceTask } from '../../../src-preload/contract/settings/backends.ts';
import { LEAST_KEEP_DAYS } from '../../../src-preload/contract/settings/storage.ts';
import { useAnswer } from '../../asked.ts';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import type { Key as TextKey } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { changeSetting, useSetting } from '../../settings.ts';
import { inferenceWord } from '../../signs.ts';
import { networksStore } from '../../stores/networks.ts';
import { Audit } from './audit.tsx';
import { Key } from './key.tsx';
import { SwitchRow } from './switch-row.tsx';

/** What strangers may ask for, what of it stays, and the proof. */
export function Privacy() {
  const forModels = useForModels();
  return (
    <>
      {forModels && <Kinds />}
      <Keeping forModels={forModels} />
      <Audit />
      <Key />
    </>
  );
}

/** Whether a joined network sends tasks for models; where none is joined, whether one could. */
function useForModels(): boolean {
  const networks = useStore(networksStore, ({ live }) => live?.value) ?? [];
  const joined = networks.filter(({ enabled }) => enabled);
  return (joined.length > 0 ? joined : networks).some(({ id }) => pagesOf(id).models);
}

/** What a task of each kind does, and what it can see. */
const sees: Record<InferenceTask, TextKey> = {
  'llm:chat': 'settings.kind.chat',
  'llm:completion': 'settings.kind.completion',
  'llm:embedding': 'settings.kind.embedding',
  'audio:transcribe': 'settings.kind.transcription',
  'audio:speech': 'settings.kind.speech',
  'safety:moderate': 'settings.kind.moderation',
};

function Kinds() {
  const { t } = useText();
  const refused = useSetting('safety.refused');
  const turn = (kind: InferenceTask, on: boolean) =>
    changeSetting('safety.refused', (list) => {
      const others = list.filter((each) => each !== kind);
      return on ? others : [...others, kind];
    });
  return (
    <Card title={t('settings.kinds')}>
      <p className="mb-3 text-soft">{t('settings.kindsMean')}</p>
      {refused === undefined ? (
        <Placeholder lines={6} />
      ) : (
        <div className="divide-y divide-line">
          {InferenceTask.options.map((kind) => (
            <SwitchRow
              key={kind}
              label={inferenceWord(kind, t)}
              help={t(sees[kind])}
              checked={!refused.includes(kind)}
              onChange={(on) => turn(kind, on)}
            />
          ))}
        </div>
      )}
      {refused?.length === InferenceTask.options.length && (
        <div className="mt-3">
          <Notice tone="warn" icon={CircleAlert}>
            {t('settings.kindsNone')}
          </Notice>
        </div>
      )}
      <p className="mt-3 text-soft">{t('settings.kindsLimit')}</p>
    </Card>
  );
}

function Keeping({ forModels }: { forModels: boolean }) {
  const { t } = useText();
  const days = useSetting('storage.keepDays');
  const [storage] = useAnswer('storage.get', String(days));
  return (
    <Card title={t('settings.keeping')}>
      <Facts>
        {forModels && <Fact name={t('settings.keepPrompts')}>{t('settings.keepPromptsWhat')}</Fact>}
        <Fact name={t('settings.keepTasks')}>
          {days === undefined
            ? ''
            : days === null
              ? t('settings.keepForGood')
              : t('settings.keepTasksDays', { count: days })}
        </Fact>
        <Fact name={t('settings.keepEarned')}>{t('settings.keepForGood')}</Fact>
        <Fact name={t('settings.keepLogs')}>{t('settings.keepLogsWhat')}</Fact>
      </Facts>
      <div className="mt-4 grid gap-4 sm:grid-cols-2">
        <NumberField
          label={t('settings.keepDays')}
          value={days ?? undefined}
          least={LEAST_KEEP_DAYS}
          most={36_500}
          empty={{
            means: t('settings.keepEmpty'),
            onSave: () => void changeSetting('storage.keepDays', () => null),
          }}
          onSave={(next) => void changeSetting('storage.keepDays', () => next)}
        />
      </div>
      {storage && (
        <p className="mt-3 text-soft">
          {t('settings.keepNow', { tasks: storage.rows.tasks, entries: storage.rows.entries })}
        </p>
      )}
    </Card>
  );
}
