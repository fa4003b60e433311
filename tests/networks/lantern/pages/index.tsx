// The pages of the tests' own network: the least that a network needs, and a fact and a setting of its own.
import { Flame, LampDesk } from 'lucide-react';
import { Fact } from '../../../../src-renderer/components/facts.tsx';
import type { Key } from '../../../../src-renderer/i18n/keys.ts';
import { useText } from '../../../../src-renderer/i18n/use-text.ts';
import { asked, type Consent, type NetworkPages, type Shown } from '../../../../src-renderer/networks/pages.ts';
import type { lanternContract } from '../contract.ts';
import type { lantern as texts } from './texts/en.ts';

type Lantern = typeof lanternContract;
/** The tables of the program don't know its texts. */
const own = (name: `${keyof typeof texts}` | `${'event' | 'consent'}.${string}` | 'row') =>
  `networks.lantern.${name}` as Key;

function Row({ network: { detail } }: Shown<Lantern>) {
  const { t } = useText();
  return <p className="text-soft">{t(own('row'), { count: detail.boxes })}</p>;
}

function Overview({ network: { detail } }: Shown<Lantern>) {
  const { t, f } = useText();
  return <Fact name={t(own('boxes'))}>{f.count(detail.boxes)}</Fact>;
}

function Settings() {
  const { t } = useText();
  return <p>{t(own('boxesAtOnce'))}</p>;
}

export const lantern: NetworkPages<Lantern> = {
  states: { blocked: own('dark') },
  Row,
  Overview,
  Settings,
  consent: (_network, { t }) =>
    Object.fromEntries(asked.map((what) => [what, t(own(`consent.${what}`))])) as unknown as Consent,
  consentVersion: 1,
  promises: [own('promise')],
  checks: { bright: own('bright') },
  events: {
    lit: { word: own('event.lit'), tone: 'good', icon: LampDesk },
    dimmed: { word: own('event.dimmed'), tone: 'warn', icon: Flame },
  },
  workWords: (what, t) => (what === 'lantern:box' ? t(own('box')) : undefined),
  models: false,
};
