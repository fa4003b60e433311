import { ArrowLeft, FileQuestion } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand/react';
import type { TaskDetail, WorkView } from '../../../src-preload/contract/work.ts';
import { engine } from '../../bridge/index.ts';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { useNow } from '../../components/now.ts';
import { Page } from '../../components/page.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { quoted } from '../../format/text.ts';
import { go } from '../../frame/where.ts';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { earningsStore } from '../../stores/earnings.ts';
import { Details } from './details.tsx';
import { left } from './tasks.ts';

/** One task, as far as its provider may see it. The number comes from the address and may mean nothing. */
export function Task({ id, work }: { id: number; work: WorkView | undefined }) {
  const { t } = useText();
  const now = useNow();
  const runs = work?.live.some((task) => task.id === id);
  const settled = useStore(earningsStore, ({ live }) => live?.value.settled);
  const [detail, setDetail] = useState<TaskDetail | null>();
  const waits = detail?.entries.some(({ claim }) => claim !== null && claim.settledAt === null) === true;
  const since = waits ? settled : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when it ends, and when something is settled while it waits
  useEffect(() => {
    let on = true;
    void engine()
      .ask('work.detail', { id })
      .then((told) => on && setDetail(told), reportFailure);
    return () => {
      on = false;
    };
  }, [id, runs, since]);
  useEffect(() => {
    left.task = id;
  }, [id]);
  useEscape();
  return (
    <Page
      title={t('work.detail.title', { id: quoted(String(id), 24) })}
      action={
        <LinkButton href={hrefOf('work', left.detail === '' ? undefined : left.detail)} icon={ArrowLeft}>
          {t('work.detail.back')}
        </LinkButton>
      }
    >
      {detail === undefined && <Placeholder lines={8} />}
      {detail === null && (
        <Card title={t('work.detail.what')}>
          <Empty icon={FileQuestion} title={t('work.detail.notHere')}>
            {t('work.detail.notHereWhy')}
          </Empty>
        </Card>
      )}
      {detail && <Details detail={detail} now={now} />}
    </Page>
  );
}

/** Back to the list, unless something lies over the page. */
function useEscape(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]')) return;
      go('work', left.detail === '' ? undefined : left.detail);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
