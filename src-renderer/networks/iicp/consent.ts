import { hostOf, quoted } from '../../format/text.ts';
import type { Speech } from '../../i18n/use-text.ts';
import { asked, type Consent, type ViewOf } from '../pages.ts';
import type { Iicp } from './contract.ts';

/** What one agrees to by joining, with the directory that is set. */
export function consent({ detail }: ViewOf<Iicp>, { t }: Pick<Speech, 't'>): Consent {
  const directory = quoted(hostOf(detail.directoryUrl), 80);
  return Object.fromEntries(asked.map((what) => [what, t(`networks.iicp.consent.${what}`, { directory })])) as Consent;
}
