import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { MintFacts, WalletView } from '../../../../src-preload/contract/wallet.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { Fact, Facts } from '../../../components/facts.tsx';
import { Field } from '../../../components/field.tsx';
import { Input } from '../../../components/input.tsx';
import { Notice } from '../../../components/notice.tsx';
import { Text } from '../../../components/text.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { toast } from '../../../stores/toasts.ts';
import { Failed, useTry } from './failed.tsx';
import { feeWords } from './keyset-words.ts';
import { mintWords } from './words.ts';

export interface TrustFormProps {
  /** One that is meant already; else it is typed. */
  readonly url?: string;
  readonly onTrusted: (view: WalletView, url: string) => void;
}

/** A mint is asked who it is, and trusted after its answer was seen. */
export function TrustForm({ url, onTrusted }: TrustFormProps) {
  const { t } = useText();
  const [typed, setTyped] = useState(url ?? '');
  const [facts, setFacts] = useState<MintFacts>();
  const [busy, ask, failure] = useTry(async () => {
    setFacts(undefined);
    setFacts(await engine().ask('wallet.mint', { url: typed.trim() }));
  });
  // What another one said of itself is not this one's.
  const type = (text: string) => {
    setTyped(text);
    setFacts(undefined);
  };
  return (
    <div className="space-y-3">
      {url === undefined && (
        <Field label={t('wallet.trust.url')} help={t('wallet.trust.urlHelp')}>
          {(control) => <Input {...control} type="url" most={512} value={typed} onChange={type} onEnter={ask} />}
        </Field>
      )}
      <Failed failure={failure} />
      {!facts && (
        <Button look="main" busy={busy || typed.trim() === ''} onClick={ask}>
          {t('wallet.trust.ask')}
        </Button>
      )}
      {facts && <Says key={facts.url} facts={facts} onTrusted={onTrusted} />}
    </div>
  );
}

function Says({ facts, onTrusted }: { facts: MintFacts; onTrusted: (view: WalletView, url: string) => void }) {
  const { t, f } = useText();
  const { url, name, description, motd, version, restores, keysets } = facts;
  const [insists, setInsists] = useState(false);
  const [busy, trust, failure] = useTry(async () => {
    const view = await engine().ask('wallet.trust', { url, anyway: insists });
    toast(t('wallet.trust.done', { mint: mintWords(url) }));
    onTrusted(view, url);
  });
  const said = [
    ['name', name ?? t('wallet.trust.unnamed')],
    ['description', description],
    ['motd', motd],
    ['version', version],
  ] as const;
  return (
    <section aria-label={t('wallet.trust.says')} className="space-y-3">
      <p className="font-medium break-all">
        <Text value={url} most={512} />
      </p>
      <p className="text-soft">{t('wallet.trust.lead')}</p>
      <Facts>
        {said.map(
          ([key, value]) =>
            value !== null && (
              <Fact key={key} name={t(`wallet.trust.${key}`)}>
                <Text value={value} most={400} />
              </Fact>
            ),
        )}
        <Fact name={t('wallet.trust.units')}>
          {keysets
            .filter(({ active }) => active)
            .map((keyset) => (
              <span key={`${keyset.unit} ${keyset.feePpk}`} className="block">
                {feeWords(keyset, t, f)}
              </span>
            ))}
        </Fact>
        <Fact name={t('wallet.trust.restore')}>
          {t(restores ? 'wallet.trust.restoreYes' : 'wallet.trust.restoreNo')}
        </Fact>
      </Facts>
      {!restores && (
        <>
          <Notice tone="bad" icon={TriangleAlert}>
            {t('wallet.trust.warning')}
          </Notice>
          <label className="flex min-h-8 cursor-pointer items-center gap-2">
            <input
              type="checkbox"
              checked={insists}
              onChange={(event) => setInsists(event.target.checked)}
              className="size-4 accent-accent"
            />
            {t('wallet.trust.insist')}
          </label>
        </>
      )}
      <Failed failure={failure} />
      <Button look="main" busy={busy || (!restores && !insists)} onClick={trust}>
        {t('wallet.trust.do')}
      </Button>
    </section>
  );
}
