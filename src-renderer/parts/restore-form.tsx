import { CircleAlert, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { Output } from '../../src-preload/contract/index.ts';
import { BridgeError } from '../bridge/failure.ts';
import { engine } from '../bridge/index.ts';
import { useBusy } from '../busy.ts';
import { Button } from '../components/button.tsx';
import { Fact, Facts } from '../components/facts.tsx';
import { Field, inputLook } from '../components/field.tsx';
import { Input } from '../components/input.tsx';
import { Notice } from '../components/notice.tsx';
import { Progress } from '../components/progress.tsx';
import { Reason } from '../components/reason.tsx';
import { Text } from '../components/text.tsx';
import { useText } from '../i18n/use-text.ts';
import { backupStore } from '../stores/backup.ts';
import { settingsStore } from '../stores/settings.ts';
import { receiveBackup } from './backup-files.ts';

type Seen = Output<'backup.inspect'> & { readonly name: string };
type Phase = 'sending' | 'looking' | 'restoring';

/** A backup from a file: opened by its passphrase, shown, and put back on command. */
export function RestoreForm({ onRestored }: { onRestored: () => Promise<void> }) {
  const { t, say } = useText();
  const [file, setFile] = useState<File>();
  const [sent, setSent] = useState<string>();
  const [passphrase, setPassphrase] = useState('');
  const [seen, setSeen] = useState<Seen>();
  const [failure, setFailure] = useState<BridgeError>();
  const [asked, setAsked] = useState(false);
  const [phase, setPhase] = useState<Phase>();
  const [crossed, setCrossed] = useState(0);
  const wrong = failure?.code === 'backup.wrong-passphrase' ? say(failure.reason).message : undefined;

  async function inSight(work: () => Promise<void>): Promise<void> {
    setFailure(undefined);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      setFailure(error);
    } finally {
      setPhase(undefined);
    }
  }

  const [looking, look] = useBusy(() =>
    inSight(async () => {
      setAsked(true);
      setSeen(undefined);
      if (!file || passphrase === '') return;
      setCrossed(0);
      setPhase('sending');
      const name = sent ?? (await receiveBackup(file, setCrossed));
      setSent(name);
      setPhase('looking');
      setSeen({ ...(await engine().ask('backup.inspect', { name, passphrase })), name });
    }),
  );
  const [restoring, restore] = useBusy((name: string) =>
    inSight(async () => {
      setPhase('restoring');
      await engine().ask('backup.restore', { name, passphrase, confirm: 'replace what is here' });
      // Answered by the restored node, once it is there.
      settingsStore.getState().accept(await engine().ask('settings.get', undefined));
      await onRestored();
    }),
  );
  return (
    <div className="space-y-3">
      <Field label={t('backup.file')} error={asked && !file ? t('backup.noFile') : undefined}>
        {(control) => (
          <input
            {...control}
            type="file"
            accept=".hearth-backup"
            onChange={(event) => {
              setFile(event.target.files?.[0]);
              setSent(undefined);
              setSeen(undefined);
              setFailure(undefined);
            }}
            className={`${inputLook} py-1`}
          />
        )}
      </Field>
      <Field label={t('backup.itsPassphrase')} error={asked && passphrase === '' ? t('backup.noPassphrase') : wrong}>
        {(control) => (
          <Input
            {...control}
            type="password"
            most={1024}
            value={passphrase}
            onChange={(text) => {
              setPassphrase(text);
              setSeen(undefined);
            }}
            onEnter={look}
          />
        )}
      </Field>
      {failure && wrong === undefined && (
        <div role="alert">
          <Notice tone="bad" icon={CircleAlert}>
            <Reason reason={failure.reason} />
          </Notice>
        </div>
      )}
      {!seen && (
        <Button look="main" busy={looking} onClick={look}>
          {t('backup.look')}
        </Button>
      )}
      {phase && <Phase phase={phase} crossed={crossed} />}
      {seen && <Found seen={seen} busy={restoring} onRestore={() => restore(seen.name)} />}
    </div>
  );
}

function Phase({ phase, crossed }: { phase: Phase; crossed: number }) {
  const { t, f } = useText();
  const busy = useStore(backupStore, ({ live }) => live?.value.busy);
  const share = phase === 'sending' ? crossed : phase === 'restoring' ? busy?.done : undefined;
  return (
    <div role="status">
      <Progress label={t(`backup.phase.${phase}`)} share={share} figure={share === undefined ? '' : f.percent(share)} />
    </div>
  );
}

function Found({ seen: { backup, here }, busy, onRestore }: { seen: Seen; busy: boolean; onRestore: () => void }) {
  const { t, f } = useText();
  const something = here.identities.length > 0 || here.tasks > 0 || here.ledger.length > 0;
  return (
    <div className="space-y-3">
      <p role="status" className="font-medium">
        {t('backup.opened')}
      </p>
      <Facts>
        <Fact name={t('backup.madeAt')}>{f.dateTime(backup.madeAt)}</Fact>
        {backup.node !== '' && (
          <Fact name={t('backup.node')}>
            <Text value={backup.node} most={64} />
          </Fact>
        )}
        {backup.identities.map(({ network, nodeId }) => (
          <Fact key={network} name={t('backup.identity')}>
            <Text value={nodeId} most={80} />
          </Fact>
        ))}
        <Fact name={t('backup.holds')}>
          {t('backup.holdsWhat', { tasks: backup.tasks, settings: backup.settings, secrets: backup.secrets })}
        </Fact>
      </Facts>
      {something && (
        <Notice tone="warn" icon={CircleAlert}>
          {t('backup.replaces')}
        </Notice>
      )}
      <Button look="main" icon={RotateCcw} busy={busy} onClick={onRestore}>
        {t('backup.restore')}
      </Button>
    </div>
  );
}
