import { Trash2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { RemovalView } from '../../src-preload/contract/removal.ts';
import { Text } from '../components/text.tsx';
import { useText } from '../i18n/use-text.ts';

/** The last page: what was kept or is still there, and that there is nothing more to do. */
export function Removed({ view: { items, remains } }: { view: RemovalView }) {
  const { t, say } = useText();
  const main = useRef<HTMLElement>(null);
  useEffect(() => main.current?.focus(), []);
  const kept = items.filter((item) => item.kept);
  const still = items.filter((item) => !item.kept);
  return (
    <main
      ref={main}
      tabIndex={-1}
      className="mx-auto mt-8 max-w-3xl space-y-4 rounded-lg border border-line bg-panel p-6 shadow-card outline-none sm:p-8"
    >
      <span className="grid size-11 place-items-center rounded-full bg-sunken text-soft">
        <Trash2 aria-hidden="true" size={20} />
      </span>
      <h1 className="text-xl leading-7 font-semibold tracking-tight">{t('settings.removed')}</h1>
      <p className="max-w-prose">{t('settings.removedClose')}</p>
      {items.length === 0 && <p>{t('settings.removedAll')}</p>}
      {still.length > 0 && <Paths title={t('settings.removedStill')} paths={still.map(({ path }) => path)} />}
      {kept.length > 0 && <Paths title={t('settings.removedKept')} paths={kept.map(({ path }) => path)} />}
      <section>
        <h2 className="font-semibold">{t('settings.removeRemains')}</h2>
        <ul className="list-disc ps-5">
          {remains.map(({ code, values, says }) => (
            <li key={code} className="[overflow-wrap:anywhere]">
              <Text value={say({ code, ...(values && { values }), message: says }).message} most={500} />
            </li>
          ))}
        </ul>
      </section>
    </main>
  );
}

function Paths({ title, paths }: { title: string; paths: readonly string[] }) {
  return (
    <section>
      <h2 className="font-semibold">{title}</h2>
      <ul className="break-all">
        {paths.map((path) => (
          <li key={path}>
            <Text value={path} most={300} />
          </li>
        ))}
      </ul>
    </section>
  );
}
