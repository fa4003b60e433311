import { CircleHelp, CircleOff, FlaskConical, Search } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useStore } from 'zustand/react';
import type { EarningsView, Sum } from '../../src-preload/contract/earnings.ts';
import { lacksNetwork, placeToJoin } from '../../src-preload/contract/switch.ts';
import { Amount } from '../components/amount.tsx';
import { Announcer } from '../components/announcer.tsx';
import { IconButton } from '../components/button.tsx';
import { Pill } from '../components/pill.tsx';
import { Switch } from '../components/switch.tsx';
import { Text } from '../components/text.tsx';
import { toneText } from '../components/tone.ts';
import { useText } from '../i18n/use-text.ts';
import { ariaKeys, isMac } from '../keys.ts';
import { areEstimates } from '../networks/lookup.ts';
import { EntriesLink } from '../parts/entries-link.tsx';
import { hrefOf } from '../places.ts';
import { switchOf, useSentence } from '../sentence.ts';
import { useSetting } from '../settings.ts';
import { share, sharingStore } from '../sharing.ts';
import { nodeSigns } from '../signs.ts';
import { availabilityStore } from '../stores/availability.ts';
import { connectionStore } from '../stores/connection.ts';
import { earningsStore } from '../stores/earnings.ts';
import { networksStore } from '../stores/networks.ts';
import { nodeStore } from '../stores/node.ts';
import { reachabilityStore } from '../stores/reachability.ts';
import { ofToday } from '../today.ts';
import { openPanel } from './panels.ts';
import { reachOf } from './reach.ts';
import { SharingActions } from './sharing-actions.tsx';
import { go } from './where.ts';

/** Am I sharing, what can I do about it now, who can find me, what did today bring: on every page, with the big switch. */
export function StatusBar() {
  const { t } = useText();
  const mac = isMac();
  return (
    <header className="z-10 flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line bg-panel px-4 py-2 roomy:sticky roomy:top-0 sm:px-6">
      <Sharing />
      <div className="max-sm:order-last max-sm:w-full">
        <SharingActions />
      </div>
      {/* In a line of its own, or as wide as it may get: the bar must not grow and shrink with the amounts of the day. */}
      <div className="flex min-w-0 shrink-0 items-center justify-end gap-x-3 max-sm:order-none sm:ms-auto sm:max-xl:w-full xl:max-2xl:w-72 2xl:w-[37rem]">
        <span className="contents max-sm:hidden">
          <Reach />
          <Today />
        </span>
        <div className="flex shrink-0 sm:gap-1">
          <IconButton
            label={t('frame.commands')}
            icon={Search}
            keys={ariaKeys('Mod+K', mac)}
            onClick={() => openPanel('palette')}
          />
          <IconButton label={t('frame.help')} icon={CircleHelp} keys="F1" onClick={() => openPanel('help')} />
        </div>
      </div>
    </header>
  );
}

function Sharing() {
  const { t } = useText();
  const helpId = useId();
  const node = useStore(nodeStore, ({ live }) => live?.value);
  const availability = useStore(availabilityStore, ({ live }) => live?.value);
  const setUp = useSetting('setup.done') ?? true;
  const sentence = useSentence();
  const connected = useStore(connectionStore, ({ connection }) => connection.state === 'open');
  const busy = useStore(sharingStore, (state) => state.busy);
  if (node === undefined) return <div className="h-9 flex-1" />;
  const { icon: Icon, tone } = nodeSigns[node.state];
  const { on, effect } = switchOf(node, availability);
  const turn = (wanted: boolean) => {
    // Sharing begins with a network.
    if (lacksNetwork(node)) go(placeToJoin(node, setUp));
    else void share(wanted);
  };
  return (
    <div className="flex min-w-0 flex-1 items-center gap-3 sm:basis-64">
      <div className="flex shrink-0 flex-col items-center">
        <Switch
          label={t('frame.sharing')}
          checked={on}
          effect={effect}
          busy={busy}
          disabled={!connected}
          describedBy={helpId}
          keys={ariaKeys('Mod+P', isMac())}
          onChange={turn}
        />
        {/* The switch says it to those who hear the page. */}
        <span aria-hidden="true" className="text-xs leading-4 text-soft">
          {t('frame.sharing')}
        </span>
      </div>
      <p id={helpId} className="sr-only">
        {t(on ? 'frame.sharingHelpOn' : 'frame.sharingHelpOff')}
      </p>
      {/* As high with a short sentence as with a long one: nothing below it moves with each task. */}
      <div className="flex min-w-0 flex-col items-start gap-y-0.5">
        <p className="flex min-w-0 items-center gap-2 font-medium min-h-10">
          <Icon aria-hidden="true" size={17} className={`shrink-0 ${toneText[tone]}`} />
          <Text value={sentence} most={120} />
        </p>
        {node.practice && (
          <span title={t('frame.practiceMeans')}>
            <Pill tone="good" icon={FlaskConical}>
              {t('frame.practice')}
            </Pill>
          </span>
        )}
      </div>
      <Announcer text={sentence} />
    </div>
  );
}

