import { Pencil } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { BoxEngineChoice } from '../../../src-preload/contract/settings/boxes.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, useSetting } from '../../settings.ts';
import { Flip } from '../setting-fields.tsx';
import {
  type Engine,
  type Entries,
  engines,
  entriesOf,
  type Line,
  linesOf,
  type Member,
  read,
} from './engine-entry.ts';

const LONGEST = 1024;

/** What makes boxes, and what is sold of it. `children`: what is to be said of the one that answers. */
export function Making({ children }: { readonly children: ReactNode }) {
  const { t } = useText();
  const chosen = useSetting('backends.boxEngine');
  const [changing, setChanging] = useState(false);
  return (
    <div className="space-y-4 pt-1 pb-2">
      {chosen && (
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <div className="min-w-0">
            <p className="font-medium">{t('boxes.maker.title')}</p>
            <p className="text-soft [overflow-wrap:anywhere]">
              {t(`boxes.maker.kind.${chosen.engine}`)},{' '}
              {'at' in chosen && chosen.at !== undefined ? (
                <Text value={chosen.at} most={300} />
              ) : (
                t(chosen.engine === 'kubernetes' ? 'boxes.maker.ofKubeconfig' : 'boxes.maker.here')
              )}
            </p>
            {children}
          </div>
          <Button icon={Pencil} onClick={() => setChanging(true)}>
            {t('boxes.maker.change')}
          </Button>
        </div>
      )}
      <Flip path="backends.boxInternet" label={t('boxes.may.internet')} help={t('boxes.may.internetMeans')} />
      <Flip path="backends.sizedVolumes" label={t('boxes.may.sized')} help={t('boxes.may.sizedMeans')} />
      <Flip path="backends.encryptedVolumes" label={t('boxes.may.encrypted')} help={t('boxes.may.encryptedMeans')} />
      <Flip path="backends.machinesWithoutKvm" label={t('boxes.may.slow')} help={t('boxes.may.slowMeans')} />
      {chosen && changing && <EngineForm chosen={chosen} onClose={() => setChanging(false)} />}
    </div>
  );
}

/** Which engine, and where it is. */
function EngineForm({ chosen, onClose }: { readonly chosen: BoxEngineChoice; readonly onClose: () => void }) {
  const { t } = useText();
  const [engine, setEngine] = useState<Engine>(chosen.engine);
  const [entries, setEntries] = useState<Entries>(() => entriesOf(chosen));
  const [asked, setAsked] = useState(false);
  const entry = entries[engine] ?? {};
  const wrong = asked ? read(engine, entry).wrong : new Set<Member>();
  const [saving, save] = useBusy(async () => {
    setAsked(true);
    const { choice } = read(engine, entry);
    if (choice && (await changeSetting('backends.boxEngine', () => choice))) onClose();
  });
  return (
    <Dialog
      title={t('boxes.maker.title')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('frame.cancel')}</Button>
          <Button look="main" busy={saving} onClick={() => save()}>
            {t('boxes.maker.save')}
          </Button>
        </>
      }
    >
      <p className="max-w-prose text-soft">{t('boxes.maker.means')}</p>
      <Choice
        label={t('boxes.maker.title')}
        value={engine}
        stacked
        options={engines.map((value) => ({
          value,
          title: t(`boxes.maker.kind.${value}`),
          note: t(`boxes.maker.note.${value}`),
        }))}
        onChange={(next) => {
          setEngine(next);
          setAsked(false);
        }}
      />
      {linesOf(engine).map((line) => (
        <EngineField
          key={`${engine} ${line.member}`}
          line={line}
          value={entry[line.member] ?? ''}
          wrong={wrong.has(line.member)}
          onChange={(value) => setEntries({ ...entries, [engine]: { ...entry, [line.member]: value } })}
          onEnter={() => save()}
        />
      ))}
    </Dialog>
  );
}

interface EngineFieldProps {
  readonly line: Line;
  readonly value: string;
  readonly wrong: boolean;
  readonly onChange: (value: string) => void;
  readonly onEnter: () => void;
}

function EngineField({ line: { member, example, needed }, value, wrong, onChange, onEnter }: EngineFieldProps) {
  const { t } = useText();
  const words = WORDS[member];
  return (
    <Field
      label={t(`boxes.maker.label.${member}`)}
      help={t(`boxes.maker.help.${needed ? words.needed : words.free}`, { example })}
      error={wrong ? t(`boxes.maker.bad.${words.bad}`) : undefined}
    >
      {(control) => <Input {...control} most={LONGEST} value={value} onChange={onChange} onEnter={onEnter} />}
    </Field>
  );
}

/** How each is explained where it can't be left empty, and where it can; and what is said of one that can't be so. */
const WORDS = {
  at: { needed: 'at', free: 'atOrHere', bad: 'at' },
  certificates: { needed: 'files', free: 'filesForTls', bad: 'files' },
  socket: { needed: 'socket', free: 'socket', bad: 'socket' },
  pool: { needed: 'usual', free: 'usual', bad: 'name' },
  storage: { needed: 'usual', free: 'usual', bad: 'name' },
  bridge: { needed: 'usual', free: 'usual', bad: 'name' },
  vmids: { needed: 'usual', free: 'usual', bad: 'vmids' },
  context: { needed: 'current', free: 'current', bad: 'name' },
  storageClass: { needed: 'inMemory', free: 'inMemory', bad: 'name' },
  service: { needed: 'service', free: 'service', bad: 'service' },
  address: { needed: 'ofNode', free: 'ofNode', bad: 'address' },
  cores: { needed: 'all', free: 'all', bad: 'number' },
  memoryGiB: { needed: 'all', free: 'all', bad: 'number' },
  diskGiB: { needed: 'all', free: 'all', bad: 'number' },
  gpuGiB: { needed: 'noCards', free: 'noCards', bad: 'number' },
  toolbox: { needed: 'usual', free: 'usual', bad: 'image' },
} as const satisfies Record<Member, object>;
