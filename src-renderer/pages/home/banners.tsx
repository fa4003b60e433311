import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Reason as ReasonView } from '../../../src-preload/contract/define.ts';
import { LinkButton } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { UseRelays } from '../../parts/inbound/relays.tsx';
import { hrefOf } from '../../places.ts';
import { type Banner, nameOf } from './banner.ts';
import { causeWords, FixButton, type OnFix } from './causes.tsx';

const errandPlaces = {
  unsaved: hrefOf('settings', 'identity'),
  unfinished: hrefOf('setup'),
  unproven: hrefOf('settings', 'identity'),
  outdated: hrefOf('settings', 'identity'),
} as const;

/** What needs the user, each with what can be done about it. */
export function Banners({ banners, onFix }: { banners: readonly Banner[]; onFix: OnFix }) {
  const { t } = useText();
  if (banners.length === 0) return null;
  return (
    <section aria-label={t('home.needsYou')} className="space-y-2">
      {banners.map((banner) => (
        <Line key={nameOf(banner)} banner={banner} onFix={onFix} />
      ))}
    </section>
  );
}

function Line({ banner, onFix }: { banner: Banner; onFix: OnFix }) {
  const speech = useText();
  const { t } = speech;
  if ('unreached' in banner) return <Unreached reason={banner.unreached} />;
  if ('errand' in banner) {
    return (
      <Shown action={<LinkButton href={errandPlaces[banner.errand]}>{t(`home.run.${banner.errand}`)}</LinkButton>}>
        {t(`home.errand.${banner.errand}`)}
      </Shown>
    );
  }
  if ('money' in banner) {
    return (
      <Shown action={<LinkButton href={hrefOf('earnings', 'wallet')}>{t('home.toWallet')}</LinkButton>}>
        {/* What can be done stands in the wallet, as buttons. */}
        <Text value={speech.say(banner.money.reason).message} most={400} />
      </Shown>
    );
  }
  if ('warning' in banner) {
    return (
      <Shown action={<LinkButton href={hrefOf('capacity')}>{t('idle.toCapacity')}</LinkButton>}>
        <Reason reason={banner.warning} />
      </Shown>
    );
  }
  const { cause } = banner;
  return (
    <Shown action={cause.fix && <FixButton fix={cause.fix} at={cause.at} onFix={onFix} />}>
      {causeWords(cause, speech)}
    </Shown>
  );
}

/** The router itself lets nothing in, as against a provider or a line that don't. */
const OF_ROUTER =
  /^reachability\.(?:not-found|not-authorized|no-resources|conflict|permanent-only|same-port-only|other-dialect|bad-request|malformed)$/;
/** No relay helps where there is nothing to come by. */
const NO_RELAY: ReadonlySet<string> = new Set(['reachability.offline', 'reachability.no-gateway']);

/** What it comes to in a few words, the rest one click behind. */
function Unreached({ reason }: { reason: ReasonView }) {
  const { t } = useText();
  const how = <LinkButton href={hrefOf('network', 'router')}>{t('home.showHow')}</LinkButton>;
  if (NO_RELAY.has(reason.code)) {
    return (
      <Shown action={<LinkButton href={hrefOf('network', 'internet')}>{t('idle.toNetwork')}</LinkButton>}>
        <Reason reason={reason} />
      </Shown>
    );
  }
  return (
    <Shown
      action={
        <span className="flex flex-wrap gap-2">
          <UseRelays />
          {how}
        </span>
      }
    >
      {OF_ROUTER.test(reason.code) ? t('home.routerBlocks') : <Reason reason={reason} />}
    </Shown>
  );
}

function Shown({ action, children }: { action: ReactNode; children: ReactNode }) {
  return (
    <Notice tone="warn" icon={TriangleAlert} action={action}>
      {children}
    </Notice>
  );
}
