// The tray's menu as data, from the slices that the pages show. Pure: its test is a table. Twelve rows at most, lines between
// them not counted, so that it fits on a small screen and can be heard through.

import { plain } from '../../../src-i18n/tongue.ts';
import { PauseFor } from '../../../src-preload/contract/availability.ts';
import { isSwitchedOn, lacksNetwork, placeToJoin, wantsToShare } from '../../../src-preload/contract/switch.ts';
import { type Slices, settingIn } from '../follow.ts';
import { amountsOf } from '../words/figures.ts';
import type { Words } from '../words/words.ts';
import { SIGNS, shapeOf } from './shape.ts';

/** What choosing a row does. */
export type TrayDeed =
  | { readonly kind: 'open'; readonly place?: string }
  | { readonly kind: 'share'; readonly on: boolean }
  | { readonly kind: 'pause'; readonly for: PauseFor }
  | { readonly kind: 'release' }
  | { readonly kind: 'quiet'; readonly on: boolean }
  | { readonly kind: 'test-reachability' }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'copy-report' }
  | { readonly kind: 'quit' };

export type TrayRow =
  | { readonly kind: 'line' }
  | {
      readonly kind: 'row';
      readonly label: string;
      readonly deed?: TrayDeed;
      readonly enabled: boolean;
      /** Left out where it is no switch. */
      readonly checked?: boolean;
      /** Shown beside it; it works everywhere, see release-keys.ts. */
      readonly keys?: string;
      readonly below?: readonly TrayRow[];
    };

/** The state's sentence: the first thing in the menu, and what is read when the pointer rests on the icon. */
export function sentenceOf(slices: Slices, words: Words, now: number): string {
  const { node } = slices;
  return node === undefined ? words.tray.starting : words.sentence(node, now);
}

export function trayMenu(slices: Slices, words: Words, now: number): readonly TrayRow[] {
  const { node, earnings } = slices;
  const sign = SIGNS[shapeOf(node?.state)];
  const { received, onItsWay } = earnings?.standing.today ?? {};
  const [inHand, coming] = [amountsOf(received ?? [], words), amountsOf(onItsWay ?? [], words)];
  const first = [
    `${sign} ${sentenceOf(slices, words, now)}`,
    ...(inHand ? [words.tray.today(inHand)] : []),
    ...(coming ? [words.tray.onItsWay(coming)] : []),
  ];
  return [
    row(first.join(' · '), { kind: 'open' }),
    LINE,
    ...sharing(slices, words),
    ...quiet(slices, words),
    row(words.tray.open, { kind: 'open' }),
    ...update(slices, words),
    ...addresses(slices, words).slice(0, 1),
    ...diagnostics(slices, words),
    LINE,
    row(words.tray.quit, { kind: 'quit' }),
  ];
}

function sharing(slices: Slices, words: Words): TrayRow[] {
  const { node, availability } = slices;
  if (node === undefined || availability === undefined) return [];
  const { tray } = words;
  const on = isSwitchedOn(node, availability);
  const stopping = availability.answer.bound === 'draining';
  const pauses = PauseFor.options.map((each) => row(tray.pauses[each], { kind: 'pause', for: each }));
  const turn: TrayDeed = lacksNetwork(node)
    ? { kind: 'open', place: `#/${placeToJoin(node, settingIn(slices, 'setup.done') ?? true)}` }
    : { kind: 'share', on: !on };
  const keys = settingIn(slices, 'desktop.releaseKeys');
  return [
    { ...row(tray.sharing, turn, !stopping), checked: on },
    { kind: 'row', label: tray.pauseFor, enabled: !stopping, below: pauses },
    wantsToShare(node, availability) || stopping
      ? row(tray.finishThenPause, { kind: 'pause', for: 'resumed' }, !stopping && node.working + node.jobs > 0)
      : row(tray.resume, { kind: 'share', on: true }),
    { ...row(tray.release, { kind: 'release' }, !stopping), ...(keys ? { keys } : {}) },
    LINE,
  ];
}

function quiet({ availability }: Slices, { tray }: Words): TrayRow[] {
  if (availability === undefined) return [];
  const { quiet: on, answer } = availability;
  return [{ ...row(tray.quiet, { kind: 'quiet', on: !on }, answer.bound !== 'draining'), checked: on }];
}

/** Of the networks that are joined. */
function addresses({ networks }: Slices, { tray }: Words): TrayRow[] {
  return (networks ?? []).flatMap(({ enabled, nodeId }) =>
    enabled && nodeId !== null ? [row(tray.copyAddress(shortId(nodeId)), { kind: 'copy', text: nodeId })] : [],
  );
}

/** What a helper asks for first. With several networks the other addresses are here too. */
function diagnostics(slices: Slices, words: Words): TrayRow[] {
  if (slices.node === undefined) return [];
  const { tray } = words;
  const below = [
    row(tray.testReachability, { kind: 'test-reachability' }),
    row(tray.copyReport, { kind: 'copy-report' }),
    ...addresses(slices, words).slice(1),
  ];
  return [{ kind: 'row', label: tray.diagnostics, enabled: true, below }];
}

/** Enough of it to know it again. */
function shortId(nodeId: string): string {
  const shown = plain(nodeId, 80);
  return shown.length <= 16 ? shown : `${shown.slice(0, 8)}…${shown.slice(-4)}`;
}

const NEWS = new Set(['available', 'downloaded', 'waiting']);

function update({ desktop }: Slices, words: Words): TrayRow[] {
  const { state, version } = desktop?.updates ?? {};
  if (state === undefined || version == null || !NEWS.has(state)) return [];
  return [row(words.tray.install(plain(version, 24)), { kind: 'open', place: '#/settings/updates' })];
}

const LINE = { kind: 'line' } as const;

function row(label: string, deed: TrayDeed, enabled = true): Extract<TrayRow, { kind: 'row' }> {
  return { kind: 'row', label, deed, enabled };
}
