import { useId } from 'react';
import type { NodeView } from '../../../src-preload/contract/node.ts';
import { Reason } from '../../components/reason.tsx';
import { Switch } from '../../components/switch.tsx';
import { Text } from '../../components/text.tsx';
import { toneText, toneTint } from '../../components/tone.ts';
import { nodeSigns } from './words.ts';

export interface StateProps {
  readonly node: NodeView;
  readonly busy: boolean;
  readonly connected: boolean;
  readonly onShare: (sharing: boolean) => void;
}

/** Am I sharing, and if not, why: the first thing on the page. */
export function State({ node, busy, connected, onShare }: StateProps) {
  const helpId = useId();
  const { tone, icon: Icon } = nodeSigns[node.state];
  return (
    <section aria-label="State" className="rounded-lg border border-line bg-panel p-4 shadow-card sm:p-6">
      <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-5">
        <div className="flex min-w-0 flex-1 basis-64 items-start gap-4">
          <span
            className={`mt-0.5 grid size-11 shrink-0 place-items-center rounded-full forced-colors:border ${toneText[tone]} ${toneTint[tone]}`}
          >
            <Icon aria-hidden="true" size={22} />
          </span>
          <div className="min-w-0">
            <h1 className="text-xl leading-7 font-semibold tracking-tight sm:text-2xl sm:leading-8">
              <Text value={node.sentence} />
            </h1>
            <p className="mt-1 max-w-prose text-soft">
              {node.reason ? <Reason reason={node.reason} /> : slotWords(node)}
            </p>
            {node.working > 0 && node.slots <= 16 && <Slots working={node.working} slots={node.slots} />}
          </div>
        </div>
        <div className="flex items-center gap-4">
          <div className="text-right">
            <p className="font-semibold">{node.sharing ? 'Sharing is on' : 'Sharing is off'}</p>
            <p id={helpId} className="max-w-44 text-xs leading-4 text-balance text-soft">
              {node.sharing ? 'Off: no new tasks, running ones finish' : 'On: tasks are taken again'}
            </p>
          </div>
          <Switch
            label="Sharing"
            checked={node.sharing}
            busy={busy}
            disabled={!connected}
            describedBy={helpId}
            onChange={onShare}
          />
        </div>
      </div>
    </section>
  );
}

function slotWords({ sharing, working, slots }: NodeView): string {
  if (!sharing) return 'No new tasks are taken.';
  if (slots === 0) return 'No task can run now.';
  if (working === 0) return slots === 1 ? 'One task can run at a time.' : `Up to ${slots} tasks can run at once.`;
  return working < slots ? `Room for ${slots - working} more.` : 'Every place is taken.';
}

/** One mark for each task that could run, filled while one does. The sentence says the same. */
function Slots({ working, slots }: { working: number; slots: number }) {
  return (
    <div aria-hidden="true" className="mt-3 flex flex-wrap gap-1.5">
      {Array.from({ length: Math.max(slots, Math.min(working, 16)) }, (_, slot) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a slot is its place
          key={slot}
          className={`h-1.5 w-7 rounded-full forced-colors:border ${slot < working ? 'bg-accent forced-colors:bg-[Highlight]' : 'bg-line'}`}
        />
      ))}
    </div>
  );
}
