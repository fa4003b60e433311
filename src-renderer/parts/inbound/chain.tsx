import {
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CircleOff,
  Hourglass,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { ChainLink, MappingView, PortView } from '../../../src-preload/contract/reachability.ts';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { type Tone, toneText } from '../../components/tone.ts';
import { quoted } from '../../format/text.ts';
import type { Key } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';

interface LinkSign {
  readonly word: Key;
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

const signs: Record<ChainLink['state'], LinkSign> = {
  ok: { word: 'reach.link.ok', tone: 'good', icon: CircleCheck },
  waiting: { word: 'reach.link.waiting', tone: 'neutral', icon: Hourglass },
  failed: { word: 'reach.link.failed', tone: 'warn', icon: TriangleAlert },
  off: { word: 'reach.link.off', tone: 'neutral', icon: CircleOff },
  unneeded: { word: 'reach.link.unneeded', tone: 'neutral', icon: CircleMinus },
};

const titles: Record<ChainLink['id'], Key> = {
  router: 'reach.link.router',
  mapping: 'reach.link.mapping',
  outside: 'reach.link.outside',
  renewal: 'reach.link.renewal',
};

const protocols: Readonly<Record<string, string>> = { pcp: 'PCP', 'nat-pmp': 'NAT-PMP', upnp: 'UPnP' };

interface Shown {
  readonly now: number;
  /** What stands below a reason, where it can be helped at once. */
  readonly help?: (code: string) => ReactNode;
}

/** The chain of each endpoint, by its name where there are several. */
export function Chains({ ports, ...shown }: Shown & { readonly ports: readonly PortView[] }) {
  const { t } = useText();
  const [only] = ports;
  if (only && ports.length === 1) return <Chain port={only} {...shown} />;
  return (
    <ul className="space-y-6">
      {ports.map((each) => {
        const { id, purpose, port } = each;
        const transport = each.transport.toUpperCase();
        return (
          <li key={id} className="space-y-3">
            <h3 className="font-medium">{t('reach.endpoint', { purpose: quoted(purpose, 60), transport, port })}</h3>
            <Chain port={each} {...shown} />
          </li>
        );
      })}
    </ul>
  );
}

/** Router, mapping, outside, renewal: the links a packet from outside depends on, each with when, by what, and what went wrong. */
function Chain({ port, now, help }: Shown & { readonly port: PortView }) {
  const { t } = useText();
  const { chain } = port;
  return (
    <ol className="space-y-0">
      {chain.map((link, index) => (
        <li key={link.id} className="relative flex gap-3 pb-4 last:pb-0">
          {index < chain.length - 1 && (
            <span
              aria-hidden="true"
              className="absolute start-[9px] top-6 bottom-0 w-px bg-line forced-colors:bg-[CanvasText]"
            />
          )}
          <Mark state={link.state} />
          <div className="min-w-0 flex-1">
            <p className="flex flex-wrap justify-between gap-x-3">
              <span className="font-medium">{t(titles[link.id])}</span>
              <span className={toneText[signs[link.state].tone]}>{t(signs[link.state].word)}</span>
            </p>
            <Detail link={link} port={port} now={now} />
            {link.reason && help?.(link.reason.code)}
          </div>
        </li>
      ))}
    </ol>
  );
}

function Mark({ state }: { state: ChainLink['state'] }) {
  const { tone, icon } = signs[state];
  const Icon = state === 'waiting' ? CircleDashed : icon;
  return <Icon aria-hidden="true" size={19} className={`mt-px shrink-0 bg-panel ${toneText[tone]}`} />;
}

function placeText({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function wayOf({ id, by }: ChainLink, byHand: string): string {
  return id === 'mapping' && by === 'by-hand' ? byHand : (protocols[by ?? ''] ?? by ?? '');
}

/** What the link is about: the mapping that is published, or one by the same protocol. */
function leading({ advertised, mappings }: PortView, by: ChainLink['by']): MappingView | undefined {
  const told = advertised?.replace(/^.*\/\//, '');
  const open = mappings.filter(({ external }) => external !== null);
  const same = open.filter(({ protocol }) => by === null || protocol === by);
  return (
    open.find(({ external }) => external !== null && placeText(external) === told) ??
    same.find(({ behindAnotherNat }) => !behindAnotherNat) ??
    same[0]
  );
}

function Detail({ link, port, now }: { link: ChainLink; port: PortView; now: number }) {
  const { t, f } = useText();
  const when = link.at === null ? null : f.ago(link.at, now);
  const by = link.by === null ? null : quoted(wayOf(link, t('reach.link.byHand')), 60);
  const mapping = leading(port, link.by);
  const { proof } = port;
  return (
    <div className="space-y-0.5 text-soft">
      {by !== null && when !== null && <p>{t('reach.link.byWhen', { by, when })}</p>}
      {link.id === 'mapping' && mapping?.external && (
        <p>
          <Text value={placeText(mapping.external)} most={80} />,{' '}
          {mapping.expiresAt === null
            ? t('reach.link.noEnd')
            : t('reach.link.lease', { when: f.ahead(mapping.expiresAt, now) })}
        </p>
      )}
      {link.id === 'outside' && proof && (
        <p>
          <Text value={proof.address} most={80} />, {t('reach.link.took', { ms: proof.tookMs })}{' '}
          {proof.evidence !== null && t(`reach.link.evidence.${proof.evidence}`)}
        </p>
      )}
      {link.id === 'renewal' && mapping && (
        <p>
          {t('reach.link.renewals', { count: mapping.renewals })}
          {mapping.nextRenewalAt !== null && `, ${t('reach.link.next', { when: f.ahead(mapping.nextRenewalAt, now) })}`}
        </p>
      )}
      {link.reason && (
        <p>
          <Reason reason={link.reason} />
        </p>
      )}
    </div>
  );
}
