import { useState } from 'react';
import type { ReachStep, ReachStepCode } from '../../../src-preload/contract/reachability.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { Text } from '../../components/text.tsx';
import type { Key } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';

/** What fits a look; the report has all. */
const MOST_STEPS = 60;

const words: Record<ReachStepCode, Key> = {
  'stun.seen': 'reach.step.stunSeen',
  'ipv6.addresses': 'reach.step.ipv6Addresses',
  'ipv6.none': 'reach.step.ipv6None',
  'ipv6.no-route': 'reach.step.ipv6NoRoute',
  'ipv6.not-bound': 'reach.step.ipv6NotBound',
  'ipv6.not-out': 'reach.step.ipv6NotOut',
  'ipv6.usable': 'reach.step.ipv6Usable',
  'ipv6.out': 'reach.step.ipv6Out',
  'carrier.range': 'reach.step.carrierRange',
  'carrier.ds-lite': 'reach.step.carrierDsLite',
  'carrier.named': 'reach.step.carrierNamed',
  'nat.private-outside': 'reach.step.natPrivateOutside',
  'nat.no-address': 'reach.step.natNoAddress',
  'nat.other-outside': 'reach.step.natOtherOutside',
  'nat.none': 'reach.step.natNone',
  'way.chosen': 'reach.step.wayChosen',
  'router.network-changed': 'reach.step.routerNetworkChanged',
  'router.resumed': 'reach.step.routerResumed',
  'router.searching': 'reach.step.routerSearching',
  'router.way-answered': 'reach.step.routerWayAnswered',
  'router.way-failed': 'reach.step.routerWayFailed',
  'router.nobody-answered': 'reach.step.routerNobodyAnswered',
  'router.asked': 'reach.step.routerAsked',
  'router.granted': 'reach.step.routerGranted',
  'router.renewed': 'reach.step.routerRenewed',
  'router.moved': 'reach.step.routerMoved',
  'router.failed': 'reach.step.routerFailed',
  'router.withdrawn': 'reach.step.routerWithdrawn',
  'router.removed': 'reach.step.routerRemoved',
  'router.left-behind': 'reach.step.routerLeftBehind',
  'router.router-restarted': 'reach.step.routerRouterRestarted',
  'router.announced': 'reach.step.routerAnnounced',
  'router.outside-reached': 'reach.step.routerOutsideReached',
  'router.outside-failed': 'reach.step.routerOutsideFailed',
  'router.switched-off': 'reach.step.routerSwitchedOff',
  'router.switched-on': 'reach.step.routerSwitchedOn',
  'router.stopped': 'reach.step.routerStopped',
};

/** What a fact is about; one that has no word here keeps its name. */
const facts: Readonly<Record<string, Key>> = {
  port: 'reach.fact.port',
  family: 'reach.fact.family',
  way: 'reach.fact.way',
  asked: 'reach.fact.asked',
  kind: 'reach.fact.kind',
  reason: 'reach.fact.reason',
  raw: 'reach.fact.raw',
  tookMs: 'reach.fact.tookMs',
  seconds: 'reach.fact.seconds',
  address: 'reach.fact.address',
  router: 'reach.fact.router',
  sleptMs: 'reach.fact.sleptMs',
  phase: 'reach.fact.phase',
  count: 'reach.fact.count',
  v4: 'reach.fact.v4',
  v6: 'reach.fact.v6',
  nat: 'reach.fact.nat',
  tier: 'reach.fact.tier',
  proven: 'reach.fact.proven',
};

/** `way=pcp port=9484` as `by pcp, port 9484`. */
export function factWords(text: string, t: (key: Key) => string): string {
  const pairs = text.split(' ').filter((pair) => pair !== '');
  return pairs
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return `${facts[name] === undefined ? name : t(facts[name])} ${value.join('=')}`.trim();
    })
    .join(', ');
}

/** What was done and found, newest first; asked for when it is opened. */
export function Steps() {
  const { t, f } = useText();
  const [steps, setSteps] = useState<readonly ReachStep[] | undefined>();
  const [, load] = useBusy(async () => setSteps(await engine().ask('reachability.log', undefined)));
  return (
    <Disclosure title={t('reach.steps')} onToggle={(open) => open && load()}>
      {steps === undefined ? (
        <Placeholder lines={3} />
      ) : steps.length === 0 ? (
        <p className="text-soft">{t('reach.noSteps')}</p>
      ) : (
        <ol className="space-y-1 text-xs leading-4">
          {steps.slice(0, MOST_STEPS).map((step) => (
            <li key={`${step.at}-${step.code}-${step.facts}`} className="flex flex-wrap gap-x-2">
              <time className="text-soft tabular-nums">{f.dateTime(step.at)}</time>
              <span>{t(words[step.code])}</span>
              {step.facts !== '' && (
                <span className="text-soft">
                  <Text value={factWords(step.facts, t)} most={240} />
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
    </Disclosure>
  );
}
