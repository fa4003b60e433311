import { useState } from 'react';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { Card } from '../../components/card.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { asked } from '../../networks/pages.ts';
import { changeSetting, settingOf } from '../../settings.ts';
import { tickedOf } from './joining.ts';
import { Layout } from './layout.tsx';
import type { StepProps } from './step.ts';

const MOST = 16;

/** Whom to work for: each network with what it sends, costs and sees. None is joined before the last step. */
export function Networks({ facts, onBack, onNext }: StepProps) {
  const { t } = useText();
  const { networks } = facts;
  const ticked = tickedOf(settingOf(facts.settings, 'setup.networks'), networks);
  const tick = ({ id }: NetworkView, on: boolean) =>
    changeSetting('setup.networks', (value) => {
      const others = tickedOf(value, networks).filter((other) => other !== id);
      return on ? [...others, id] : others;
    });
  return (
    <Layout lead={t('setup.networks.lead')} onBack={onBack} next={{ run: onNext }}>
      {networks.slice(0, MOST).map((network) => (
        <One
          key={network.id}
          network={network}
          ticked={ticked.includes(network.id)}
          onTick={(on) => tick(network, on)}
        />
      ))}
    </Layout>
  );
}

function One({
  network,
  ticked,
  onTick,
}: {
  network: NetworkView;
  ticked: boolean;
  onTick: (on: boolean) => Promise<unknown>;
}) {
  const speech = useText();
  const { t } = speech;
  // A tick is there at once, and goes again where it was not taken.
  const [wished, setWished] = useState<boolean>();
  const consent = pagesOf(network.id).consent(network, speech);
  return (
    <Card title={network.title}>
      <dl className="space-y-2.5">
        {asked.map((what) => (
          <div key={what} className="grid gap-x-4 gap-y-0.5 sm:grid-cols-[10rem_minmax(0,1fr)]">
            <dt className="font-medium">{t(`setup.networks.${what}`)}</dt>
            <dd className="text-soft">{consent[what]}</dd>
          </div>
        ))}
      </dl>
      <label className="mt-4 flex min-h-9 w-fit cursor-pointer items-center gap-2.5 font-medium">
        <input
          type="checkbox"
          checked={wished ?? ticked}
          onChange={(event) => {
            setWished(event.target.checked);
            void onTick(event.target.checked).finally(() => setWished(undefined));
          }}
          className="size-4.5 accent-accent"
        />
        {t('setup.networks.join', { network: network.title })}
      </label>
    </Card>
  );
}
