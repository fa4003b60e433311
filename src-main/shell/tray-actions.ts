// What can be done outside the window, by the same requests as in it.

import { plain } from '../../src-i18n/tongue.ts';
import type { ReleaseView } from '../../src-preload/contract/availability.ts';
import type { DiagnosticsView } from '../../src-preload/contract/diagnostics.ts';
import type { RequestName } from '../../src-preload/contract/names.ts';
import { assertNever } from '../base/errors.ts';
import { type Dispatch, IN_FRONT } from '../faces/dispatch.ts';
import type { TrayDeed } from './tray/menu.ts';
import { amountsOf } from './words/figures.ts';
import type { Notice, Words } from './words/words.ts';

export interface TrayActionDeps {
  /** Undefined before there is a node. */
  readonly dispatch: () => Dispatch | undefined;
  readonly words: () => Words;
  readonly open: (place: string | undefined) => void;
  readonly quit: () => void;
  /** Puts a text into the clipboard. */
  readonly copy: (text: string) => void;
  readonly tell: (notice: Notice) => void;
  /** Whether the user looks at the window, which tells of it too. */
  readonly seen: () => boolean;
}

export function createTrayActions(deps: TrayActionDeps): (deed: TrayDeed) => void {
  const ask = async (name: RequestName, input: unknown): Promise<unknown> => {
    const reply = await deps.dispatch()?.(name, input, IN_FRONT);
    if (reply === undefined || reply.ok) return reply?.value;
    deps.tell({ title: 'Hearth', body: plain(reply.failure.message, 240) });
    return undefined;
  };

  async function release(): Promise<void> {
    const done = (await ask('availability.release', undefined)) as ReleaseView | undefined;
    if (done && !deps.seen()) deps.tell(releasedNotice(done, deps.words()));
  }

  async function copyReport(): Promise<void> {
    const report = (await ask('diagnostics.get', { addresses: false })) as DiagnosticsView | undefined;
    if (report === undefined) return;
    deps.copy(report.parts.map(({ fileName, text }) => `== ${fileName}\n${text}\n`).join('\n'));
    deps.tell(deps.words().notices.copied);
  }

  return (deed) => {
    switch (deed.kind) {
      case 'open':
        return deps.open(deed.place);
      case 'share':
        return void ask(deed.on ? 'node.resume' : 'node.pause', undefined);
      case 'pause':
        return void ask('availability.pause', { for: deed.for });
      case 'release':
        return void release();
      case 'quiet':
        return void ask('settings.set', { path: 'availability.quiet', value: deed.on });
      case 'test-reachability':
        // The page shows each link of the chain as it is tried.
        deps.open('#/network');
        return void ask('reachability.test', undefined);
      case 'copy':
        return deps.copy(deed.text);
      case 'copy-report':
        return void copyReport();
      case 'quit':
        return deps.quit();
      default:
        return assertNever(deed);
    }
  };
}

/** What was given back, measured; and what was not, with the first reason. */
export function releasedNotice({ unloaded, kept, vram, tookMs, leases }: ReleaseView, words: Words): Notice {
  const freed = vram && vram.freedBytes > 0 ? Math.round(vram.freedBytes / 1e8) / 10 : undefined;
  const refunds = new Map<string, number>();
  for (const { refund } of leases) {
    if (refund) refunds.set(refund.unit, (refunds.get(refund.unit) ?? 0) + refund.amountMicro);
  }
  const sums = [...refunds].map(([unit, amountMicro]) => ({ unit, amountMicro }));
  const refund = sums.length > 0 ? amountsOf(sums, words) : undefined;
  const notice = words.notices.released(unloaded.length, freed, Math.round(tookMs / 100) / 10, leases.length, refund);
  const [first] = kept;
  if (first === undefined) return notice;
  const why = `${plain(first.model, 60)}: ${plain(first.reason.message, 160)}`;
  return { title: words.notices.notReleased, body: `${why} ${notice.body}` };
}
