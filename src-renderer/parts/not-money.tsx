import { useText } from '../i18n/use-text.ts';
import { pagesOf } from '../networks/lookup.ts';

/** Said beside totals, once for each network whose unit is no money. */
export function NotMoney({ networks }: { networks: readonly string[] }) {
  const { t } = useText();
  const keys = new Set(networks.flatMap((network) => pagesOf(network)?.notMoney ?? []));
  return [...keys].map((key) => (
    <p key={key} className="mt-1 text-xs leading-4 text-soft">
      {t(key)}
    </p>
  ));
}
