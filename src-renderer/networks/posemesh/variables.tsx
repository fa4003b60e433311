import { Check, FileUp, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { VariablesRead } from '../../../src-preload/contract/networks/posemesh.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { DropText } from '../../components/drop-text.tsx';
import { Notice } from '../../components/notice.tsx';
import { Reason } from '../../components/reason.tsx';
import { Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { type ChosenText, chooseFile } from '../../files.ts';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { toast } from '../../stores/toasts.ts';
import { askPosemesh } from './ask.ts';
import { ReplaceWallet } from './replace-wallet.tsx';

/** As the contract has it; a real one has some hundreds. */
const MOST_BYTES = 256 * 1024;

/** What a file of an official node would set here, looked at before anything is. */
export function Variables() {
  const { t } = useText();
  const [file, setFile] = useState<ChosenText>();
  const [seen, setSeen] = useState<VariablesRead>();
  const [tooLarge, setTooLarge] = useState(false);
  const [asking, setAsking] = useState(false);
  const [reading, read] = useBusy(async (given: File | undefined) => {
    if (!given) return;
    setSeen(undefined);
    setTooLarge(given.size > MOST_BYTES);
    if (given.size > MOST_BYTES) return;
    const next = { name: given.name, text: await given.text() };
    setSeen(await askPosemesh('readVariables', { text: next.text }));
    setFile(next);
  });
  const [choosing, choose] = useBusy(async () => read(await chooseFile('.env,text/plain,*/*')));
  const [taking, take] = useBusy(async (replaceWallet: boolean) => {
    if (!file) return;
    const { done, variables } = await askPosemesh('importVariables', { text: file.text, replaceWallet });
    setAsking(false);
    if (!done) return;
    setSeen(undefined);
    setFile(undefined);
    toast(t('networks.posemesh.env.done', { count: variables.length }));
  });
  const replaces = seen?.wallet?.replaces ?? null;
  return (
    <section aria-label={t('networks.posemesh.env.title')} className="space-y-3">
      <h3 className="font-semibold">{t('networks.posemesh.env.title')}</h3>
      <DropText onDrop={(given) => read(given)}>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="max-w-prose min-w-0 flex-1 basis-56 text-soft">{t('networks.posemesh.env.means')}</p>
          <Button icon={FileUp} busy={reading || choosing} onClick={() => choose()}>
            {t('networks.posemesh.env.choose')}
          </Button>
        </div>
      </DropText>
      <div role="status" className="space-y-3 empty:hidden">
        {tooLarge && (
          <Notice tone="warn" icon={TriangleAlert}>
            {t('networks.posemesh.env.tooLarge')}
          </Notice>
        )}
        {seen && file && <Seen seen={seen} name={file.name} />}
      </div>
      {seen && seen.problems.length === 0 && seen.variables.length > 0 && (
        <Button
          look="main"
          icon={Check}
          busy={taking}
          onClick={() => (replaces === null ? take(false) : setAsking(true))}
        >
          {t('networks.posemesh.env.take')}
        </Button>
      )}
      {asking && seen?.wallet && replaces !== null && (
        <ReplaceWallet
          before={replaces}
          next={seen.wallet.address}
          busy={taking}
          onConfirm={() => take(true)}
          onCancel={() => setAsking(false)}
        />
      )}
    </section>
  );
}

function Seen({ seen, name }: { seen: VariablesRead; name: string }) {
  const { t } = useText();
  const { variables, problems, notes } = seen;
  return (
    <>
      {problems.length > 0 && (
        <Notice tone="warn" icon={TriangleAlert}>
          <p className="font-medium">{t('networks.posemesh.env.wrong')}</p>
          <ul className="list-disc space-y-1 ps-5">
            {problems.map((problem) => (
              <li key={`${problem.code} ${String(problem.values?.name)}`}>
                <Reason reason={problem} />
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {variables.length > 0 ? (
        <Table
          caption={t('networks.posemesh.env.found', { file: quoted(name, 80) })}
          rows={variables}
          rowKey={(variable) => variable.name}
          columns={[
            {
              id: 'name',
              title: t('networks.posemesh.env.variable'),
              cell: (variable) => <span className="font-mono text-xs break-all">{variable.name}</span>,
            },
            {
              id: 'value',
              title: t('networks.posemesh.env.value'),
              cell: ({ value }) =>
                value === null ? (
                  <span className="text-soft">{t('networks.posemesh.env.secret')}</span>
                ) : (
                  <span className="break-all">
                    <Text value={value} most={200} />
                  </span>
                ),
            },
          ]}
        />
      ) : (
        problems.length === 0 && <p className="text-soft">{t('networks.posemesh.env.nothing')}</p>
      )}
      {notes.length > 0 && (
        <ul className="space-y-1 text-xs leading-4 text-soft">
          {notes.map((note) => (
            <li key={`${note.code} ${String(note.values?.name)}`}>
              <Reason reason={note} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
