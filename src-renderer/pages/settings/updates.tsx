import {
  CircleArrowUp,
  CircleCheck,
  CircleDashed,
  CircleOff,
  Hourglass,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { UpdateState, UpdatesView } from '../../../src-preload/contract/desktop.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Field } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Progress } from '../../components/progress.tsx';
import { Reason } from '../../components/reason.tsx';
import { Select } from '../../components/select.tsx';
import { Text } from '../../components/text.tsx';
import type { Tone } from '../../components/tone.ts';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { saveSetting, useSetting } from '../../settings.ts';
import { desktopStore } from '../../stores/desktop.ts';
import { nodeStore } from '../../stores/node.ts';

const MINUTE = 60_000;

/** Which version runs, whether there is a newer one, and the way back. */
export function Updates() {
  const { t } = useText();
  const desktop = useStore(desktopStore, ({ live }) => live?.value);
  const version = useStore(nodeStore, ({ live }) => live?.value.version);
  return (
    <Card
      title={t('settings.section.updates')}
      aside={desktop && desktop.updates.state !== 'unsupported' && <State updates={desktop.updates} />}
    >
      <div className="space-y-4">
        <Facts>
          <Fact name={t('settings.version')}>{version ?? ''}</Fact>
          {desktop && desktop.updates.checkedAt !== null && <Checked at={desktop.updates.checkedAt} />}
          {desktop && desktop.updates.signedAt !== null && <Signed at={desktop.updates.signedAt} />}
        </Facts>
        {desktop === undefined ? (
          <Placeholder lines={3} />
        ) : desktop === null ? (
          <p>{t('settings.updatesConsole')}</p>
        ) : (
          <Ours updates={desktop.updates} />
        )}
      </div>
    </Card>
  );
}

function Checked({ at }: { at: number }) {
  const { t, f } = useText();
  return <p className="py-2 text-soft">{t('settings.checked', { when: f.ago(at, useNow(MINUTE)) })}</p>;
}

/** A host that keeps newer lists back can't make this date any younger. */
function Signed({ at }: { at: number }) {
  const { t, f } = useText();
  return <p className="py-2 text-soft">{t('settings.signed', { when: f.ago(at, useNow(MINUTE)) })}</p>;
}

const signs: Record<UpdateState, { tone: Tone; icon: LucideIcon }> = {
  unsupported: { tone: 'neutral', icon: CircleOff },
  off: { tone: 'neutral', icon: CircleOff },
  idle: { tone: 'good', icon: CircleCheck },
  checking: { tone: 'neutral', icon: CircleDashed },
  available: { tone: 'good', icon: CircleArrowUp },
  downloading: { tone: 'neutral', icon: Hourglass },
  downloaded: { tone: 'good', icon: CircleArrowUp },
  waiting: { tone: 'neutral', icon: Hourglass },
  installing: { tone: 'neutral', icon: Hourglass },
  failed: { tone: 'warn', icon: TriangleAlert },
};

function State({ updates: { state, version } }: { updates: UpdatesView }) {
  const { t } = useText();
  return <Pill {...signs[state]}>{t(`settings.update.${state}`, { version: quoted(version ?? '', 40) })}</Pill>;
}

function Ours({ updates }: { updates: UpdatesView }) {
  const { t, f, sayAll } = useText();
  const now = useNow(MINUTE);
  const { state, version, done, reason, trial, wayBack } = updates;
  const named = quoted(version ?? '', 40);
  return (
    <>
      {reason && (
        <Notice tone={state === 'failed' ? 'warn' : 'neutral'} icon={signs[state].icon}>
          <Reason reason={reason} />
        </Notice>
      )}
      {trial && (
        <Notice tone="neutral" icon={Hourglass}>
          {t('settings.trial', { from: quoted(trial.from, 40), until: f.until(trial.until, now) })}
        </Notice>
      )}
      {state === 'downloading' && (
        <Progress
          label={t('settings.update.downloading', { version: named })}
          share={done ?? undefined}
          figure={done === null ? '' : f.percent(done)}
        />
      )}
      {state !== 'unsupported' && <Choices state={state} version={named} />}
      {wayBack && (
        <div>
          <h3 className="font-medium">{t('settings.wayBack')}</h3>
          <p className="text-soft [overflow-wrap:anywhere]">
            <Text value={sayAll(wayBack.how)} most={600} />
          </p>
        </div>
      )}
    </>
  );
}

const INSTALLABLE: ReadonlySet<UpdateState> = new Set(['available', 'downloaded', 'waiting']);

function Choices({ state, version }: { state: UpdateState; version: string }) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const mode = useSetting('desktop.updates') ?? 'notify';
  const [checking, check] = useBusy(async () => void (await engine().ask('desktop.checkForUpdate', undefined)));
  const [installing, install] = useBusy(async () => {
    setOpen(false);
    await engine().ask('desktop.installUpdate', undefined);
  });
  return (
    <>
      <Field label={t('settings.updatesMode')} help={t('settings.updatesMetered')}>
        {(control) => (
          <Select
            {...control}
            value={mode}
            options={(['notify', 'drained', 'off'] as const).map((value) => ({
              value,
              title: t(`settings.updatesModes.${value}`),
            }))}
            onChange={(value) => void saveSetting('desktop.updates', value)}
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button busy={checking || state === 'checking' || state === 'installing'} onClick={check}>
          {t('settings.check')}
        </Button>
        {INSTALLABLE.has(state) && (
          <Button look="main" icon={CircleArrowUp} busy={installing} onClick={() => setOpen(true)}>
            {t('settings.install', { version })}
          </Button>
        )}
      </div>
      {open && (
        <Confirm
          title={t('settings.installTitle', { version })}
          confirm={t('settings.install', { version })}
          busy={installing}
          onConfirm={install}
          onCancel={() => setOpen(false)}
        >
          <p>{t('settings.installMeans')}</p>
        </Confirm>
      )}
    </>
  );
}
