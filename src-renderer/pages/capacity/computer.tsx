import { Ban, Check, CircleAlert, CircleDashed, CircleOff, type LucideIcon, RefreshCw, Unplug } from 'lucide-react';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import type { DetectorView, GpuView, HardwareView } from '../../../src-preload/contract/hardware.ts';
import type { LimitsView } from '../../../src-preload/contract/limits.ts';
import type { SettingView } from '../../../src-preload/contract/settings/index.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Text } from '../../components/text.tsx';
import type { Tone } from '../../components/tone.ts';
import { quoted } from '../../format/text.ts';
import { type Speech, useText } from '../../i18n/use-text.ts';
import { Lending } from './lending.tsx';
import { Resources } from './resources.tsx';
import { detectorWords } from './words.ts';

const signs: Record<DetectorView['verdict'], { readonly tone: Tone; readonly icon: LucideIcon }> = {
  found: { tone: 'good', icon: Check },
  nothing: { tone: 'neutral', icon: CircleDashed },
  missing: { tone: 'neutral', icon: Unplug },
  denied: { tone: 'warn', icon: Ban },
  failed: { tone: 'warn', icon: CircleAlert },
  'not-here': { tone: 'neutral', icon: CircleOff },
};

const MOST_CARDS = 16;

export interface ComputerProps {
  readonly hardware: HardwareView | undefined;
  readonly limits: LimitsView | undefined;
  readonly backends: readonly BackendView[];
  readonly settings: readonly SettingView[];
  readonly looking: boolean;
  readonly now: number;
  readonly onLook: () => void;
}

/** What this computer has, who has what of it, and what each way to find that out has said. */
export function Computer({ hardware, limits, backends, settings, looking, now, onLook }: ComputerProps) {
  const { t, f } = useText();
  return (
    <Card
      title={t('capacity.computer')}
      aside={
        <Button icon={RefreshCw} busy={looking} onClick={onLook}>
          {t(looking ? 'capacity.lookingAt' : 'capacity.lookAgain')}
        </Button>
      }
    >
      {hardware === undefined || limits === undefined ? (
        <Placeholder lines={5} />
      ) : (
        <>
          <Resources hardware={hardware} limits={limits} backends={backends} />
          <div className="mt-2">
            <Lending hardware={hardware} settings={settings} />
          </div>
          <div className="mt-2 border-t border-line pt-3">
            <Parts hardware={hardware} />
          </div>
          <div className="mt-3 border-t border-line pt-2">
            <Disclosure title={t('capacity.detectors')}>
              <ul aria-label={t('capacity.detectors')} className="divide-y divide-line">
                {hardware.detectors.map((detector) => (
                  <Detector key={detector.id} detector={detector} />
                ))}
              </ul>
            </Disclosure>
            <p className="text-xs leading-4 text-soft">{t('capacity.lookTook', { when: f.ago(hardware.at, now) })}</p>
          </div>
        </>
      )}
    </Card>
  );
}

function Parts({ hardware: { system, cpu, gpus, detectors } }: { hardware: HardwareView }) {
  const { t, f } = useText();
  const fixable = detectors.filter(isInTheWay);
  return (
    <>
      <Facts>
        <Fact name={t('capacity.system')}>
          {t('capacity.systemOf', { name: quoted(system.name, 80), arch: quoted(system.arch, 16) })}
        </Fact>
        <Fact name={t('capacity.processor')}>
          <Text value={cpu.model} most={80} />
          <br />
          <span className="text-soft">
            {cpu.cores === null
              ? t('capacity.threads', { threads: cpu.threads })
              : t('capacity.cores', { cores: cpu.cores, threads: cpu.threads })}
          </span>
        </Fact>
        {gpus.length === 0 && <Fact name={t('capacity.graphics')}>{t('capacity.noGraphics')}</Fact>}
        {gpus.slice(0, MOST_CARDS).map((gpu, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two cards may be alike in all that is known of them
          <Fact key={index} name={t('capacity.graphics')}>
            <Text value={gpu.name} most={120} />
            <br />
            <span className="text-soft">{cardFacts(gpu, { t, f }).join(' · ')}</span>
          </Fact>
        ))}
      </Facts>
      {fixable.length > 0 && (
        <ul className="mt-3 space-y-1">
          {fixable.map((detector) => (
            <Fix key={detector.id} detector={detector} />
          ))}
        </ul>
      )}
    </>
  );
}

/** There is something to do, and not only in order to see more here. */
function isInTheWay({ id, verdict, fix }: DetectorView): boolean {
  return fix !== null && (verdict !== 'missing' || (id !== 'graphics' && id !== 'vulkan'));
}

/** What of a card is known. */
export function cardFacts(gpu: GpuView, { t, f }: Pick<Speech, 't' | 'f'>): string[] {
  const { memoryBytes, freeBytes, shared, driver, watts, mostWatts } = gpu;
  const memory =
    memoryBytes === null
      ? []
      : [
          freeBytes === null
            ? t('capacity.graphicsMemory', { total: f.memory(memoryBytes) })
            : t('capacity.freeOf', { free: f.memory(freeBytes), total: f.memory(memoryBytes) }),
        ];
  return [
    ...memory,
    ...(shared ? [t('capacity.sharedMemory')] : []),
    ...(driver === null ? [] : [t('capacity.driver', { driver: quoted(driver, 40) })]),
    ...(watts === null
      ? []
      : [mostWatts === null ? t('capacity.wattsNow', { watts }) : t('capacity.watts', { watts, most: mostWatts })]),
  ];
}

/** What to do, where there is something to do. */
function Fix({ detector }: { detector: DetectorView }) {
  const { t, say } = useText();
  const { fix } = detectorWords(detector, say);
  return (
    <li className="flex items-start gap-2 text-soft">
      <CircleAlert aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-warn" />
      <span>
        {t(`capacity.detector.${detector.id}`)}: {fix !== undefined && <Text value={fix} most={300} />}
      </span>
    </li>
  );
}

function Detector({ detector }: { detector: DetectorView }) {
  const { t, say } = useText();
  const { says, fix } = detectorWords(detector, say);
  const { tone, icon } = signs[detector.verdict];
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1 py-2">
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium">{t(`capacity.detector.${detector.id}`)}</p>
        <p className="text-soft">
          <Text value={says} most={300} />
          {fix !== undefined && (
            <>
              {' '}
              <span className="font-medium text-ink">
                <Text value={fix} most={300} />
              </span>
            </>
          )}
        </p>
      </div>
      <Pill tone={tone} icon={icon}>
        {t(`capacity.detected.${detector.verdict}`)}
      </Pill>
    </li>
  );
}
