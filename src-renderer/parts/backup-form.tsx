import { Check, CircleDashed, Save, ShieldCheck, TriangleAlert, X } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import { type RestoreTestView, SHORTEST_PASSPHRASE } from '../../src-preload/contract/backup.ts';
import { engine } from '../bridge/index.ts';
import { useBusy } from '../busy.ts';
import { Button } from '../components/button.tsx';
import { Field } from '../components/field.tsx';
import { Input } from '../components/input.tsx';
import { Notice } from '../components/notice.tsx';
import { Progress } from '../components/progress.tsx';
import { Text } from '../components/text.tsx';
import { useText } from '../i18n/use-text.ts';
import { backupStore } from '../stores/backup.ts';
import { saveBackup } from './backup-files.ts';

type Phase = 'creating' | 'saving' | 'testing';

export interface BackupFormProps {
  /** It is what one would do here. */
  readonly main?: boolean;
  /** Before anything is sealed, such as making what is to be in it. */
  readonly prepare?: () => Promise<void>;
}

/** A backup made, handed over as a file, and proven at once by putting it back into a throw-away folder. */
export function BackupForm({ main = false, prepare }: BackupFormProps) {
  const { t } = useText();
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [asked, setAsked] = useState(false);
  const [phase, setPhase] = useState<Phase>();
  const [crossed, setCrossed] = useState(0);
  const [restoreTest, setRestoreTest] = useState<RestoreTestView>();
  const short = passphrase.length < SHORTEST_PASSPHRASE;
  const differs = passphrase !== again;
  const [busy, make] = useBusy(async () => {
    setAsked(true);
    if (short || differs) return;
    try {
      setRestoreTest(undefined);
      setPhase('creating');
      await prepare?.();
      const { name } = await engine().ask('backup.create', { passphrase });
      setCrossed(0);
      setPhase('saving');
      await saveBackup(name, setCrossed);
      setPhase('testing');
      setRestoreTest(await engine().ask('backup.test', { name, passphrase }));
      setPassphrase('');
      setAgain('');
      setAsked(false);
    } finally {
      setPhase(undefined);
    }
  });
  return (
    <div className="space-y-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label={t('backup.passphrase')}
          help={t('backup.passphraseHelp', { least: SHORTEST_PASSPHRASE })}
          error={asked && short ? t('backup.tooShort', { least: SHORTEST_PASSPHRASE }) : undefined}
        >
          {(control) => (
            <Input
              {...control}
              type="password"
              most={1024}
              value={passphrase}
              onChange={setPassphrase}
              onEnter={make}
            />
          )}
        </Field>
        <Field label={t('backup.again')} error={asked && !short && differs ? t('backup.differs') : undefined}>
          {(control) => (
            <Input {...control} type="password" most={1024} value={again} onChange={setAgain} onEnter={make} />
          )}
        </Field>
      </div>
      <Button look={main ? 'main' : 'quiet'} icon={Save} busy={busy} onClick={make}>
        {t('backup.make')}
      </Button>
      {phase && <Phase phase={phase} crossed={crossed} />}
      {restoreTest && <RestoreTest restoreTest={restoreTest} />}
    </div>
  );
}

function Phase({ phase, crossed }: { phase: Phase; crossed: number }) {
  const { t, f } = useText();
  const done = useStore(backupStore, ({ live }) => live?.value.busy?.done ?? 0);
  const share = phase === 'saving' ? crossed : done;
  return (
    <div role="status">
      <Progress label={t(`backup.phase.${phase}`)} share={share} figure={f.percent(share)} />
    </div>
  );
}

const signs = {
  ok: { icon: Check, look: 'text-good' },
  failed: { icon: X, look: 'text-bad' },
  skipped: { icon: CircleDashed, look: 'text-soft' },
} as const;

/** What the restore test has looked at; what failed says why. */
function RestoreTest({ restoreTest: { ok, checks } }: { restoreTest: RestoreTestView }) {
  const { t, say } = useText();
  return (
    <div role={ok ? 'status' : 'alert'} className="space-y-2">
      <Notice tone={ok ? 'good' : 'bad'} icon={ok ? ShieldCheck : TriangleAlert}>
        {t(ok ? 'backup.proven' : 'backup.notProven')}
      </Notice>
      <ul aria-label={t('backup.checks')} className="space-y-1">
        {checks.map(({ name, state, reason }) => {
          const { icon: Icon, look } = signs[state];
          return (
            <li key={name} className="flex items-start gap-2">
              <Icon aria-hidden="true" size={16} className={`mt-0.5 shrink-0 ${look}`} />
              <span>
                {t(`backup.check.${name}`)}
                <span className="sr-only">: {t(`backup.checkState.${state}`)}</span>
                {state === 'failed' && (
                  <span className="block text-soft">
                    <Text value={say(reason).message} most={300} />
                  </span>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
