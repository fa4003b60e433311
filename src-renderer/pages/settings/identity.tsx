import { useStore } from 'zustand/react';
import { Card } from '../../components/card.tsx';
import { Copy } from '../../components/copy.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { backupStore } from '../../stores/backup.ts';
import { networksStore } from '../../stores/networks.ts';
import { Backup } from './backup.tsx';
import { BackupFiles } from './backup-files.tsx';

/** Who this computer is to its networks, and what brings that back. */
export function Identity() {
  const { t } = useText();
  const networks = useStore(networksStore, ({ live }) => live?.value);
  const backup = useStore(backupStore, ({ live }) => live?.value);
  return (
    <>
      {backup === undefined ? <Placeholder lines={6} /> : <Backup backup={backup} />}
      {backup && <BackupFiles backup={backup} />}
      <Card title={t('settings.restores')}>
        <Facts>
          <Fact name={t('settings.restoresBackup')}>{t('settings.restoresBackupWhat')}</Fact>
          <Fact name={t('settings.restoresPassphrase')}>{t('settings.restoresPassphraseWhat')}</Fact>
          <Fact name={t('settings.restoresNothing')}>{t('settings.restoresNothingWhat')}</Fact>
          {networks
            ?.filter(({ capabilities }) => capabilities.includes('identity'))
            .map(({ id, title, nodeId }) => (
              <Fact key={id} name={t('settings.nodeId', { network: title })}>
                {nodeId === null ? (
                  t('settings.noIdentity')
                ) : (
                  <span className="inline-flex max-w-full items-center gap-1">
                    <span className="min-w-0 font-mono text-xs break-all">
                      <Text value={nodeId} most={160} />
                    </span>
                    <Copy text={nodeId} />
                  </span>
                )}
              </Fact>
            ))}
        </Facts>
      </Card>
    </>
  );
}
