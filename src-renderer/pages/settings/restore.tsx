import { CircleCheck, Hourglass, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { BackupFile } from '../../../src-preload/contract/backup.ts';
import type { Output } from '../../../src-preload/contract/index.ts';
import { engine } from '../../bridge/index.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { Progress } from '../../components/progress.tsx';
import { Table } from '../../components/table.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { nodeStore } from '../../stores/node.ts';
import { Failed, Passphrase } from './passphrase.tsx';
import { useInSight } from './use-in-sight.ts';

type Seen = Output<'backup.inspect'>;

/**
 * First what the file holds, then, if that is wanted, putting it in place. The node comes back as another run of the engine:
 * only then is it said to be done.
 */
export function Restore({ file, onClose }: { file: BackupFile; onClose: () => void }) {
  const { t } = useText();
  const [passphrase, setPassphrase] = useState('');
  const [seen, setSeen] = useState<Seen>();
  const [from, setFrom] = useState<string>();
  const boot = useStore(nodeStore, ({ live }) => live?.boot);
  const done = from !== undefined && boot !== from;
  const [looking, look, unseen] = useInSight(async () => {
    setSeen(await engine().ask('backup.inspect', { name: file.name, passphrase }));
  });
  const [asking, restore, failure] = useInSight(async () => {
    setFrom(boot);
    try {
      await engine().ask('backup.restore', { name: file.name, passphrase, confirm: 'replace what is here' });
    } catch (error) {
      setFrom(undefined);
      throw error;
    }
  });
  const waiting = asking || (from !== undefined && !done);
  const go = () => {
    if (passphrase !== '') look();
  };
  return (
    <Dialog
      alert
      title={t('settings.restoreTitle')}
      onClose={() => {
        if (!waiting) onClose();
      }}
      footer={
        done ? (
          <Button onClick={onClose}>{t('frame.close')}</Button>
        ) : (
          <>
            <Button busy={waiting} onClick={onClose}>
              {t('frame.cancel')}
            </Button>
            {seen ? (
              <Button look="danger" busy={waiting} onClick={restore}>
                {t('settings.restoreConfirm')}
              </Button>
            ) : (
              <Button look="main" busy={looking || passphrase === ''} onClick={go}>
                {t('settings.restoreLook')}
              </Button>
            )}
          </>
        )
      }
    >
      {seen === undefined && (
        <>
          <p>{quoted(file.name, 100)}</p>
          <p>{t('settings.restoreMeans')}</p>
          <Passphrase value={passphrase} failure={unseen} onChange={setPassphrase} onEnter={go} />
        </>
      )}
      {seen && !done && <Compared seen={seen} />}
      {failure && <Failed failure={failure} />}
      <div role="status" className="space-y-3 empty:hidden">
        {waiting && (
          <>
            <Progress label={t('settings.busy.restore')} share={undefined} figure="" />
            <Notice tone="neutral" icon={Hourglass}>
              {t('settings.restoreBusy')}
            </Notice>
          </>
        )}
        {done && (
          <Notice tone="good" icon={CircleCheck}>
            {t('settings.restoreDone')}
          </Notice>
        )}
      </div>
    </Dialog>
  );
}

function Compared({ seen: { backup, here, same } }: { seen: Seen }) {
  const { t, f } = useText();
  const entries = (facts: Seen['here']) => facts.ledger.reduce((sum, each) => sum + each.entries, 0);
  const rows = [
    { id: 'entries', title: t('settings.restoreEntries'), has: entries(backup), now: entries(here) },
    { id: 'tasks', title: t('settings.restoreTasks'), has: backup.tasks, now: here.tasks },
    { id: 'settings', title: t('settings.restoreSettings'), has: backup.settings, now: here.settings },
  ];
  return (
    <>
      <Notice tone={same ? 'neutral' : 'warn'} icon={TriangleAlert}>
        <p className="font-medium">
          {t(same ? 'settings.restoreSame' : 'settings.restoreOther', { when: f.dateTime(backup.madeAt) })}
        </p>
        <p>{t('settings.restoreReplace')}</p>
      </Notice>
      <Table
        caption={t('settings.restoreHas')}
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          { id: 'title', title: t('settings.restoreWhat'), cell: ({ title }) => title },
          { id: 'has', title: t('settings.restoreHas'), figure: true, cell: ({ has }) => f.count(has) },
          { id: 'now', title: t('settings.restoreHere'), figure: true, cell: ({ now }) => f.count(now) },
        ]}
      />
    </>
  );
}
