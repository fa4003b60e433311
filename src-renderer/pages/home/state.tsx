import type { ReactNode } from 'react';
import type { Reason as ReasonView } from '../../../src-preload/contract/define.ts';
import type { NodeView } from '../../../src-preload/contract/node.ts';
import { Text } from '../../components/text.tsx';
import { toneText, toneTint } from '../../components/tone.ts';
import type { Translate } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { nodeSigns } from '../../signs.ts';

export interface StateProps {
  readonly node: NodeView;
  readonly sentence: string;
  /** Why it is so, in the words of the page. */
  readonly reason: ReasonView | null;
  /** What can be done about it. */
  readonly action: ReactNode;
}

/** Am I sharing, and if not, why: the first thing on the page. */
export function State({ node, sentence, reason, action }: StateProps) {
  const { t } = useText();
  const { tone, icon: Icon } = nodeSigns[node.state];
  return (
    <section aria-label={t('home.state')} className="rounded-lg border border-line bg-panel p-4 shadow-card sm:p-6">
      <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-4">
        <div className="flex min-w-0 flex-1 basis-64 items-start gap-4">
          <span
            className={`mt-0.5 grid size-11 shrink-0 max-sm:mt-1.5 place-items-center rounded-full forced-colors:border ${toneText[tone]} ${toneTint[tone]}`}
          >
            <Icon aria-hidden="true" size={22} />
          </span>
          <div className="min-w-0">
            <h1 className="text-xl leading-7 font-semibold tracking-tight max-sm:flex max-sm:min-h-14 max-sm:items-center sm:text-2xl sm:leading-8">
              <Text value={sentence} />
            </h1>
            {hasSlots(node) && <Slots working={node.working} slots={node.slots} />}
            <p className="mt-2 max-w-prose text-soft max-sm:min-h-10">
              {reason ? <Why reason={reason} /> : slotWords(node, t)}
            </p>
          </div>
        </div>
        {action}
      </div>
    </section>
  );
}

function Why({ reason: { message, action } }: { reason: ReasonView }) {
  return (
    <>
      <Text value={message} most={400} />{' '}
      {action !== undefined && (
        <span className="font-medium text-ink">
          <Text value={action} most={400} />
        </span>
      )}
    </>
  );
}

const MOST_MARKS = 16;

/** With work and without, so that what stands below it stays in its place. */
function hasSlots({ state, working, slots, reason }: NodeView): boolean {
  // A reason beside "ready" says that no work will come.
  const isOpen = state === 'working' || (state === 'ready' && reason === null);
  return slots <= MOST_MARKS && (working > 0 || (slots > 0 && isOpen));
}

function slotWords({ sharing, working, slots }: NodeView, t: Translate): string {
  if (!sharing) return t('home.noNewTasks');
  if (slots === 0) return t('home.noTaskNow');
  if (working === 0) return t('home.upTo', { count: slots });
  return working < slots ? t('home.room', { count: slots - working }) : t('home.full');
}

/** One mark for each task that could run, filled while one does. The sentence says the same. */
function Slots({ working, slots }: { working: number; slots: number }) {
  return (
    <div aria-hidden="true" className="mt-2 flex flex-wrap gap-1.5">
      {Array.from({ length: Math.max(slots, Math.min(working, MOST_MARKS)) }, (_, slot) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a slot is its place
          key={slot}
          className={`h-1.5 w-7 rounded-full forced-colors:border ${slot < working ? 'bg-accent forced-colors:bg-[Highlight]' : 'bg-line'}`}
        />
      ))}
    </div>
  );
}
