// What is agreed to by joining posemesh. Without zod: the pages take the version from here.

export const posemeshConsent = {
  version: 1,
  sends:
    'Jobs that a manager leases to this computer, with the data that they work on. Only the runners that you have chosen do them.',
  costs:
    'Your power, your line and room on your disk, as far as you lend it. The network may ask for a stake of its own before it takes a node.',
  sees: 'The discovery service {{ddsBaseUrl}} learns the address of your wallet, what kinds of jobs you take and this computer’s public address. The manager {{dmsBaseUrl}} and the domain server of each job see that address too.',
  runs: 'The operators of the discovery service {{ddsBaseUrl}} and the manager {{dmsBaseUrl}} decide who gets which job, and what it is credited with.',
} as const;
