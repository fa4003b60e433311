import { Check } from 'lucide-react';
import { useState } from 'react';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { BoxesFirst } from '../../parts/boxes/first.tsx';
import { ConsentText } from '../../parts/consent.tsx';
import { changeSetting, settingOf } from '../../settings.ts';
import { tickedOf } from './joining.ts';
import { Kinds } from './kinds.tsx';
import { Layout } from './layout.tsx';
import { ReachDetails, ReachLine } from './reach.tsx';
import type { StepProps } from './step.ts';

const MOST = 16;

/** Whom to work for: what each network sends, costs, sees and promises, and what it pays. None is joined before the last step. */
export function Join({ facts, onBack, onNext }: StepProps) {
  const { t } = useText();
  const { networks, settings } = facts;
  const ticked = tickedOf(settingOf(settings, 'setup.networks'), networks);
  const tick = ({ id }: NetworkView, on: boolean) =>
    changeSetting('setup.networks', (value) => {
      const others = tickedOf(value, networks).filter((other) => other !== id);
      return on ? [...others, id] : others;
    });
  return (
    <Layout onBack={onBack} next={{ run: onNext }}>
      {networks.slice(0, MOST).map((network, index) => (
        <One
          key={network.id}
          network={network}
          first={index === 0}
          ticked={ticked.includes(network.id)}
          onTick={(on) => tick(network, on)}
        />
      ))}
      {networks.some(({ id }) => pagesOf(id).inbound !== undefined) && (
        <>
          <ReachLine facts={facts} />
          <ReachDetails facts={facts} />
        </>
      )}
      {networks.some(({ id }) => pagesOf(id).models) && (
        <Disclosure title={t('setup.kinds.title')}>
          <Kinds refused={settingOf(settings, 'safety.refused') ?? []} />
        </Disclosure>
      )}
    </Layout>
  );
}

interface OneProps {
  readonly network: NetworkView;
  readonly first: boolean;
  readonly ticked: boolean;
  readonly onTick: (on: boolean) => Promise<unknown>;
}

/** The first and what is joined already stand open. The rest are folded, so that no more is read than is wanted. */
function One({ network, first, ticked, onTick }: OneProps) {
  const { t } = useText();
  // A tick moves nothing: it is decided when the step opens.
  const [folded] = useState(!first && !ticked);
  // A tick is there at once, and goes again where it was not taken.
  const [wished, setWished] = useState<boolean>();
  const { promises, pricing, First, what } = pagesOf(network.id);
  const terms = (
    <div className="space-y-3">
      <ConsentText network={network} summarized={folded} />
      <ul className="space-y-1">
        {promises.map((promise) => (
          <li key={promise} className="flex items-start gap-2">
            <Check aria-hidden="true" size={17} className="mt-px shrink-0 text-good" />
            {t(promise)}
          </li>
        ))}
      </ul>
      {pricing && (
        <>
          <p>{t('setup.join.price')}</p>
          <Disclosure title={t('setup.join.change')}>
            <pricing.First />
          </Disclosure>
        </>
      )}
      {network.capabilities.includes('boxes') && <BoxesFirst />}
      {First && (
        <Disclosure title={t('setup.join.needs', { network: network.title })}>
          <First />
        </Disclosure>
      )}
      <label className="flex min-h-11 w-full cursor-pointer items-center gap-2.5 rounded-md border border-edge px-3 font-medium has-checked:border-accent has-checked:bg-good-tint">
        <input
          type="checkbox"
          checked={wished ?? ticked}
          onChange={(event) => {
            setWished(event.target.checked);
            void onTick(event.target.checked).finally(() => setWished(undefined));
          }}
          className="size-4.5 accent-accent"
        />
        {t('setup.join.tick', { network: network.title })}
      </label>
    </div>
  );
  return (
    <Card title={network.title}>
      {folded ? <Disclosure title={t(what ?? 'setup.join.terms')}>{terms}</Disclosure> : terms}
    </Card>
  );
}
