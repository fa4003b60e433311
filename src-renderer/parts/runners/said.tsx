import { Check, TriangleAlert } from 'lucide-react';
import type { RunnerSaid, RunnerTrial } from '../../../src-preload/contract/runners.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { Notice } from '../../components/notice.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';

const SECOND = 1000;

/** What came of trying a runner: whether it did the sample job, what it left, what it said. */
export function Trial({ trial, now }: { trial: RunnerTrial; now: number }) {
  const { t, f } = useText();
  const { at, tookMs, failure, said, results, resultCount } = trial;
  return (
    <div className="space-y-2">
      <div role={failure ? 'alert' : 'status'}>
        <Notice tone={failure ? 'warn' : 'good'} icon={failure ? TriangleAlert : Check}>
          <p>
            {t(failure ? 'runners.failed' : 'runners.worked', {
              when: f.ago(at, now),
              seconds: f.number(tookMs / SECOND, 1),
            })}
          </p>
          {failure && (
            <p>
              <Reason reason={failure} />
            </p>
          )}
          {!failure && <p className="text-soft">{t('runners.left', { count: resultCount })}</p>}
        </Notice>
      </div>
      {results.length > 0 && (
        <Disclosure title={t('runners.results')}>
          <ul className="space-y-0.5 text-soft">
            {results.map(({ path, bytes }) => (
              <li key={path} className="break-words">
                <Text value={path} most={300} />, {f.bytes(bytes)}
              </li>
            ))}
            {resultCount > results.length && <li>{t('frame.more', { count: resultCount - results.length })}</li>}
          </ul>
        </Disclosure>
      )}
      <Disclosure title={t('runners.said')}>
        {said.length === 0 ? <p className="text-soft">{t('runners.saidNothing')}</p> : <Said said={said} />}
      </Disclosure>
    </div>
  );
}

/** Line by line, as it said it. */
export function Said({ said }: { said: readonly RunnerSaid[] }) {
  const { t } = useText();
  return (
    <ol className="space-y-0.5 rounded-md bg-sunken px-3 py-2 font-mono text-xs leading-5 empty:hidden">
      {said.map(({ kind, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines come at the end alone, and the same may come twice
        <li key={index} className="break-words">
          {kind !== 'log' && <span className="text-soft">{t(`runners.line.${kind}`)} </span>}
          <Text value={text} most={501} />
        </li>
      ))}
    </ol>
  );
}
