import { Ban, Download, Plus, RefreshCw, Square, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { BoxesView, BoxImageView } from '../../../src-preload/contract/boxes.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Progress } from '../../components/progress.tsx';
import { Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting } from '../../settings.ts';
import { MachineForm } from './machine-form.tsx';
import { OwnImageForm } from './own-image-form.tsx';

const MIB = 1_048_576;
/** Those of the user's own are listed so. */
const OWN = { 'own-': 'backends.boxImages', 'machine-': 'backends.machines' } as const;
type Own = keyof typeof OWN;

/** The images of templates: what is here, what they need, and getting them beforehand. */
export function Images({ view: { images, imageBudgetBytes, pulling }, now }: { view: BoxesView; now: number }) {
  const { t, f } = useText();
  const [adding, setAdding] = useState<'image' | 'machine'>();
  const used = images.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const [stopping, stop] = useBusy(async () => {
    await engine().ask('boxes.stopPull', undefined);
  });
  return (
    <div className="space-y-2 pb-2">
      <p className="max-w-prose text-soft">
        {t('boxes.imagesMean')} {t('boxes.imageBudget', { used: f.bytes(used), most: f.bytes(imageBudgetBytes) })}
      </p>
      {pulling && (
        <div className="flex flex-wrap items-end gap-3">
          <div className="min-w-0 flex-1 basis-56">
            <Progress
              label={t('boxes.pulling', { name: quoted(pulling.slug, 64) })}
              share={pulling.totalBytes > 0 ? pulling.doneBytes / pulling.totalBytes : undefined}
              figure={
                pulling.totalBytes > 0
                  ? t('boxes.pulled', { done: f.bytes(pulling.doneBytes), total: f.bytes(pulling.totalBytes) })
                  : t('boxes.pullingSince', { since: f.clock(pulling.since, now) })
              }
            />
          </div>
          <Button icon={Square} busy={stopping} onClick={() => stop()}>
            {t('boxes.stopPull')}
          </Button>
        </div>
      )}
      <Table
        caption={t('boxes.images')}
        rows={images}
        rowKey={({ slug }) => slug}
        columns={[
          {
            id: 'image',
            title: t('boxes.image'),
            cell: ({ slug, image, digest }) => (
              <>
                <span className="font-medium">{slug}</span>
                <span className="block text-xs leading-4 text-soft [overflow-wrap:anywhere] max-sm:hidden">
                  <Text value={digest ?? image} most={200} />
                </span>
              </>
            ),
          },
          {
            id: 'needs',
            title: t('boxes.needs'),
            minor: true,
            cell: ({ minimum: { cpuMillicores, memoryMiB, diskMiB } }) => (
              <span className="text-soft">
                {t('boxes.holds', {
                  cores: f.number(cpuMillicores / 1000, 1),
                  memory: f.memory(memoryMiB * MIB),
                  disk: f.memory(diskMiB * MIB),
                })}
              </span>
            ),
          },
          {
            id: 'size',
            title: t('boxes.size'),
            figure: true,
            cell: ({ bytes }) => (
              <span className="whitespace-nowrap">{bytes === null ? t('boxes.notHere') : f.bytes(bytes)}</span>
            ),
          },
          {
            id: 'do',
            title: t('boxes.actions'),
            figure: true,
            cell: (image) => <ImageButtons image={image} pulling={pulling !== null} />,
          },
        ]}
      />
      <div className="flex flex-wrap gap-2">
        <Button icon={Plus} onClick={() => setAdding('image')}>
          {t('boxes.own.add')}
        </Button>
        <Button icon={Plus} onClick={() => setAdding('machine')}>
          {t('boxes.machine.add')}
        </Button>
      </div>
      {adding === 'image' && <OwnImageForm onClose={() => setAdding(undefined)} />}
      {adding === 'machine' && <MachineForm onClose={() => setAdding(undefined)} />}
    </div>
  );
}

function ImageButtons({ image: { slug, bytes }, pulling }: { image: BoxImageView; pulling: boolean }) {
  const { t } = useText();
  const [, get] = useBusy(async () => {
    await engine().ask('boxes.pull', { slug });
  });
  const [, remove] = useBusy(async () => {
    await engine().ask('boxes.removeImage', { slug });
  });
  const kind = (Object.keys(OWN) as Own[]).find((beginning) => slug.startsWith(beginning));
  const own = kind && slug.slice(kind.length);
  const [, disallow] = useBusy(async () => {
    if (kind === 'own-') await changeSetting(OWN[kind], (list) => list.filter(({ name }) => name !== own));
    if (kind === 'machine-') await changeSetting(OWN[kind], (list) => list.filter(({ name }) => name !== own));
  });
  const drop = own !== undefined && (
    <IconButton icon={Ban} label={t('boxes.own.disallow', { name: own })} onClick={() => disallow()} />
  );
  if (pulling) return null;
  if (bytes === null) {
    return (
      <span className="inline-flex">
        <IconButton icon={Download} label={t('boxes.pullOf', { name: slug })} onClick={() => get()} />
        {drop}
      </span>
    );
  }
  return (
    <span className="inline-flex">
      {drop}
      <IconButton icon={RefreshCw} label={t('boxes.pullAgainOf', { name: slug })} onClick={() => get()} />
      <IconButton icon={Trash2} label={t('boxes.removeOf', { name: slug })} onClick={() => remove()} />
    </span>
  );
}
