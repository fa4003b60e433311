import { Check, CircleX, Hourglass, type LucideIcon, Phone } from 'lucide-react';
import type { DialStep, Wanted } from '../../../src-preload/contract/networks/fips.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Text } from '../../components/text.tsx';
import { type Tone, toneText } from '../../components/tone.ts';
import { useText } from '../../i18n/use-text.ts';
import { askFips } from './ask.ts';
import { nameOf } from './names.ts';

/** Peers that are no neighbours, each with what was tried, rung by rung, and what comes next. */
export function Waiting({ missing, now }: { missing: readonly Wanted[]; now: number }) {
  return (
    <ul className="space-y-3">
      {missing.map((peer) => (
        <li key={peer.npub} className="rounded-md border border-line px-3 py-2.5">
          <Ladder peer={peer} now={now} />
        </li>
      ))}
    </ul>
  );
}

function Ladder({ peer, now }: { peer: Wanted; now: number }) {
  const { t, f } = useText();
  const { npub, state, steps, againAt, addresses } = peer;
  const [busy, dial] = useBusy(async () => void (await askFips('connect', { npub })));
  const next =
    state === 'waiting' && againAt !== null
      ? t('networks.fips.waiting.again', { time: f.ahead(againAt, now) })
      : t(`networks.fips.waiting.state.${state}`);
  return (
    <div className="space-y-2">
      <p className="font-medium break-words">{nameOf(peer)}</p>
      {addresses === 0 && <p className="text-soft">{t('networks.fips.waiting.noAddress')}</p>}
      {steps.length > 0 && (
        <ol aria-label={t('networks.fips.waiting.tried')} className="space-y-1 border-s-2 border-line ps-3">
          {steps.map((step) => (
            <Step key={`${step.at} ${step.transport} ${step.address}`} step={step} now={now} />
          ))}
        </ol>
      )}
      <p className="text-soft">{next}</p>
      {state !== 'dialling' && addresses > 0 && (
        <Button icon={Phone} busy={busy} onClick={() => dial()}>
          {t('networks.fips.waiting.now')}
        </Button>
      )}
    </div>
  );
}

const SIGNS: Readonly<Record<DialStep['outcome'], { readonly tone: Tone; readonly icon: LucideIcon }>> = {
  dialling: { tone: 'neutral', icon: Hourglass },
  connected: { tone: 'good', icon: Check },
  unanswered: { tone: 'warn', icon: CircleX },
  unreachable: { tone: 'warn', icon: CircleX },
  'no-transport': { tone: 'warn', icon: CircleX },
  full: { tone: 'warn', icon: CircleX },
  denied: { tone: 'bad', icon: CircleX },
};

function Step({ step: { at, transport, address, outcome }, now }: { step: DialStep; now: number }) {
  const { t, f } = useText();
  const { tone, icon: Icon } = SIGNS[outcome];
  return (
    <li className="flex flex-wrap items-center gap-x-2">
      <Icon aria-hidden="true" size={14} className={toneText[tone]} />
      <span className="text-xs text-soft tabular-nums">{f.clock(at, now)}</span>
      <span className="break-all">
        {transport.toUpperCase()} <Text value={address} most={120} />
      </span>
      <span className="text-soft">{t(`networks.fips.waiting.outcome.${outcome}`)}</span>
    </li>
  );
}
