import { KeyRound } from 'lucide-react';
import { useStore } from 'zustand/react';
import { engine } from '../../bridge/index.ts';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { useText } from '../../i18n/use-text.ts';
import { BackupForm } from '../../parts/backup-form.tsx';
import { settingOf } from '../../settings.ts';
import { backupStore } from '../../stores/backup.ts';
import { tickedOf } from './joining.ts';
import { Layout } from './layout.tsx';
import type { StepProps } from './step.ts';

/** Who this computer will be, and a backup of that which is proven at once. */
export function Identity({ facts, onBack, onNext }: StepProps) {
  const { t, f } = useText();
  const now = useNow();
  const last = useStore(backupStore, ({ live }) => live?.value.last) ?? null;
  const ticked = tickedOf(settingOf(facts.settings, 'setup.networks'), facts.networks);
  const known = facts.networks.flatMap(({ id, capabilities }) =>
    ticked.includes(id) && capabilities.includes('identity') ? [id] : [],
  );
  const proven = last?.provenAt ?? null;
  const next = proven === null ? { label: t('setup.identity.remind'), quiet: true, run: onNext } : { run: onNext };
  return (
    <Layout lead={t('setup.identity.lead')} onBack={onBack} next={next}>
      <Notice tone="warn" icon={KeyRound}>
        <p className="font-medium">{t('setup.identity.yours')}</p>
        <p>{t('setup.identity.yoursMeans')}</p>
      </Notice>
      <Card title={t('setup.identity.backUp')}>
        <p className="mb-3 max-w-prose text-soft">
          {t(known.length > 0 ? 'setup.identity.holds' : 'setup.identity.holdsLittle')}
        </p>
        {last && (
          <p className="mb-3">
            {proven === null
              ? t('setup.identity.made', { when: f.ago(last.madeAt, now) })
              : t('setup.identity.proven', { when: f.ago(proven, now) })}
          </p>
        )}
        <BackupForm
          main={proven === null}
          prepare={async () => {
            for (const id of known) await engine().ask('networks.identify', { id });
          }}
        />
      </Card>
    </Layout>
  );
}
