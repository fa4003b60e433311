import { Check, TriangleAlert } from 'lucide-react';
import type { BoxCheck, BoxCheckId, BoxesView } from '../../../src-preload/contract/boxes.ts';
import { Pill } from '../../components/pill.tsx';
import { Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import type { Key } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';

/** What to do about a check that failed. */
const NEXT: Readonly<Record<BoxCheckId, Key>> = {
  image: 'boxes.next.image',
  'packet-filter': 'boxes.next.filter',
  limits: 'boxes.next.limits',
  memory: 'boxes.next.limits',
  cpu: 'boxes.next.limits',
  pids: 'boxes.next.limits',
  capabilities: 'boxes.next.engine',
  'no-new-privileges': 'boxes.next.engine',
  seccomp: 'boxes.next.engine',
  users: 'boxes.next.engine',
  'read-only': 'boxes.next.engine',
  devices: 'boxes.next.engine',
  mount: 'boxes.next.engine',
  'kernel-settings': 'boxes.next.engine',
  disk: 'boxes.next.disk',
  'this-computer': 'boxes.next.network',
  'home-network': 'boxes.next.network',
  metadata: 'boxes.next.network',
  'other-boxes': 'boxes.next.network',
  ipv6: 'boxes.next.network',
  mail: 'boxes.next.network',
  dns: 'boxes.next.network',
};

/** What a box would not be held by, each with what to do about it. */
export function Failures({ checks }: { checks: readonly BoxCheck[] }) {
  const { t } = useText();
  return (
    <ul aria-label={t('boxes.failures')} className="space-y-2">
      {checks
        .filter(({ held }) => !held)
        .map(({ id, seen }) => (
          <li key={id} className="flex items-start gap-2">
            <TriangleAlert aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-warn" />
            <div className="min-w-0">
              <p className="font-medium">{t(`boxes.checkName.${id}`)}</p>
              <p className="text-soft [overflow-wrap:anywhere]">
                {t('boxes.seen')}: <Text value={seen} most={200} />
              </p>
              <p className="text-soft">{t(NEXT[id])}</p>
            </div>
          </li>
        ))}
    </ul>
  );
}

/** All that was tried, and what was seen. */
export function Tried({ probe: { at, checks }, now }: { probe: NonNullable<BoxesView['probe']>; now: number }) {
  const { t, f } = useText();
  return (
    <>
      <p className="pt-3 pb-1 text-xs leading-4 text-soft">{t('boxes.triedAt', { when: f.ago(at, now) })}</p>
      <Table
        caption={t('boxes.checks')}
        rows={checks}
        rowKey={({ id }) => id}
        columns={[
          { id: 'check', title: t('boxes.check'), cell: ({ id }) => t(`boxes.checkName.${id}`) },
          {
            id: 'seen',
            title: t('boxes.seen'),
            minor: true,
            cell: ({ seen }) => (
              <span className="text-soft [overflow-wrap:anywhere]">
                <Text value={seen} most={200} />
              </span>
            ),
          },
          {
            id: 'held',
            title: t('boxes.result'),
            figure: true,
            cell: ({ held }) => (
              <Pill tone={held ? 'good' : 'warn'} icon={held ? Check : TriangleAlert}>
                {t(held ? 'boxes.held' : 'boxes.failed')}
              </Pill>
            ),
          },
        ]}
      />
    </>
  );
}
