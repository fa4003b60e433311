import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { Progress } from '../../components/progress.tsx';
import { Select } from '../../components/select.tsx';
import { saveText } from '../../files.ts';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { toast } from '../../stores/toasts.ts';

export interface ExportProps {
  /** What the page shows, as one of the choices. */
  readonly span: { readonly from: number; readonly to: number; readonly words: string } | undefined;
  readonly now: number;
  readonly onClose: () => void;
}

const YEARS = 4;
type Format = 'csv' | 'json';

/** Which entries, as what; then the parts are fetched one by one and given to the user as one file. */
export function ExportDialog({ span, now, onClose }: ExportProps) {
  const { t } = useText();
  const thisYear = new Date(now).getFullYear();
  const [what, setWhat] = useState(String(thisYear));
  const [format, setFormat] = useState<Format>('csv');
  const [rows, setRows] = useState<number>();
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    return () => {
      open.current = false;
    };
  }, []);
  const years = Array.from({ length: YEARS }, (_, back) => thisYear - back);
  const [busy, save] = useBusy(async () => {
    const range =
      what === 'all' ? {} : what === 'shown' && span ? { from: span.from, to: span.to } : { year: Number(what) };
    const parts: string[] = [];
    let count = 0;
    let after: string | undefined;
    let name = '';
    let type = '';
    setRows(0);
    do {
      const part = await engine().ask('earnings.export', { ...range, format, ...(after !== undefined && { after }) });
      // Closing it calls it off.
      if (!open.current) return;
      parts.push(part.text);
      count += part.rows;
      name = part.fileName;
      type = part.mediaType;
      after = part.next ?? undefined;
      setRows(count);
    } while (after !== undefined);
    saveText(name, parts.join(''), type);
    toast(t('earnings.export.done', { count, file: quoted(name, 80) }));
    onClose();
  });
  return (
    <Dialog
      title={t('earnings.export.title')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('frame.cancel')}</Button>
          <Button look="main" icon={Download} busy={busy} onClick={save}>
            {t('earnings.export.save')}
          </Button>
        </>
      }
    >
      <Field label={t('earnings.export.what')}>
        {(control) => (
          <Select
            {...control}
            value={what}
            options={[
              ...years.map((year) => ({
                value: String(year),
                title: t('earnings.export.year', { year: String(year) }),
              })),
              ...(span ? [{ value: 'shown', title: t('earnings.export.shown', { span: span.words }) }] : []),
              { value: 'all', title: t('earnings.export.all') },
            ]}
            onChange={setWhat}
          />
        )}
      </Field>
      <Field label={t('earnings.export.format')} help={t('earnings.export.help')}>
        {(control) => (
          <Select
            {...control}
            value={format}
            options={[
              { value: 'csv', title: t('earnings.export.csv') },
              { value: 'json', title: t('earnings.export.json') },
            ]}
            onChange={setFormat}
          />
        )}
      </Field>
      {busy && rows !== undefined && (
        <Progress
          label={t('earnings.export.progress')}
          share={undefined}
          figure={t('earnings.export.rows', { count: rows })}
        />
      )}
    </Dialog>
  );
}
