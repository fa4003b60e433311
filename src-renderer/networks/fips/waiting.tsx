import { Check, CircleX, Hourglass, type LucideIcon, Phone } from 'lucide-react';
import type { Rung, Wanted } from '../../../src-preload/contract/networks/fips.ts';
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
  const { npub, state, ladder, againAt, addresses } = peer;
  const [busy, dial] = useBusy(async () => void (await askFips('connect', { npub })));
  const next =
    state === 'waiting' && againAt !== null
      ? t('networks.fips.waiting.again', { time: f.ahead(againAt, now) })
      : t(`networks.fips.waiting.state.${state}`);
  return (
    <div className="space-y-2">
      <p className="font-medium break-words">{nameOf(peer)}</p>
      {addresses === 0 && <p className="text-soft">{t('networks.fips.waiting.noAddress')}</p>}
      {ladder.length > 0 && (
        <ol aria-label={t('networks.fips.waiting.tried')} className="space-y-1 border-s-2 border-line ps-3">
          {ladder.map((rung) => (
            <Tried key={`${rung.way} ${rung.transport} ${rung.address}`} rung={rung} now={now} />
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

const SIGNS: Readonly<Record<Rung['state'], { readonly tone: Tone; readonly icon: LucideIcon }>> = {
  trying: { tone: 'neutral', icon: Hourglass },
  worked: { tone: 'good', icon: Check },
  failed: { tone: 'warn', icon: CircleX },
};

function Tried({ rung: { at, way, transport, address, state, reason, said }, now }: { rung: Rung; now: number }) {
  const { t, f, say } = useText();
  const { tone, icon: Icon } = SIGNS[state];
  const { message, action } = say(reason);
  return (
    <li>
      <p className="flex flex-wrap items-center gap-x-2">
        <Icon aria-hidden="true" size={14} className={toneText[tone]} />
        <span className="text-xs text-soft tabular-nums">{f.clock(at, now)}</span>
        <span className="break-all">
          {way === 'dial' ? (
            <>
              {transport?.toUpperCase()} <Text value={address ?? ''} most={120} />
            </>
          ) : (
            t(`networks.fips.waiting.way.${way}`)
          )}
        </span>
      </p>
      <p className="ps-5.5 text-soft">
        {message}
        {said !== null && (
          <>
            {' '}
            {t('networks.fips.waiting.said')} <Text value={said} most={120} />
          </>
        )}{' '}
        {action}
      </p>
    </li>
  );
}
