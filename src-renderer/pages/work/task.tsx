import { ArrowLeft } from 'lucide-react';
import type { TaskView } from '../../../src-preload/contract/work.ts';
import { Amount } from '../../components/amount.tsx';
import { LinkButton } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Page } from '../../components/page.tsx';
import { Pill } from '../../components/pill.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { elapsed } from '../../format/time.ts';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { taskKind, taskSigns } from '../../signs.ts';

/** One task, as far as its provider may see it. The number comes from the address and may mean nothing. */
export function Task({ id, task, now }: { id: string; task: TaskView | undefined; now: number }) {
  const { t } = useText();
  return (
    <Page
      title={t('work.task', { id: quoted(id, 24) })}
      action={
        <LinkButton href={hrefOf('work')} icon={ArrowLeft}>
          {t('work.back')}
        </LinkButton>
      }
    >
      {task === undefined ? <p className="text-soft">{t('work.notHere')}</p> : <Details task={task} now={now} />}
    </Page>
  );
}

function Details({ task, now }: { task: TaskView; now: number }) {
  const { t, f } = useText();
  const sign = taskSigns[task.state];
  return (
    <Card
      title={taskKind(task.intent, t)}
      aside={
        <Pill tone={sign.tone} icon={sign.icon}>
          {t(sign.word)}
        </Pill>
      }
    >
      <Facts>
        <Fact name={t('work.network')}>
          <Text value={task.network} most={32} />
        </Fact>
        <Fact name={t('work.model')}>
          <Text value={task.model ?? t('words.noModel')} most={120} />
        </Fact>
        {task.backend !== null && (
          <Fact name={t('work.backend')}>
            <Text value={task.backend} most={120} />
          </Fact>
        )}
        <Fact name={t('work.sealed')}>{t(task.sealed ? 'words.yes' : 'words.no')}</Fact>
        <Fact name={t('work.started')}>{f.dateTime(task.startedAt)}</Fact>
        {task.finishedAt !== null && <Fact name={t('work.finished')}>{f.dateTime(task.finishedAt)}</Fact>}
        <Fact name={t('work.took')}>{elapsed(task.startedAt, task.finishedAt ?? now)}</Fact>
        <Fact name={t('work.tokensIn')}>{f.count(task.tokensIn)}</Fact>
        <Fact name={t('work.tokensOut')}>{f.count(task.tokensOut)}</Fact>
        {task.code !== null && (
          <Fact name={t('work.code')}>
            <Text value={task.code} most={64} />
          </Fact>
        )}
        <Fact name={t('work.earned')}>
          {task.earnedMicro === null ? t('words.noCredit') : <Amount micro={task.earnedMicro} unit={task.unit ?? ''} />}
        </Fact>
      </Facts>
      <p className="mt-3 text-xs leading-4 text-soft">{t('work.content')}</p>
    </Card>
  );
}
