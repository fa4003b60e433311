import type { ClaimSum, NetworkAccount } from '../../../src-preload/contract/earnings.ts';
import { useAnswer } from '../../asked.ts';
import { Amount } from '../../components/amount.tsx';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { useNow } from '../../components/now.ts';
import { Reason } from '../../components/reason.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { useNetworkTitle } from '../../networks/titles.ts';
import { claimWhy } from '../../parts/claim.ts';
import { amountWords } from './words.ts';

/** The directory is not ours: no more often than this, as long as the page is open. */
const EVERY_MS = 20_000;

/** The network's own books held against ours: what was received, what is on its way, and why they differ. */
export function Accounts() {
  const [accounts] = useAnswer('earnings.accounts', Math.floor(useNow(EVERY_MS) / EVERY_MS));
  return accounts?.map((account) => <Account key={account.network} account={account} several={accounts.length > 1} />);
}

function Account({ account, several }: { account: NetworkAccount; several: boolean }) {
  const { t, f } = useText();
  const title = useNetworkTitle();
  const { network, unit, claims, theirs, failure, trouble, differenceMicro, receivedMicro } = account;
  const Claiming = pagesOf(network)?.account?.Claiming;
  const amount = (micro: number) => <Amount exact micro={micro} unit={unit} />;
  const of = (...states: ClaimSum['state'][]) => claims.filter(({ state }) => states.includes(state));
  const count = (sums: readonly ClaimSum[]) => sums.reduce((all, one) => all + one.count, 0);
  const claimed = (sums: readonly ClaimSum[]) => sums.reduce((all, { claimedMicro }) => all + claimedMicro, 0);
  const open = of('waiting', 'unclear');
  const failed = of('failed');
  return (
    <Card
      title={
        several ? t('earnings.account.titleOf', { network: quoted(title(network), 48) }) : t('earnings.account.title')
      }
    >
      <Facts>
        <Fact name={t('earnings.account.received')}>{amount(receivedMicro)}</Fact>
        {theirs?.earnedMicro != null && <Fact name={t('earnings.account.given')}>{amount(theirs.earnedMicro)}</Fact>}
        {theirs && <Fact name={t('earnings.account.balance')}>{amount(theirs.balanceMicro)}</Fact>}
        {count(open) > 0 && (
          <Fact name={t('earnings.account.open', { count: count(open) })}>{amount(claimed(open))}</Fact>
        )}
        {failed.map(({ reason, count: each, claimedMicro }) => (
          <Fact
            key={reason}
            name={t('earnings.account.failed', { count: each, why: claimWhy(network, { state: 'failed', reason }, t) })}
          >
            {amount(claimedMicro)}
          </Fact>
        ))}
      </Facts>
      {trouble && (
        <p className="mt-2">
          <Reason reason={trouble} />
        </p>
      )}
      <div className="mt-2 space-y-1 text-xs leading-4 text-soft">
        {failure && (
          <p>
            {t('earnings.account.notTold')} <Reason reason={failure} />
          </p>
        )}
        {differenceMicro === 0 && <p>{t('earnings.account.agrees')}</p>}
        {differenceMicro !== null && differenceMicro !== 0 && (
          <p className="font-medium">
            {t(differenceMicro > 0 ? 'earnings.account.more' : 'earnings.account.less', {
              amount: amountWords(Math.abs(differenceMicro), unit, f, true),
            })}
          </p>
        )}
      </div>
      {Claiming && <Claiming />}
    </Card>
  );
}
