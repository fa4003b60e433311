import { CircleAlert, CircleCheck, Download, Eye } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { DiagnosticsPart, DiagnosticsView } from '../../../src-preload/contract/diagnostics.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Copy } from '../../components/copy.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Notice } from '../../components/notice.tsx';
import { Text } from '../../components/text.tsx';
import { saveText } from '../../files.ts';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { nodeStore } from '../../stores/node.ts';
import { toast } from '../../stores/toasts.ts';
import { SwitchRow } from './switch-row.tsx';

/** What a node can tell of itself: shown whole, then saved as it was shown. */
export function Diagnostics() {
  const { t } = useText();
  const [addresses, setAddresses] = useState(false);
  const [view, setView] = useState<DiagnosticsView>();
  const [busy, show] = useBusy(async () => setView(await engine().ask('diagnostics.get', { addresses })));
  return (
    <>
      <Card title={t('settings.section.diagnostics')}>
        <div className="space-y-3">
          <p>{t('settings.diagnosticsMeans')}</p>
          <SwitchRow
            label={t('settings.addresses')}
            help={t('settings.addressesHelp')}
            checked={addresses}
            onChange={async (on) => {
              setAddresses(on);
              // What is shown is what would be saved.
              setView(undefined);
            }}
          />
          <Button icon={Eye} busy={busy} onClick={show}>
            {t(view ? 'settings.showAgain' : 'settings.show')}
          </Button>
        </div>
      </Card>
      {view && <Bundle view={view} />}
    </>
  );
}

function Bundle({ view }: { view: DiagnosticsView }) {
  const { t, f } = useText();
  const version = useStore(nodeStore, ({ live }) => live?.value.version);
  const { at, fileName, codes, parts } = view;
  const report = parts.find(({ name }) => name === 'report');
  const save = () => {
    const texts = Object.fromEntries(parts.map((part) => [part.fileName, part.text]));
    saveText(fileName, `${JSON.stringify({ at, version, parts: texts }, null, 2)}\n`, 'application/json');
    toast(t('settings.saved', { file: quoted(fileName, 80) }));
  };
  return (
    <Card
      title={quoted(fileName, 80)}
      aside={
        <span className="flex items-center gap-1.5">
          {report && <Copy text={report.text} label={t('settings.copyReport')} />}
          <Button look="main" icon={Download} onClick={save}>
            {t('settings.saveBundle')}
          </Button>
        </span>
      }
    >
      <div className="space-y-3">
        <p className="text-soft">
          {t('settings.shownAt', {
            when: f.dateTime(at),
            size: f.bytes(parts.reduce((sum, { bytes }) => sum + bytes, 0)),
          })}
        </p>
        {codes.length === 0 ? (
          <Notice tone="good" icon={CircleCheck}>
            {t('settings.noCodes')}
          </Notice>
        ) : (
          <Notice tone="warn" icon={CircleAlert}>
            <p>{t('settings.codes')}</p>
            <ul className="font-mono text-xs">
              {codes.map((code) => (
                <li key={code}>
                  <Text value={code} most={80} />
                </li>
              ))}
            </ul>
          </Notice>
        )}
        {parts.map((part) => (
          <Part key={part.name} part={part} />
        ))}
      </div>
    </Card>
  );
}

/** Long ones are written when they are opened, not before. */
function Part({ part: { name, bytes, text } }: { part: DiagnosticsPart }) {
  const { t, f } = useText();
  const [open, setOpen] = useState(false);
  return (
    <Disclosure title={`${t(`settings.part.${name}`)}, ${f.bytes(bytes)}`} onToggle={setOpen}>
      {open && (
        <pre className="rounded-md bg-sunken p-3 font-mono text-xs leading-4 break-words whitespace-pre-wrap">
          <bdi>{text}</bdi>
        </pre>
      )}
    </Disclosure>
  );
}
