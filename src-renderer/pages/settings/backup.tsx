import { CircleAlert, CircleCheck } from 'lucide-react';
import type { BackupView } from '../../../src-preload/contract/backup.ts';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { BackupForm } from '../../parts/backup-form.tsx';

const MINUTE = 60_000;

/** How old the last backup is and whether it was proven; and making one. */
export function Backup({ backup }: { backup: BackupView }) {
  const { t, f } = useText();
  const { restored } = backup;
  return (
    <Card title={t('settings.backup')}>
      <div className="space-y-4">
        <Standing backup={backup} />
        <BackupForm />
        {restored && (
          <p className="text-soft">
            {t('settings.restoredAt', { when: f.dateTime(restored.at), made: f.dateTime(restored.madeAt) })}{' '}
            {restored.aside !== null && t('settings.restoredAside', { folder: quoted(restored.aside, 120) })}
          </p>
        )}
      </div>
    </Card>
  );
}

function Standing({ backup: { last, needed, changedSince } }: { backup: BackupView }) {
  const { t, f } = useText();
  const now = useNow(MINUTE);
  if (last === null) {
    return (
      <Notice tone={needed ? 'warn' : 'neutral'} icon={CircleAlert}>
        {t(needed ? 'settings.backupNever' : 'settings.backupNotNeeded')}
      </Notice>
    );
  }
  const proven = last.provenAt !== null;
  return (
    <Notice tone={proven ? 'good' : 'warn'} icon={proven ? CircleCheck : CircleAlert}>
      <p>
        {t('settings.backupLast', { when: f.ago(last.madeAt, now), size: f.bytes(last.bytes) })}{' '}
        {last.provenAt === null
          ? t('settings.backupUnproven')
          : t('settings.backupProven', { when: f.ago(last.provenAt, now) })}
      </p>
      {changedSince.entries + changedSince.settings > 0 && (
        <p className="text-soft">{t('settings.backupSince', { ...changedSince })}</p>
      )}
    </Notice>
  );
}