function Reach() {
  const { t } = useText();
  const networks = useStore(networksStore, ({ live }) => live?.value);
  const view = useStore(reachabilityStore, ({ live }) => live?.value);
  if (networks === undefined) return null;
  const sign = reachOf(networks, view);
  const Icon = sign?.icon ?? CircleOff;
  return (
    <a
      href={hrefOf('network')}
      aria-label={`${t('frame.reach')}: ${sign ? t(sign.word) : t('frame.noNetwork')}`}
      className="flex min-h-8 shrink-0 items-center gap-1.5 rounded whitespace-nowrap hover:underline"
    >
      <Icon aria-hidden="true" size={15} className={toneText[sign?.tone ?? 'neutral']} />
      {sign ? t(sign.word) : t('frame.noNetwork')}
    </a>
  );
}

/** More units than these have no room here; Earnings has them all. */
const MOST_UNITS = 2;

/** What is in hand, and behind it what is still on its way; each under its name, and leading to its entries. */
function Today() {
  const { t } = useText();
  const earnings = useStore(earningsStore, ({ live }) => live?.value);
  if (!earnings) return null;
  const { received, onItsWay } = earnings.standing.today;
  const inHand = received ?? [];
  // Beside what is in hand there is room for one.
  const coming = inHand.length > 0 ? onItsWay.slice(0, 1) : onItsWay;
  const areGuesses = areEstimates(coming.map(({ network }) => network));
  return (
    <div className="flex min-w-0 items-center gap-x-4">
      {inHand.length + coming.length === 0 && (
        <Named name={t('frame.today')}>
          <a href={hrefOf('earnings')} className={DOOR}>
            {t('frame.nothingToday')}
          </a>
        </Named>
      )}
      {inHand.length > 0 && (
        <Named name={t('frame.receivedToday')}>
          <Sums sums={inHand} state="received" earnings={earnings} />
        </Named>
      )}
      {coming.length > 0 && (
        // On a narrow screen what is in hand goes first.
        <span className={inHand.length > 0 ? 'max-2xl:hidden' : 'contents'}>
          <Named name={t(areGuesses ? 'frame.estimatedToday' : 'frame.comingToday')}>
            <Sums sums={coming} state="earned" earnings={earnings} />
          </Named>
        </span>
      )}
    </div>
  );
}

/** A figure under its name; beside it where the line has the whole width. */
function Named({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-center gap-x-2 whitespace-nowrap xl:flex-col xl:items-end">
      <span className="text-soft xl:text-xs xl:leading-4">{name}</span>
      {/* What has no room in the line is wrapped out of sight. */}
      <div className="flex max-h-8 min-w-0 flex-wrap items-center justify-end gap-x-2 overflow-hidden xl:max-h-6">
        {children}
      </div>
    </div>
  );
}

const DOOR = 'flex min-h-8 items-center rounded hover:underline xl:min-h-6';

interface SumsProps {
  readonly sums: readonly Sum[];
  readonly state: 'received' | 'earned';
  readonly earnings: EarningsView;
}

function Sums({ sums, state, earnings: { dayStart, through, settled } }: SumsProps) {
  return sums.slice(0, MOST_UNITS).map((sum, index) => {
    const { network, unit } = sum;
    return (
      <EntriesLink
        key={`${network} ${unit}`}
        filter={{ ...ofToday(dayStart), network, unit, state }}
        shown={{ sums: [sum], through, settled }}
        look={index === 0 ? DOOR : `${DOOR} xl:max-2xl:hidden`}
      >
        <Amount micro={sum.amountMicro} unit={unit} />
      </EntriesLink>
    );
  });
}
