import { Boxes, FlaskConical, TriangleAlert } from 'lucide-react';
import { useStore } from 'zustand/react';
import type { BoxesView } from '../../../src-preload/contract/boxes.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Empty } from '../../components/empty.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { useSetting } from '../../settings.ts';
import { boxesSigns } from '../../signs.ts';
import { boxesStore } from '../../stores/boxes.ts';
import { Box } from './box.tsx';
import { Failures, Tried } from './checks.tsx';
import { Making } from './engine-choice.tsx';
import { Images } from './images.tsx';

/** Far more than a computer of this kind has room for. */
const MOST_BOXES = 100;

/** Containers that networks sell: the engine, whether a box would hold, the boxes that there are, and what they are made of. */
export function BoxesCard({ now }: { now: number }) {
  const { t } = useText();
  const view = useStore(boxesStore, ({ live }) => live?.value);
  const internet = useSetting('backends.boxInternet') ?? true;
  return (
    <Card
      title={t('boxes.title')}
      aside={
        view && (
          <div className="flex flex-wrap items-center gap-2">
            <StagePill stage={view.stage} />
            <TryBox view={view} />
          </div>
        )
      }
    >
      <p className="mb-3 max-w-prose text-soft">
        {t('boxes.means')} {t(internet ? 'boxes.reach' : 'boxes.reachNothing')}
      </p>
      {view === undefined ? <Placeholder lines={2} /> : <Whole view={view} now={now} />}
    </Card>
  );
}

function Whole({ view, now }: { view: BoxesView; now: number }) {
  const { t } = useText();
  const { stage, engine: there, probe, boxes, pulling } = view;
  return (
    <div className="space-y-4">
      <Standing view={view} />
      {stage === 'refused' && probe && <Failures checks={probe.checks} />}
      {(boxes.length > 0 || stage === 'open') && (
        <section aria-label={t('boxes.running')}>
          {boxes.length === 0 ? (
            <Empty icon={Boxes} title={t('boxes.empty')}>
              {t('boxes.emptyWhy')}
            </Empty>
          ) : (
            <ul aria-label={t('boxes.running')} className="divide-y divide-line border-y border-line">
              {boxes.slice(0, MOST_BOXES).map((box) => (
                <Box key={box.id} box={box} now={now} />
              ))}
            </ul>
          )}
        </section>
      )}
      <div>
        <Disclosure title={t('boxes.may.title')}>
          <Making>{there && <Answers engine={there} />}</Making>
        </Disclosure>
        {there && (
          <Disclosure title={t('boxes.images')} open={pulling !== null}>
            <Images view={view} now={now} />
          </Disclosure>
        )}
        {there && probe && (
          <Disclosure title={t('boxes.checks')}>
            <Engine engine={there} probe={probe} />
            <Tried probe={probe} now={now} />
          </Disclosure>
        )}
      </div>
    </div>
  );
}

/** Why none can be made, while none can. */
export function Standing({ view: { stage, missing } }: { view: BoxesView }) {
  const { t } = useText();
  const chosen = useSetting('backends.boxEngine')?.engine ?? 'containers';
  if (stage === 'probing' || stage === 'looking') {
    return (
      <p role="status" className="text-soft">
        {t('boxes.trying')}
      </p>
    );
  }
  if (missing === null) return null;
  if (stage === 'off')
    return <p className="text-soft">{t('boxes.offMeans', { engine: t(`boxes.maker.kind.${chosen}`) })}</p>;
  // Boxes would hold, and have no room.
  const icon = stage === 'open' ? TriangleAlert : boxesSigns[stage].icon;
  return (
    <Notice tone="warn" icon={icon}>
      <Reason reason={missing} />
    </Notice>
  );
}

/** Which one was found, and where. */
export function Answers({ engine: { make, at } }: Pick<EngineProps, 'engine'>) {
  const { t } = useText();
  return (
    <p className="text-soft [overflow-wrap:anywhere]">
      {t('boxes.answers', { name: NAMES[make], at: quoted(at, 300) })}
    </p>
  );
}

function Engine({ engine: { make, at, rootless, capacity }, probe }: EngineProps) {
  const { t, f } = useText();
  const values = {
    name: NAMES[make],
    cores: f.number(capacity.cpuMillicores / 1000, 1),
    memory: f.memory(capacity.memoryMiB * MIB),
  };
  return (
    <Facts>
      <Fact name={t('boxes.engineFact')}>{t(rootless ? 'boxes.engineRootless' : 'boxes.engine', values)}</Fact>
      <Fact name={t('boxes.socket')}>
        <span className="break-all">
          <Text value={at} most={300} />
        </span>
      </Fact>
      <Fact name={t('boxes.disk')}>{t(`boxes.diskKind.${probe.disk}`)}</Fact>
      <Fact name={t('boxes.machines')}>
        {t(`boxes.machinesBy.${probe.machines.accelerator ?? 'none'}`)}
        {probe.machines.accelerator === null && (
          <span className="block text-soft">
            <Text value={probe.machines.seen} most={300} />
          </span>
        )}
      </Fact>
      <Fact name={t('boxes.encryption')}>
        {t(
          `boxes.encryptionKind.${probe.encryption.works ? 'works' : probe.encryption.seen === null ? 'off' : 'fails'}`,
        )}
        {!probe.encryption.works && probe.encryption.seen !== null && (
          <span className="block text-soft">
            <Text value={probe.encryption.seen} most={300} />
          </span>
        )}
      </Fact>
      <Fact name={t('boxes.graphics')}>
        {t(`boxes.graphicsKind.${probe.graphics.works ? 'works' : probe.graphics.seen === null ? 'off' : 'fails'}`)}
        {probe.graphics.seen !== null && (
          <span className="block text-soft [overflow-wrap:anywhere]">
            <Text value={probe.graphics.seen} most={300} />
          </span>
        )}
      </Fact>
      <Fact name={t('boxes.internet')}>{t(probe.internet ? 'boxes.internetSeen' : 'boxes.internetNotSeen')}</Fact>
    </Facts>
  );
}

interface EngineProps {
  readonly engine: NonNullable<BoxesView['engine']>;
  readonly probe: NonNullable<BoxesView['probe']>;
}

const MIB = 1_048_576;
const NAMES = {
  podman: 'Podman',
  docker: 'Docker',
  lxd: 'LXD',
  incus: 'Incus',
  proxmox: 'Proxmox VE',
  kubernetes: 'Kubernetes',
} as const;

export function StagePill({ stage }: Pick<BoxesView, 'stage'>) {
  const { t } = useText();
  const { word, tone, icon } = boxesSigns[stage];
  return (
    <Pill tone={tone} icon={icon}>
      {t(word)}
    </Pill>
  );
}

export function TryBox({ view: { stage, probe } }: { view: BoxesView }) {
  const { t } = useText();
  const [asking, ask] = useBusy(async () => {
    await engine().ask('boxes.probe', undefined);
  });
  return (
    <Button icon={FlaskConical} busy={asking || stage === 'probing' || stage === 'looking'} onClick={() => ask()}>
      {t(probe ? 'boxes.tryAgain' : 'boxes.try')}
    </Button>
  );
}
