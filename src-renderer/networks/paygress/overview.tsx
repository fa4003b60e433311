import { Fact } from '../../components/facts.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Copied } from '../../parts/copied.tsx';
import { Relays } from '../../parts/relays.tsx';
import type { Shown, ViewOf } from '../pages.ts';
import type { Paygress } from './contract.ts';
import { Leases } from './leases.tsx';
import { aDay, microOf } from './sats.ts';

type Detail = ViewOf<Paygress>['detail'];
const MIB = 1024 * 1024;

/** What is on offer and how others see it, what is rented, and what was refused. */
export function Overview({ network: { detail }, now }: Shown<Paygress>) {
  const { t, f } = useText();
  const { npub, name, closed, free, offeredAt, uptimePercent, leases, refundsWaiting, mints } = detail;
  return (
    <>
      <Fact name={t('networks.paygress.facts.name')}>
        <Text value={name} most={100} />
      </Fact>
      <Fact name={t('networks.paygress.facts.key')}>
        {npub === null ? t('networks.paygress.facts.noKey') : <Copied text={npub} />}
      </Fact>
      <Fact name={t('networks.paygress.facts.sold')}>
        {closed === null ? t('networks.paygress.facts.soldNow') : <Reason reason={closed} />}
      </Fact>
      <Fact name={t('networks.paygress.facts.offers')}>
        <Offers detail={detail} />
      </Fact>
      {free !== null && (
        <Fact name={t('networks.paygress.facts.free')}>
          {t('networks.paygress.facts.size', {
            cores: f.number(free.cpuMillicores / 1000, 1),
            memory: f.memory(free.memoryMiB * MIB),
            disk: f.bytes(free.diskMiB * MIB),
          })}
          {detail.specs.length > 0 && !detail.specs.some((spec) => fits(spec, free)) && (
            <span className="block text-soft">{t('networks.paygress.facts.noneFits')}</span>
          )}
        </Fact>
      )}
      <Fact name={t('networks.paygress.facts.told')}>
        {offeredAt === null ? t('networks.paygress.facts.never') : f.ago(offeredAt, now)}
      </Fact>
      <Fact name={t('networks.paygress.facts.uptime')}>{f.percent(uptimePercent / 100)}</Fact>
      <Fact name={t('networks.paygress.facts.mints')}>
        {mints.length === 0
          ? t('networks.paygress.facts.none')
          : mints.map((mint) => <Text key={mint} value={mint} most={120} />)}
      </Fact>
      <Fact name={t('networks.paygress.facts.relays')}>
        <Relays relays={detail.relays} />
      </Fact>
      {refundsWaiting.n > 0 && (
        <Fact name={t('networks.paygress.facts.refunds')}>
          {t('networks.paygress.facts.refundsWait', {
            count: refundsWaiting.n,
            sats: f.micro(microOf(refundsWaiting.msat)),
          })}
        </Fact>
      )}
      <Refused refused={detail.refused} now={now} />
      {leases.length > 0 && (
        <div className="py-2">
          <dt className="pb-1.5 text-soft">{t('networks.paygress.facts.leases')}</dt>
          <dd>
            <Leases leases={leases} now={now} />
          </dd>
        </div>
      )}
    </>
  );
}

function fits(spec: Detail['specs'][number], free: NonNullable<Detail['free']>): boolean {
  return spec.cpuMillicores <= free.cpuMillicores && spec.memoryMiB <= free.memoryMiB && spec.diskMiB <= free.diskMiB;
}

function Offers({ detail: { specs, withheld } }: { detail: Detail }) {
  const { t, f } = useText();
  if (specs.length === 0) return t('networks.paygress.facts.noOffer');
  return (
    <ul className="space-y-0.5">
      {specs.map(({ id, name, cpuMillicores, memoryMiB, gpuMiB, rateMsat }) => {
        const values = {
          name,
          cores: f.number(cpuMillicores / 1000, 1),
          memory: f.memory(memoryMiB * MIB),
          sats: f.micro(microOf(aDay(rateMsat))),
        };
        const why = withheld.find((one) => one.id === id)?.reason;
        return (
          <li key={id}>
            {gpuMiB === undefined
              ? t('networks.paygress.facts.offer', values)
              : t('networks.paygress.facts.offerWithCard', { ...values, card: f.memory(gpuMiB * MIB) })}
            {why && (
              <p className="text-soft">
                <Reason reason={why} />
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Refused({ refused, now }: { refused: Detail['refused']; now: number }) {
  const { t, f } = useText();
  if (refused.length === 0) return null;
  return (
    <Fact name={t('networks.paygress.facts.refused')}>
      <ul className="space-y-0.5">
        {refused.map(({ type, count, at }) => (
          <li key={type}>
            {t('networks.paygress.facts.refusedFor', { count, when: f.ago(at, now) })} <Text value={type} most={60} />
          </li>
        ))}
      </ul>
    </Fact>
  );
}
