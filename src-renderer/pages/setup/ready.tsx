import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button, LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { Switch } from '../../components/switch.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { JobRehearsal } from '../../parts/job-rehearsal.tsx';
import { recordConsents } from '../../parts/record-consents.ts';
import { hrefOf } from '../../places.ts';
import { changeSetting, saveSetting, settingOf } from '../../settings.ts';
import { availabilityStore } from '../../stores/availability.ts';
import { backendsStore } from '../../stores/backends.ts';
import { nodeStore } from '../../stores/node.ts';
import { toast } from '../../stores/toasts.ts';
import { BackupOffer } from './backup-offer.tsx';
import { capsOf, presetOf } from './caps.ts';
import { whenOf } from './hours.ts';
import { switchesFor, tickedOf } from './joining.ts';
import { Layout } from './layout.tsx';
import { ReachLine } from './reach.tsx';
import { Rehearsal } from './rehearsal.tsx';
import { startAt } from './start-at.ts';
import type { StepProps } from './step.ts';

const MINUTE = 60_000;

/** Whether it works and can be reached, what was chosen in short, and the buttons that begin to share: now, or at a time. */
export function Ready({ facts, onBack, onDone }: StepProps) {
  const { mode, settings, networks, unreadable } = facts;
  const { t, f } = useText();
  const backends = useStore(backendsStore, ({ live }) => live?.value) ?? [];
  const ticked = tickedOf(settingOf(settings, 'setup.networks'), networks);
  const models = new Set(
    backends.flatMap(({ models: all }) => all.filter(({ offered }) => offered).map(({ id }) => id)),
  );
  const grid = settingOf(settings, 'availability.grid') ?? null;
  const now = useNow(MINUTE);
  const [typed, setTyped] = useState<string>();
  const at = startAt(grid, typed, now);
  const when = whenOf(grid, settingOf(settings, 'availability.idle') ?? { on: false });
  /** False where a network could not be switched; it was said why. */
  const join = async () => {
    if (!(await recordConsents(ticked))) return false;
    for (const [id, on] of switchesFor(ticked, networks)) {
      if (!(await saveSetting(`networks.${id}.enabled`, on))) return false;
    }
    return true;
  };
  const [busy, begin] = useBusy(async () => {
    if (!(await join())) return;
    if (ticked.length > 0) nodeStore.getState().accept(await engine().ask('node.resume', undefined));
    await onDone();
    toast(t(ticked.length > 0 ? 'setup.ready.begun' : 'setup.ready.notBegun'));
  });
  const [waiting, beginLater] = useBusy(async () => {
    // The pause comes first: a network that is joined may send tasks at once.
    const until = await pausedUntilStart(grid, typed);
    if (!((await saveSetting('node.sharing', true)) && (await join()))) return;
    await onDone();
    toast(t('setup.ready.beginsAt', { time: f.until(until, now) }));
  });
  const chosen = networks.filter(({ id }) => ticked.includes(id));
  const preset = presetOf(capsOf(settings), unreadable);
  const count = capsOf(settings).tasks;
  const some = chosen.length > 0;
  return (
    <Layout
      onBack={onBack}
      next={{ label: t(some ? 'setup.ready.start' : 'setup.ready.finish'), busy: busy || waiting, run: begin }}
      other={
        some && (
          <Button busy={waiting} onClick={() => !busy && beginLater()}>
            {t('setup.ready.startAt', { time: f.until(at, now) })}
          </Button>
        )
      }
    >
      {some ? (
        <>
          {chosen.some(({ id }) => pagesOf(id).models) && <Rehearsal />}
          {chosen.map(
            ({ id, title }) =>
              pagesOf(id).rehearsal && (
                <Card key={id} title={t('network.rehearsal.title', { network: title })}>
                  <JobRehearsal id={id} unasked />
                </Card>
              ),
          )}
          {chosen.some(({ id }) => pagesOf(id).inbound !== undefined) && <ReachLine facts={facts} />}
        </>
      ) : (
        <Notice
          tone="warn"
          icon={CircleAlert}
          action={<LinkButton href={hrefOf('setup', 'join')}>{t('setup.ready.toNetworks')}</LinkButton>}
        >
          {t('setup.ready.nobody')}
        </Notice>
      )}
      <Card title={t('setup.ready.chosen')}>
        <Facts>
          <Fact name={t('setup.ready.networks')}>
            {some ? f.list(chosen.map(({ title }) => title)) : t('setup.ready.noNetwork')}
          </Fact>
          {(!some || chosen.some(({ id }) => pagesOf(id).models)) && (
            <Fact name={t('setup.ready.models')}>
              {models.size === 0 ? t('setup.ready.noModel') : f.count(models.size)}
            </Fact>
          )}
          <Fact name={t('setup.gently.when')}>{t(`setup.gently.${when}`)}</Fact>
          <Fact name={t('setup.gently.much')}>
            {preset ? t(`setup.gently.presets.${preset}`) : t('setup.gently.taskCount', { count })}
          </Fact>
        </Facts>
      </Card>
      {some && (
        <Disclosure title={t('setup.ready.another')}>
          <div className="max-w-60">
            <Field label={t('setup.ready.later')} help={t('setup.ready.laterMeans')}>
              {(control) => <Input {...control} value={typed ?? f.clock(at, at)} most={16} onChange={setTyped} />}
            </Field>
          </div>
        </Disclosure>
      )}
      <BackupOffer networks={chosen} />
      {mode === 'desktop' && <AtLogin on={settingOf(settings, 'desktop.openAtLogin') ?? false} />}
    </Layout>
  );
}

/** Answers when the pause that it began ends. */
async function pausedUntilStart(grid: Grid | null, typed: string | undefined): Promise<number> {
  const until = startAt(grid, typed, Date.now());
  availabilityStore.getState().accept(await engine().ask('availability.pause', { until }));
  return until;
}

function AtLogin({ on }: { on: boolean }) {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const save = (next: boolean) => {
    setBusy(true);
    void changeSetting('desktop.openAtLogin', () => next).finally(() => setBusy(false));
  };
  return (
    <div className="flex items-start justify-between gap-4 rounded-lg border border-line bg-panel px-4 py-3">
      <div>
        <p className="font-medium">{t('setup.ready.atLogin')}</p>
      </div>
      <Switch label={t('setup.ready.atLogin')} checked={on} busy={busy} onChange={save} />
    </div>
  );
}
