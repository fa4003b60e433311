// What is agreed to by joining posemesh. Without zod: the pages take the version from here.

export const posemeshConsent = {
  version: 1,
  sends: 'Jobs from a manager, with the data they need. Only runners you have chosen do them.',
  pays: 'Auki credits, as much as the manager estimates a job to be worth. Hearth can’t see what was credited.',
  costs:
    'Electricity, your internet connection and the disk space you lend. The network may ask for a stake before it accepts a node.',
  sees: 'The discovery service {{ddsBaseUrl}} learns your wallet’s address, the kinds of jobs you take and this computer’s public address. The manager {{dmsBaseUrl}} and each job’s domain server see that address too.',
  runs: 'The operators of the discovery service {{ddsBaseUrl}} and the manager {{dmsBaseUrl}} decide who gets which job and what it earns.',
} as const;
