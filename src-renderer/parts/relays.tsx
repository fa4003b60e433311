import { Text } from '../components/text.tsx';
import { useText } from '../i18n/use-text.ts';

interface Relay {
  readonly url: string;
  readonly open: boolean;
  /** Why it is not connected, or what it said last: a stranger's word; null: nothing. */
  readonly said: string | null;
}

/** Nostr relays, each with how it stands. */
export function Relays({ relays, label }: { relays: readonly Relay[]; label?: string }) {
  const { t } = useText();
  return (
    <ul {...(label !== undefined && { 'aria-label': label })} className="space-y-0.5">
      {relays.map(({ url, open, said }) => (
        <li key={url}>
          <Text value={url} most={120} /> {t(open ? 'network.nostr.connected' : 'network.nostr.notConnected')}
          {said !== null && (
            <span className="text-soft">
              {' '}
              <Text value={said} most={120} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
