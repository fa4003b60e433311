import { useDeferredValue, useState } from 'react';
import { useStore } from 'zustand/react';
import type { AboutView, BundledPackage } from '../../../src-preload/contract/about.ts';
import { useFilterKey } from '../../actions.ts';
import { useAnswer } from '../../asked.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Card } from '../../components/card.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { nodeStore } from '../../stores/node.ts';
import { packagesLike } from './packages.ts';

/** Which program this is, and whose work is in it. */
export function About() {
  const { t } = useText();
  const [about] = useAnswer('about.get', 0);
  const folder = useStore(nodeStore, ({ live }) => live?.value.dataFolder);
  if (about === undefined) return <Placeholder lines={6} />;
  const { node, electron, chromium } = about.runtime;
  const runtime = [
    ...(electron === null ? [] : [`Electron ${electron}`]),
    ...(chromium === null ? [] : [`Chromium ${chromium}`]),
    `Node ${node}`,
  ];
  return (
    <>
      <Card title="Hearth">
        <Facts>
          <Fact name={t('settings.version')}>{about.version}</Fact>
          <Fact name={t('settings.aboutLicence')}>{about.licence}</Fact>
          <Fact name={t('settings.aboutRuntime')}>{runtime.join(', ')}</Fact>
          <Fact name={t('settings.aboutPlatform')}>{about.platform}</Fact>
          {folder !== undefined && (
            <Fact name={t('settings.aboutFolder')}>
              <span className="break-all">
                <Text value={folder} most={300} />
              </span>
            </Fact>
          )}
        </Facts>
      </Card>
      <Packages about={about} />
    </>
  );
}

function Packages({ about: { packages } }: { about: AboutView }) {
  const { t } = useText();
  const [text, setText] = useState('');
  const search = useFilterKey('settings.packagesSearch', packages.length > 0);
  const [shown, setShown] = useState<{ name: string; text: string }>();
  const wanted = useDeferredValue(text);
  const [, open] = useBusy(async ({ name, version }: BundledPackage) => {
    const licence = await engine().ask('about.licence', { name, version });
    setShown({ name, text: licence.text });
  });
  const found = packagesLike(packages, wanted);
  return (
    <Card title={t('settings.packages')}>
      {packages.length === 0 ? (
        <p>{t('settings.packagesNone')}</p>
      ) : (
        <div className="space-y-3">
          <Field label={t('settings.packagesSearch')}>
            {(control) => <Input {...control} ref={search} type="search" most={100} value={text} onChange={setText} />}
          </Field>
          <p role="status" className="text-soft">
            {t('settings.packagesCount', { count: found.length })}
          </p>
          <Table
            caption={t('settings.packages')}
            rows={found}
            rowKey={({ name, version }) => `${name} ${version}`}
            columns={[
              {
                id: 'name',
                title: t('settings.packageName'),
                cell: (each) => (
                  <button
                    type="button"
                    onClick={() => open(each)}
                    className="min-h-8 cursor-pointer text-start break-all underline decoration-line underline-offset-4 hover:decoration-edge"
                  >
                    <Text value={each.name} most={120} />
                  </button>
                ),
              },
              { id: 'version', title: t('settings.packageVersion'), cell: ({ version }) => version },
              { id: 'licence', title: t('settings.packageLicence'), cell: ({ licence }) => licence },
            ]}
          />
        </div>
      )}
      {shown && (
        <Dialog title={t('settings.licenceOf', { name: quoted(shown.name, 80) })} onClose={() => setShown(undefined)}>
          <pre className="font-mono text-xs leading-4 break-words whitespace-pre-wrap">
            <bdi>{shown.text}</bdi>
          </pre>
        </Dialog>
      )}
    </Card>
  );
}
