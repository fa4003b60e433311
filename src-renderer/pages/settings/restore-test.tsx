import { Check, CircleCheck, Minus, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import type { BackupFile, RestoreTestCheck, RestoreTestView } from '../../../src-preload/contract/backup.ts';
import { engine } from '../../bridge/index.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { Pill } from '../../components/pill.tsx';
import { Progress } from '../../components/progress.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { Passphrase } from './passphrase.tsx';
import { useInSight } from './use-in-sight.ts';

/** The restore test with what it found, check by check. */
export function RestoreTest({ file, onClose }: { file: BackupFile; onClose: () => void }) {
  const { t } = useText();
  const [passphrase, setPassphrase] = useState('');
  const [view, setView] = useState<RestoreTestView>();
  const [busy, test, failure] = useInSight(async () => {
    setView(undefined);
    setView(await engine().ask('backup.test', { name: file.name, passphrase }));
  });
  const go = () => {
    if (passphrase !== '') test();
  };
  return (
    <Dialog
      title={t('settings.testTitle')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('frame.close')}</Button>
          <Button look="main" busy={busy || passphrase === ''} onClick={go}>
            {t('settings.testRun')}
          </Button>
        </>
      }
    >
      <p>{t('settings.testMeans', { file: quoted(file.name, 100) })}</p>
      <Passphrase value={passphrase} failure={failure} onChange={setPassphrase} onEnter={go} />
      <div role="status" className="space-y-3 empty:hidden">
        {busy && <Progress label={t('settings.busy.test')} share={undefined} figure="" />}
        {view && <Found view={view} />}
      </div>
    </Dialog>
  );
}

const signs = {
  ok: { tone: 'good', icon: Check },
  failed: { tone: 'bad', icon: X },
  skipped: { tone: 'neutral', icon: Minus },
} as const satisfies Record<RestoreTestCheck['state'], object>;

function Found({ view: { ok, at, took, checks } }: { view: RestoreTestView }) {
  const { t, f, say } = useText();
  return (
    <>
      <Notice tone={ok ? 'good' : 'bad'} icon={ok ? CircleCheck : TriangleAlert}>
        <p className="font-medium">{t(ok ? 'settings.restoreTestGood' : 'settings.restoreTestBad')}</p>
        <p className="text-soft">{t('settings.restoreTestAt', { when: f.dateTime(at), span: f.span(took) })}</p>
      </Notice>
      <ul className="divide-y divide-line">
        {checks.map(({ name, state, reason }) => (
          <li key={name} className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1 py-2">
            <span className="min-w-0 flex-1 basis-48">
              <span className="block font-medium">{t(`backup.check.${name}`)}</span>
              <span className="text-soft [overflow-wrap:anywhere]">
                <Text value={say(reason).message} most={400} />
              </span>
            </span>
            <Pill {...signs[state]}>{t(`backup.checkState.${state}`)}</Pill>
          </li>
        ))}
      </ul>
    </>
  );
}
