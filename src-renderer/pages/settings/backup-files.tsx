import { FileUp } from 'lucide-react';
import { useState } from 'react';
import type { BackupFile, BackupView } from '../../../src-preload/contract/backup.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Progress } from '../../components/progress.tsx';
import { Text } from '../../components/text.tsx';
import { chooseFile } from '../../files.ts';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { receiveBackup, saveBackup } from '../../parts/backup-files.ts';
import { toast } from '../../stores/toasts.ts';
import { Restore } from './restore.tsx';
import { RestoreTest } from './restore-test.tsx';

interface Opened {
  readonly what: 'test' | 'restore' | 'discard';
  readonly file: BackupFile;
}

/** The sealed files in the data folder: to be saved elsewhere, proven, put back. */
export function BackupFiles({ backup: { files } }: { backup: BackupView }) {
  const { t, f } = useText();
  const [opened, setOpened] = useState<Opened>();
  const [share, setShare] = useState<number>();
  // It lies beside the others for as long as this run, and is thrown away where it is not used.
  const [taken, setTaken] = useState<BackupFile>();
  const [busy, take] = useBusy(async () => {
    const file = await chooseFile('.hearth-backup');
    if (!file) return;
    setShare(0);
    try {
      const name = await receiveBackup(file, setShare);
      setTaken({ name, bytes: file.size, madeAt: file.lastModified });
      toast(t('settings.tookFile', { file: quoted(file.name, 80) }));
    } finally {
      setShare(undefined);
    }
  });
  const close = () => setOpened(undefined);
  return (
    <Card
      title={t('settings.files')}
      aside={
        <Button icon={FileUp} busy={busy} onClick={take}>
          {t('settings.fromFile')}
        </Button>
      }
    >
      <p className="mb-3 text-soft">{t(files.length === 0 && !taken ? 'settings.noFiles' : 'settings.filesMean')}</p>
      {share !== undefined && <Progress label={t('settings.sending')} share={share} figure={f.percent(share)} />}
      <ul aria-label={t('settings.files')} className="divide-y divide-line">
        {(taken ? [taken, ...files] : files).map((file) => (
          <One key={file.name} file={file} onOpen={(what) => setOpened({ what, file })} />
        ))}
      </ul>
      {opened?.what === 'test' && <RestoreTest file={opened.file} onClose={close} />}
      {opened?.what === 'restore' && <Restore file={opened.file} onClose={close} />}
      {opened?.what === 'discard' && (
        <Discard
          file={opened.file}
          onClose={close}
          onGone={() => setTaken((held) => (held?.name === opened.file.name ? undefined : held))}
        />
      )}
    </Card>
  );
}

function One({ file, onOpen }: { file: BackupFile; onOpen: (what: Opened['what']) => void }) {
  const { t, f } = useText();
  const [busy, save] = useBusy(async () => {
    await saveBackup(file.name, () => {});
    toast(t('settings.saved', { file: quoted(file.name, 80) }));
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2.5 first:pt-0 last:pb-0">
      <span className="min-w-0 break-all">
        <Text value={file.name} most={100} />{' '}
        <span className="block text-xs leading-4 text-soft tabular-nums">
          {f.dateTime(file.madeAt)}, {f.bytes(file.bytes)}
        </span>
      </span>
      <span className="flex flex-wrap gap-1.5">
        <Button busy={busy} onClick={save}>
          {t('settings.save')}
        </Button>
        <Button onClick={() => onOpen('test')}>{t('settings.test')}</Button>
        <Button onClick={() => onOpen('restore')}>{t('settings.restore')}</Button>
        <Button onClick={() => onOpen('discard')}>{t('settings.discard')}</Button>
      </span>
    </li>
  );
}

interface DiscardProps {
  readonly file: BackupFile;
  readonly onClose: () => void;
  readonly onGone: () => void;
}

function Discard({ file, onClose, onGone }: DiscardProps) {
  const { t } = useText();
  const [busy, discard] = useBusy(async () => {
    await engine().ask('backup.discard', { name: file.name });
    onGone();
    onClose();
  });
  return (
    <Confirm
      danger
      title={t('settings.discardTitle')}
      confirm={t('settings.discardConfirm')}
      busy={busy}
      onConfirm={discard}
      onCancel={onClose}
    >
      <p>{t('settings.discardMeans', { file: quoted(file.name, 100) })}</p>
    </Confirm>
  );
}
