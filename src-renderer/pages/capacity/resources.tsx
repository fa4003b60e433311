import type { BackendView } from '../../../src-preload/contract/backends.ts';
import type { HardwareView } from '../../../src-preload/contract/hardware.ts';
import type { LimitsView } from '../../../src-preload/contract/limits.ts';
import type { Paint } from '../../components/chart/paint.tsx';
import { StackedBar } from '../../components/chart/stacked-bar.tsx';
import type { Format } from '../../format/format.ts';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { useNetworkTitle } from '../../networks/titles.ts';
import { type Part, type ResourceId, type Share, sharesOf } from './shares.ts';

export interface ResourcesProps {
  readonly hardware: HardwareView;
  readonly limits: LimitsView;
  readonly backends: readonly BackendView[];
}

/** A bar for each resource: what networks and models use of it, what else is lent, and what is kept. */
export function Resources({ hardware, limits, backends }: ResourcesProps) {
  const { t } = useText();
  return <Shares label={t('capacity.share.title')} shares={sharesOf(hardware, limits, backends)} />;
}

export interface SharesProps {
  readonly label: string;
  readonly shares: readonly Share[];
}

export function Shares({ label, shares }: SharesProps) {
  const holders = [...new Set(shares.flatMap(({ parts }) => parts.filter(isHeld).map(holderOf)))];
  const paintOf = (part: Part) => PAINTS[holders.indexOf(holderOf(part)) % PAINTS.length] ?? 'solid';
  return (
    <ul aria-label={label} className="grid gap-x-8 gap-y-5 wide:grid-cols-2">
      {shares.map((share) => (
        <li key={share.id}>
          <Bar share={share} paintOf={paintOf} />
        </li>
      ))}
    </ul>
  );
}

/** Who holds something is told apart by texture as far as there are some, the same in each bar; the names stand beneath. */
const PAINTS = ['solid', 'hatched', 'dotted'] as const;

const holderOf = (part: Part) => (part.kind === 'network' ? `network ${part.network}` : part.kind);

/** What nobody holds. */
const BARE: Partial<Record<Part['kind'], Paint>> = { free: 'soft', used: 'grey', kept: 'empty' };

const isHeld = ({ kind }: Part) => BARE[kind] === undefined;

interface BarProps {
  readonly share: Share;
  readonly paintOf: (part: Part) => (typeof PAINTS)[number];
}

function Bar({ share: { id, total, parts }, paintOf }: BarProps) {
  const { t, f } = useText();
  const titleOf = useNetworkTitle();
  const nameOf = (part: Part) =>
    part.kind === 'network' ? quoted(titleOf(part.network), 32) : t(`capacity.share.${part.kind}`);
  const figureOf = (value: number) => amountOf(id, value, f);
  const whole = t('capacity.share.of', { resource: t(`capacity.share.${id}`), total: figureOf(total) });
  const each = parts.map((part) => t('capacity.share.part', { name: nameOf(part), figure: figureOf(part.value) }));
  return (
    <>
      <h3 className="mb-1.5 font-medium">{whole}</h3>
      <StackedBar
        sentence={t('capacity.share.sentence', { whole, parts: f.list(each) })}
        total={total}
        parts={parts.map((part) => ({
          id: holderOf(part),
          name: nameOf(part),
          value: part.value,
          figure: figureOf(part.value),
          paint: BARE[part.kind] ?? paintOf(part),
        }))}
      />
    </>
  );
}

function amountOf(id: ResourceId, value: number, f: Pick<Format, 'count' | 'number' | 'memory' | 'bytes'>): string {
  if (id === 'slots') return f.count(value);
  if (id === 'cpu') return f.number(value / 1000, 1);
  return id === 'disk' ? f.bytes(value) : f.memory(value);
}
