import { TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand/react';
import type { PaygressMarket } from '../../../src-preload/contract/networks/paygress.ts';
import type { PaygressSpec } from '../../../src-preload/contract/networks/paygress-settings.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Typed } from '../../parts/setting-fields.tsx';
import { changeSetting, useSetting } from '../../settings.ts';
import { boxesStore } from '../../stores/boxes.ts';
import { askPaygress } from './ask.ts';
import { asked, powerADay, roomFor, suggested } from './market.ts';
import { aDay, microOf } from './sats.ts';

const PATH = 'networks.paygress.specs';

/** The machines on offer, a card each. */
export function Specs() {
  const { t } = useText();
  const specs = useSetting(PATH) ?? [];
  const [busy, setBusy] = useState(false);
  const market = useMarket();
  const room = useRoom();
  const add = () => {
    setBusy(true);
    void changeSetting(PATH, (all) => [
      ...all,
      newSpec(all, t('networks.paygress.spec.first'), suggested(room, market)),
    ]).finally(() => setBusy(false));
  };
  return (
    <section aria-label={t('networks.paygress.spec.title')} className="space-y-3">
      <h3 className="font-semibold">{t('networks.paygress.spec.title')}</h3>
      <ul className="grid items-start gap-3 sm:grid-cols-2">
        {specs.map((spec) => (
          <li key={spec.id} className="space-y-2 rounded-md border border-line px-3 py-2.5">
            <Spec spec={spec} market={market} />
          </li>
        ))}
      </ul>
      {specs.some(({ gpuMiB }) => gpuMiB !== undefined) && (
        <Notice tone="warn" icon={TriangleAlert}>
          {t('networks.paygress.spec.cardMeans')}
        </Notice>
      )}
      <Button busy={busy} onClick={add}>
        {t('networks.paygress.spec.add')}
      </Button>
    </section>
  );
}

/** What is lent to jobs and leases, and of what. */
function useRoom() {
  const engine = useStore(boxesStore, ({ live }) => live?.value.engine);
  const cpuMillicores = useSetting('capacity.cpuMillicores') ?? null;
  const memoryMiB = useSetting('capacity.memoryMiB') ?? null;
  return engine?.lends ?? roomFor(engine?.capacity, cpuMillicores, memoryMiB);
}

function Spec({ spec, market }: { spec: PaygressSpec; market: PaygressMarket | undefined }) {
  const { t, f } = useText();
  const change = (more: Partial<PaygressSpec>) =>
    changeSetting(PATH, (all) => all.map((one) => (one.id === spec.id ? { ...one, ...more } : one)));
  const number = (name: 'cpuMillicores' | 'memoryMiB' | 'diskMiB' | 'rateMsat', least: number, most: number) => (
    <NumberField
      label={t(`networks.paygress.spec.${name}`)}
      value={spec[name]}
      least={least}
      most={most}
      onSave={(value) => void change({ [name]: value })}
    />
  );
  return (
    <>
      <Typed
        label={t('networks.paygress.spec.name')}
        held={spec.name}
        onSave={(name) => change({ name: name.trim() })}
      />
      {number('cpuMillicores', 100, 256_000)}
      {number('memoryMiB', 64, 1_048_576)}
      {number('diskMiB', 64, 104_857_600)}
      <Graphics spec={spec} onSave={(gpuMiB) => void change({ gpuMiB })} />
      {number('rateMsat', 1, 1_000_000_000)}
      <p className="text-soft">{t('networks.paygress.spec.aDay', { sats: f.micro(microOf(aDay(spec.rateMsat))) })}</p>
      <Others spec={spec} market={market} />
      <Power spec={spec} />
      <Button onClick={() => void changeSetting(PATH, (all) => all.filter(({ id }) => id !== spec.id))}>
        {t('networks.paygress.spec.remove')}
      </Button>
    </>
  );
}

const GIB_MIB = 1024;
const MOST_GIB = 1024;

/** What it has of the graphics cards, and why it is not on offer where no box gets any. */
function Graphics({ spec, onSave }: { spec: PaygressSpec; onSave: (gpuMiB: number | undefined) => void }) {
  const { t } = useText();
  const seen = useStore(boxesStore, ({ live }) => live?.value.probe?.graphics);
  return (
    <>
      <NumberField
        label={t('networks.paygress.spec.gpuGiB')}
        value={spec.gpuMiB === undefined ? undefined : spec.gpuMiB / GIB_MIB}
        least={1 / GIB_MIB}
        most={MOST_GIB}
        fractions
        empty={{ means: t('networks.paygress.spec.noCard'), onSave: () => onSave(undefined) }}
        onSave={(gib) => onSave(Math.max(1, Math.round(gib * GIB_MIB)))}
      />
      {spec.gpuMiB !== undefined && seen && !seen.works && (
        <p className="text-soft [overflow-wrap:anywhere]">
          {t(seen.seen === null ? 'networks.paygress.spec.cardNotLent' : 'networks.paygress.spec.cardNotSeen')}{' '}
          {seen.seen !== null && <Text value={seen.seen} most={300} />}
        </p>
      )}
    </>
  );
}

function Others({ spec, market }: { spec: PaygressSpec; market: PaygressMarket | undefined }) {
  const { t, f } = useText();
  // What others ask for one without a card says nothing of one with it.
  if (!market || spec.gpuMiB !== undefined) return null;
  const found = asked(market, spec);
  if (!found) return <p className="text-soft">{t('networks.paygress.spec.noOthers')}</p>;
  const day = (rateMsat: number) => f.micro(microOf(aDay(rateMsat)));
  const { count, low, middle, high } = found;
  const values = { count, low: day(low), middle: day(middle), high: day(high) };
  return <p className="text-soft">{t('networks.paygress.spec.others', values)}</p>;
}

function Power({ spec }: { spec: PaygressSpec }) {
  const { t, f } = useText();
  const engine = useStore(boxesStore, ({ live }) => live?.value.engine);
  // What another computer draws is not known.
  const whole = engine?.lends === null ? engine.capacity.cpuMillicores : undefined;
  const tariff = useSetting('power.tariff') ?? null;
  const cost = powerADay(spec, whole, useSetting('power.draw') ?? null, tariff);
  if (cost === undefined || !tariff) return null;
  const values = { amount: f.number(cost, 2), currency: tariff.currency };
  return <p className="text-soft">{t('networks.paygress.spec.power', values)}</p>;
}

function newSpec(
  all: readonly PaygressSpec[],
  name: string,
  size: Pick<PaygressSpec, 'cpuMillicores' | 'memoryMiB' | 'diskMiB' | 'rateMsat'>,
): PaygressSpec {
  const taken = new Set(all.map(({ id }) => id));
  let number = all.length + 1;
  while (taken.has(`spec-${number}`)) number += 1;
  return { id: all.length === 0 ? 'basic' : `spec-${number}`, name, description: '', ...size };
}

/** Asked once while it is shown; undefined until it is there, and where the network does not run. */
function useMarket(): PaygressMarket | undefined {
  const [market, setMarket] = useState<PaygressMarket>();
  useEffect(() => {
    let isShown = true;
    askPaygress('market', undefined)
      .then((found) => isShown && setMarket(found))
      .catch(() => undefined);
    return () => {
      isShown = false;
    };
  }, []);
  return market;
}
