import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import { withConsents } from '../../../src-preload/contract/networks/consents.ts';
import type { Grid } from '../../../src-preload/contract/settings/availability.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { Switch } from '../../components/switch.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { hrefOf } from '../../places.ts';
import { changeSetting, saveSetting, settingOf } from '../../settings.ts';
import { availabilityStore } from '../../stores/availability.ts';
import { backendsStore } from '../../stores/backends.ts';
import { nodeStore } from '../../stores/node.ts';
import { toast } from '../../stores/toasts.ts';
import { capsOf } from './caps.ts';
import { whenOf } from './hours.ts';
import { switchesFor, tickedOf } from './joining.ts';
import { Layout } from './layout.tsx';
import { startAt } from './start-at.ts';
import type { StepProps } from './step.ts';

const MINUTE = 60_000;

/** What was chosen in short, and the buttons that begin to share: now, or at a time that is a pause until then. */
export function Live({ facts: { mode, settings, networks }, onBack, onDone }: StepProps) {
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
    const agreed = ticked.map((network) => ({ network, version: pagesOf(network).consentVersion }));
    await changeSetting('setup.consents', (given) => withConsents(given, agreed, Date.now()));
    for (const [id, on] of switchesFor(ticked, networks)) {
      if (!(await saveSetting(`networks.${id}.enabled`, on))) return false;
    }
    return true;
  };
  const [busy, begin] = useBusy(async () => {
    if (!(await join())) return;
    if (ticked.length > 0) nodeStore.getState().accept(await engine().ask('node.resume', undefined));
    await onDone();
    toast(t(ticked.length > 0 ? 'setup.live.begun' : 'setup.live.notBegun'));
  });
  const [waiting, beginLater] = useBusy(async () => {
    // The pause comes first: a network that is joined may send tasks at once.
    const until = await pausedUntilStart(grid, typed);
    if (!((await saveSetting('node.sharing', true)) && (await join()))) return;
    await onDone();
    toast(t('setup.live.beginsAt', { time: f.until(until, now) }));
  });
  const titles = networks.filter(({ id }) => ticked.includes(id)).map(({ title }) => title);
  return (
    <Layout
      lead={t('setup.live.lead')}
      onBack={onBack}
      next={{
        label: t(ticked.length > 0 ? 'setup.live.start' : 'setup.live.finish'),
        busy: busy || waiting,
        run: begin,
      }}
      skip={
        ticked.length > 0
          ? { label: t('setup.live.startAt', { time: f.until(at, now) }), run: () => !busy && beginLater() }
          : undefined
      }
    >
      <Card title={t('setup.live.chosen')}>
        <Facts>
          <Fact name={t('setup.live.networks')}>{titles.length > 0 ? f.list(titles) : t('setup.live.noNetwork')}</Fact>
          {(ticked.length === 0 || ticked.some((id) => pagesOf(id).models)) && (
            <Fact name={t('setup.live.models')}>
              {models.size === 0 ? t('setup.live.noModel') : t('setup.found.modelCount', { count: models.size })}
            </Fact>
          )}
          <Fact name={t('setup.live.when')}>{t(`setup.when.${when}`)}</Fact>
          <Fact name={t('setup.live.most')}>{t('setup.computer.taskCount', { count: capsOf(settings).tasks })}</Fact>
        </Facts>
      </Card>
      {ticked.length > 0 && (
        <div className="max-w-60">
          <Field label={t('setup.live.later')} help={t('setup.live.laterMeans')}>
            {(control) => <Input {...control} value={typed ?? f.clock(at, at)} most={16} onChange={setTyped} />}
          </Field>
        </div>
      )}
      {ticked.length === 0 && (
        <Notice
          tone="warn"
          icon={CircleAlert}
          action={<LinkButton href={hrefOf('setup', 'networks')}>{t('setup.live.toNetworks')}</LinkButton>}
        >
          {t('setup.live.nobody')}
        </Notice>
      )}
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
        <p className="font-medium">{t('setup.live.atLogin')}</p>
        <p className="text-xs leading-4 text-soft">{t('setup.live.atLoginMeans')}</p>
      </div>
      <Switch label={t('setup.live.atLogin')} checked={on} busy={busy} onChange={save} />
    </div>
  );
}
