import { CircleAlert, SearchCheck, ShieldCheck, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import { type AuditView, SHORTEST_FRAGMENT } from '../../../src-preload/contract/audit.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Field } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { Progress } from '../../components/progress.tsx';
import { Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { TextArea } from '../../components/text-area.tsx';
import { useText } from '../../i18n/use-text.ts';
import { availabilityStore } from '../../stores/availability.ts';
import { wordsIn } from './words.ts';

/** The claim that prompts leave no trace, put to the test on this disk. */
export function Audit() {
  const { t } = useText();
  const learned = useStore(availabilityStore, ({ live }) => live?.value.learned);
  const [text, setText] = useState('');
  const [view, setView] = useState<AuditView>();
  const { words, short } = wordsIn(text);
  const [busy, run] = useBusy(async () => {
    setView(await engine().ask('audit.run', { fragments: words, rehearse: true }));
  });
  return (
    <Card title={t('settings.audit')}>
      <div className="space-y-3">
        <p>{t('settings.auditMeans')}</p>
        {learned && !learned.empty && <p>{t('settings.auditLearned')}</p>}
        <Field
          label={t('settings.auditWords')}
          help={t('settings.auditWordsHelp')}
          error={short ? t('settings.passphraseShort', { least: SHORTEST_FRAGMENT }) : undefined}
        >
          {(control) => <TextArea {...control} rows={2} most={20_000} value={text} onChange={setText} />}
        </Field>
        <Button icon={SearchCheck} busy={busy || short} onClick={run}>
          {t('settings.auditRun')}
        </Button>
        <div role="status" className="space-y-3 empty:hidden">
          {busy && <Progress label={t('settings.auditRunning')} share={undefined} figure="" />}
          {!busy && view && <Result view={view} />}
        </div>
      </div>
    </Card>
  );
}

function Result({ view }: { view: AuditView }) {
  const { t, f, say } = useText();
  const { clean, found, looked, left, rehearsed, took } = view;
  const files = looked.reduce((sum, place) => sum + place.files, 0);
  const bytes = looked.reduce((sum, place) => sum + place.bytes, 0);
  const [tone, icon, verdict] = clean
    ? (['good', ShieldCheck, 'settings.auditClean'] as const)
    : found.length > 0
      ? (['bad', TriangleAlert, 'settings.auditDirty'] as const)
      : (['warn', CircleAlert, 'settings.auditUnsure'] as const);
  return (
    <>
      <Notice tone={tone} icon={icon}>
        <p className="font-medium">{t(verdict)}</p>
        <p>{t('settings.auditLooked', { count: files, size: f.bytes(bytes), span: f.span(took) })}</p>
        <p className="text-soft">
          <Text value={say(rehearsed.reason).message} most={300} />
        </p>
      </Notice>
      {found.length > 0 && (
        <Table
          caption={t('settings.auditFound')}
          rows={found}
          rowKey={({ file, offset, fragment }) => `${file} ${offset} ${fragment}`}
          columns={[
            { id: 'file', title: t('settings.auditFile'), cell: ({ file }) => <Text value={file} most={300} /> },
            {
              id: 'what',
              title: t('settings.auditWhat'),
              cell: ({ fragment }) => {
                if (fragment >= 0) return t('settings.auditWord', { line: fragment + 1 });
                return t(fragment === -2 ? 'settings.auditWallet' : 'settings.auditMarker');
              },
            },
          ]}
        />
      )}
      {left.length > 0 && (
        <Table
          caption={t('settings.auditLeft')}
          rows={left}
          rowKey={({ file }) => file}
          columns={[
            { id: 'file', title: t('settings.auditLeft'), cell: ({ file }) => <Text value={file} most={300} /> },
            { id: 'code', title: t('settings.auditWhat'), cell: ({ code }) => <Text value={code} most={40} /> },
          ]}
        />
      )}
      <Disclosure title={t('settings.auditWhere')}>
        <ul className="space-y-1 break-all">
          {looked.map(({ path, bytes: size }) => (
            <li key={path}>
              <Text value={path} most={300} /> <span className="text-soft">{f.bytes(size)}</span>
            </li>
          ))}
        </ul>
      </Disclosure>
    </>
  );
}
