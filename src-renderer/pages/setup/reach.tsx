import { useState } from 'react';
import { Card } from '../../components/card.tsx';
import { Switch } from '../../components/switch.tsx';
import { useText } from '../../i18n/use-text.ts';
import { saveSetting, settingOf } from '../../settings.ts';
import { Layout } from './layout.tsx';
import { ReachTry } from './reach-try.tsx';
import type { StepProps } from './step.ts';

/** How others get in: what the router is asked for and when, and, if one wants to know now, whether it works. */
export function Reach({ facts, onBack, onNext }: StepProps) {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const on = settingOf(facts.settings, 'reachability.enabled') ?? true;
  const turn = (wanted: boolean) => {
    setBusy(true);
    void saveSetting('reachability.enabled', wanted).finally(() => setBusy(false));
  };
  return (
    <Layout lead={t('setup.reach.lead')} onBack={onBack} next={{ run: onNext }}>
      <Card
        title={t('setup.reach.router')}
        aside={<Switch label={t('setup.reach.ask')} checked={on} busy={busy} onChange={turn} />}
      >
        <ul className="list-disc space-y-1.5 ps-5 text-soft">
          <li>{t('setup.reach.what')}</li>
          <li>{t('setup.reach.when')}</li>
          <li>{t('setup.reach.proof')}</li>
        </ul>
      </Card>
      <ReachTry allowed={on} />
    </Layout>
  );
}
