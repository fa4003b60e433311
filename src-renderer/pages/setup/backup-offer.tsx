import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { engine } from '../../bridge/index.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { useText } from '../../i18n/use-text.ts';
import { BackupForm } from '../../parts/backup-form.tsx';
import { backupStore } from '../../stores/backup.ts';

/** Who this computer will be on the networks that are ticked, and a backup of that, proven at once. */
export function BackupOffer({ networks }: { networks: readonly NetworkView[] }) {
  const { t, f } = useText();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const proven = useStore(backupStore, ({ live }) => live?.value.last?.provenAt) ?? null;
  const known = networks.filter(({ capabilities }) => capabilities.includes('identity'));
  if (known.length === 0) return null;
  const prepare = async () => {
    for (const { id } of known) await engine().ask('networks.identify', { id });
  };
  return (
    <>
      <Notice
        tone="neutral"
        icon={KeyRound}
        action={<Button onClick={() => setOpen(true)}>{t('setup.backup.now')}</Button>}
      >
        {proven === null ? t('setup.backup.why') : t('setup.backup.proven', { when: f.ago(proven, now) })}
      </Notice>
      {open && (
        <Dialog title={t('setup.backup.now')} onClose={() => setOpen(false)}>
          <p className="text-soft">{t('setup.backup.holds')}</p>
          <BackupForm main={proven === null} prepare={prepare} />
        </Dialog>
      )}
    </>
  );
}
