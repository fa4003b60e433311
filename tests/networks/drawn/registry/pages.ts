// Pages of networks that there are drawings of and no program yet: leases, jobs and a mesh. For pictures and tests of the shared pages
// alone; what they show comes from `tests/e2e/drawn-networks.ts`. They have no texts of their own: what is no key reads as it stands.
import type { Key } from '../../../../src-renderer/i18n/keys.ts';
import type { NetworkPages } from '../../../../src-renderer/networks/pages.ts';
import { networkPages as shipped } from '../../../../src-renderer/networks/registry.ts';

const as = (words: string) => words as Key;

function drawn(what: string, pays: string, work: Readonly<Record<string, string>>): NetworkPages {
  return {
    what: as(what),
    consent: () => ({
      sends: what,
      pays: 'Sats.',
      costs: 'Power.',
      sees: 'Your public address.',
      runs: 'Its operator.',
    }),
    consentVersion: 1,
    promises: [],
    checks: {},
    events: {},
    workWords: (name) => work[name],
    models: false,
    ...(pays !== '' && { account: { claims: {} } }),
  };
}

export const networkPages = {
  ...shipped,
  leases: drawn('People rent a box on computers like yours.', 'sat', { box: 'Box' }),
  jobs: drawn('A manager hands out jobs that take minutes to hours.', 'token', { render: 'Rendering' }),
  mesh: drawn('Computers pass each other’s traffic on.', '', {}),
} as const;
