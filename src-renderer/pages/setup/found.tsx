import { CircleAlert, Cpu, Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import { useAnswer } from '../../asked.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Empty } from '../../components/empty.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { hostOf, quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { ServerForm } from '../../parts/server-form.tsx';
import { backendName, backendSigns } from '../../signs.ts';
import { backendsStore } from '../../stores/backends.ts';
import { Layout } from './layout.tsx';
import { RestoreOffer } from './restore-offer.tsx';
import type { StepProps } from './step.ts';

const MOST = 32;

/** What this computer has, and the model servers on it, as they are found. */
export function Found({ onBack, onNext, onDone }: StepProps) {
  const { t } = useText();
  return (
    <Layout onBack={onBack} next={{ run: onNext }} other={<RestoreOffer onDone={onDone} />}>
      <p className="text-lg leading-7">{t('setup.found.lead')}</p>
      <Computer />
      <Servers />
    </Layout>
  );
}

function Computer() {
  const { t, f } = useText();
  const [hardware] = useAnswer('hardware.get', 0);
  const gpu = hardware?.gpus[0];
  return (
    <Card title={t('setup.found.computer')}>
      {hardware === undefined ? (
        <Placeholder lines={4} />
      ) : (
        <Facts>
          <Fact name={t('setup.found.processor')}>
            <Text value={hardware.cpu.model} most={80} />
          </Fact>
          <Fact name={t('setup.found.memory')}>{f.memory(hardware.memory.totalBytes)}</Fact>
          <Fact name={t('setup.found.graphics')}>
            {gpu ? <Text value={gpu.name} most={80} /> : t('setup.found.noGraphics')}
            {hardware.gpus.length > 1 && ` ${t('frame.more', { count: hardware.gpus.length - 1 })}`}
          </Fact>
          {hardware.disk && <Fact name={t('setup.found.disk')}>{f.bytes(hardware.disk.freeBytes)}</Fact>}
        </Facts>
      )}
    </Card>
  );
}

function Servers() {
  const { t } = useText();
  const backends = useStore(backendsStore, ({ live }) => live?.value);
  const [adding, setAdding] = useState(false);
  const [searching, search] = useBusy(async () => {
    backendsStore.getState().accept(await engine().ask('backends.detect', undefined));
  });
  return (
    <Card
      title={t('setup.found.servers')}
      aside={
        <div className="flex flex-wrap gap-2">
          <Button icon={Plus} onClick={() => setAdding(true)}>
            {t('setup.found.add')}
          </Button>
          <Button icon={Search} busy={searching} onClick={search}>
            {t(searching ? 'setup.found.searching' : 'setup.found.search')}
          </Button>
        </div>
      }
    >
      {backends === undefined ? (
        <Placeholder lines={3} />
      ) : backends.length === 0 ? (
        <>
          <Empty icon={Cpu} title={t('setup.found.none')}>
            {t('setup.found.noneMeans')}
          </Empty>
          <Disclosure title={t('setup.found.how')}>
            <ul className="list-disc space-y-1 ps-5 text-soft">
              {(['ollama', 'lmstudio', 'llamacpp', 'vllm'] as const).map((kind) => (
                <li key={kind}>{t(`setup.found.start.${kind}`)}</li>
              ))}
            </ul>
          </Disclosure>
        </>
      ) : (
        <ul aria-label={t('setup.found.servers')} className="divide-y divide-line">
          {backends.slice(0, MOST).map((backend) => (
            <Server key={backend.id} backend={backend} />
          ))}
        </ul>
      )}
      {adding && <ServerForm taken={(backends ?? []).map(({ url }) => url)} onClose={() => setAdding(false)} />}
    </Card>
  );
}

/** "Ollama 0.6 at 127.0.0.1:11434, 5 models", how it stands, and what it warns of. */
function Server({ backend: { kind, url, version, state, reason, warnings, models } }: { backend: BackendView }) {
  const { t } = useText();
  const { word, tone, icon } = backendSigns[state];
  const name = version === null ? backendName(kind, t) : `${backendName(kind, t)} ${quoted(version, 24)}`;
  return (
    <li className="space-y-1 py-2.5 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p className="min-w-0">
          <span className="font-medium">{t('setup.found.at', { server: name, address: quoted(hostOf(url), 80) })}</span>
          {models.length > 0 && (
            <span className="text-soft"> · {t('setup.found.modelCount', { count: models.length })}</span>
          )}
        </p>
        <Pill tone={tone} icon={icon}>
          {t(word)}
        </Pill>
      </div>
      {reason && (
        <p className="text-soft">
          <Reason reason={reason} />
        </p>
      )}
      {warnings.map((warning) => (
        <p key={warning.code} className="flex items-start gap-2 text-soft">
          <CircleAlert aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-warn" />
          <span>
            <Reason reason={warning} />
          </span>
        </p>
      ))}
    </li>
  );
}
