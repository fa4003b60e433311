import { ScrollText, Square, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { BoxView } from '../../../src-preload/contract/boxes.ts';
import type { Reason as ReasonView } from '../../../src-preload/contract/define.ts';
import { useAnswer } from '../../asked.ts';
import { toBridgeError } from '../../bridge/failure.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { IconButton } from '../../components/button.tsx';
import { Sparkline } from '../../components/chart/sparkline.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { useNetworkTitle } from '../../networks/titles.ts';
import { boxSigns } from '../../signs.ts';

const MIB = 1_048_576;
const LOG_CHARACTERS = 65_536;

/** One box: whose it is, what it holds and takes, and how it is ended. */
export function Box({ box, now }: { box: BoxView; now: number }) {
  const { t, f } = useText();
  const titleOf = useNetworkTitle();
  const [open, setOpen] = useState<'end' | 'logs'>();
  const { id, network, job, status, ended, resources, movedBytes } = box;
  const { word, tone, icon } = boxSigns[status];
  const own = ownName(box);
  const name = quoted(own, 64);
  return (
    <li className="space-y-2 py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <h3 className="font-medium break-words">
            {network !== null && (
              <>
                <Text value={titleOf(network)} most={48} />{' '}
              </>
            )}
            <span className="font-normal text-soft">
              <Text value={own} most={64} />
            </span>
          </h3>
          <p className="text-xs leading-5 text-soft">
            {job === null
              ? t('boxes.left')
              : resources &&
                t('boxes.holds', {
                  cores: f.number(resources.cpuMillicores / 1000, 2),
                  memory: f.memory(resources.memoryMiB * MIB),
                  disk: f.memory(resources.diskMiB * MIB),
                })}
            {movedBytes !== null && ` · ${t('boxes.moved', { bytes: f.bytes(movedBytes) })}`}
          </p>
          {ended && <Ended ended={ended} />}
        </div>
        <Pill tone={tone} icon={icon}>
          {t(word)}
        </Pill>
        <div className="flex items-center gap-1">
          <IconButton label={t('boxes.logsOf', { name })} icon={ScrollText} onClick={() => setOpen('logs')} />
          <IconButton label={t('boxes.endOf', { name })} icon={Square} onClick={() => setOpen('end')} />
        </div>
      </div>
      {status === 'running' && <Use box={box} name={name} />}
      {open === 'end' && <End box={box} now={now} onClose={() => setOpen(undefined)} />}
      {open === 'logs' && <Logs id={id} onClose={() => setOpen(undefined)} />}
    </li>
  );
}

/** Why it stopped. */
function Ended({ ended: { kind, exitCode } }: { ended: NonNullable<BoxView['ended']> }) {
  const { t } = useText();
  return (
    <p className="text-xs leading-5">
      {kind === 'out-of-memory'
        ? t('boxes.outOfMemory')
        : exitCode === null
          ? t('boxes.ended')
          : t('boxes.endedWith', { code: exitCode })}
    </p>
  );
}

/** As its network calls it: the engine has the network's name in front. */
function ownName({ id, network }: Pick<BoxView, 'id' | 'network'>): string {
  return network !== null && id.startsWith(`${network}-`) ? id.slice(network.length + 1) : id;
}

function Use({ box: { use, resources }, name }: { box: BoxView; name: string }) {
  const { t, f } = useText();
  const last = use.at(-1);
  if (!last) return <p className="text-xs leading-5 text-soft">{t('boxes.measuring')}</p>;
  const cores = (millicores: number) => f.number(millicores / 1000, 2);
  const span = f.span(Math.max(1000, last.at - use[0]!.at));
  const cpu = use.map(({ cpuMillicores }) => cpuMillicores);
  const memory = use.map(({ memoryMiB }) => memoryMiB);
  const cpuMost = resources?.cpuMillicores ?? Math.max(...cpu, 1);
  const memoryMost = resources?.memoryMiB ?? Math.max(...memory, 1);
  const used = cores(last.cpuMillicores);
  return (
    <div className="grid grid-cols-1 gap-x-6 gap-y-1 sm:grid-cols-2">
      <div>
        <p className="text-xs leading-5 text-soft tabular-nums">
          {resources ? t('boxes.cpuNow', { used, most: cores(cpuMost) }) : t('boxes.cpuNowAlone', { used })}
        </p>
        <Sparkline
          sentence={t('boxes.cpuOver', { name, span, most: cores(Math.max(...cpu)) })}
          values={cpu}
          most={Math.max(cpuMost, ...cpu)}
          {...(resources && { limit: cpuMost })}
        />
      </div>
      <div>
        <p className="text-xs leading-5 text-soft tabular-nums">
          {resources
            ? t('boxes.memoryNow', { used: f.memory(last.memoryMiB * MIB), most: f.memory(memoryMost * MIB) })
            : t('boxes.memoryNowAlone', { used: f.memory(last.memoryMiB * MIB) })}
        </p>
        <Sparkline
          sentence={t('boxes.memoryOver', { name, span, most: f.memory(Math.max(...memory) * MIB) })}
          values={memory}
          most={Math.max(memoryMost, ...memory)}
          {...(resources && { limit: memoryMost })}
        />
      </div>
    </div>
  );
}

/** Says what it costs before it is done. */
function End({ box: { id, job }, now, onClose }: { box: BoxView; now: number; onClose: () => void }) {
  const { t, f } = useText();
  const [leases] = useAnswer('work.leases', id);
  const [ending, end] = useBusy(async () => {
    await engine().ask('boxes.end', { id });
    onClose();
  });
  const lease = leases?.find((each) => each.id === job);
  return (
    <Confirm
      title={t('boxes.endTitle')}
      confirm={t('boxes.endIt')}
      danger
      busy={ending || (job !== null && leases === undefined)}
      onConfirm={() => end()}
      onCancel={onClose}
    >
      <p>{t('boxes.endMeans')}</p>
      {lease && (
        <>
          <p>{t('boxes.endPaidUntil', { time: f.clock(lease.paidUntil, now) })}</p>
          <p>
            {lease.refund
              ? t('boxes.endRefund', { amount: f.amount(lease.refund.amountMicro, lease.refund.unit, true).join(' ') })
              : t('boxes.endNoRefund')}
          </p>
        </>
      )}
    </Confirm>
  );
}

function Logs({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useText();
  const [said, setSaid] = useState<{ readonly text: string } | { readonly failed: ReasonView }>();
  useEffect(() => {
    let isOpen = true;
    const show: typeof setSaid = (answer) => isOpen && setSaid(answer);
    engine()
      .ask('boxes.logs', { id })
      .then(show, (thrown: unknown) => show({ failed: toBridgeError(thrown).reason }));
    return () => {
      isOpen = false;
    };
  }, [id]);
  return (
    <Dialog sheet title={t('boxes.logs')} onClose={onClose}>
      <p className="text-soft">{t('boxes.logsMeans')}</p>
      {said === undefined ? (
        <Placeholder lines={4} />
      ) : 'failed' in said ? (
        <Notice tone="warn" icon={TriangleAlert}>
          <Reason reason={said.failed} />
        </Notice>
      ) : said.text === '' ? (
        <p className="text-soft">{t('boxes.logsEmpty')}</p>
      ) : (
        <pre className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
          <Text value={said.text} most={LOG_CHARACTERS} />
        </pre>
      )}
    </Dialog>
  );
}
