// What the pages say of posemesh.
import type { Rewording } from '../../../../src-i18n/fill.ts';

export const posemesh = {
  state: {
    online: 'Logged in',
    degraded: 'In trouble',
    blocked: 'Can’t take jobs',
  },
  row: {
    idle: 'Waits for a job',
    running_one: '{{count, number}} job runs',
    running_other: '{{count, number}} jobs run',
  },
  facts: {
    wallet: 'Wallet',
    noWallet: 'none yet',
    discovery: 'Discovery service',
    manager: 'Manager',
    mode: 'Registers',
    callback: 'by a call back',
    withWallet: 'with its wallet',
    seen: 'Heard of it',
    never: 'not yet',
    token: 'Logged in until',
    noToken: 'not logged in',
    polled: 'Asked for work',
    capabilities: 'Kinds of jobs',
    none: 'none: there is no runner',
    jobs: 'Jobs now',
    job: '{{inputs, number}} in, {{outputs, number}} out, {{received, bytes}} received, {{sent, bytes}} sent',
    lease: 'leased until {{time}}',
  },
  set: {
    dds: 'Discovery service',
    dms: 'Manager',
    nodeUrl: 'Public address for the call back',
    nodeUrlHelp: 'Empty: this computer registers with its wallet, and needs none.',
    noop: 'Practice runner: takes reconstruction jobs and gives back empty results',
    disk: 'Disk for a job, in MiB',
  },
  work: {
    local: 'Local refinement',
    global: 'Global refinement',
    both: 'Local and global refinement',
  },
  check: {
    registered: 'Registered',
    secret: 'Called back',
    token: 'Logged in',
    manager: 'Manager',
    domain: 'Domain server',
    runner: 'Runners',
  },
  event: {
    registered_one: 'Registered',
    registered_other: 'Registered {{count, number}} times',
    'registration-failed_one': 'Registering failed',
    'registration-failed_other': 'Registering failed {{count, number}} times',
    'called-back_one': 'Called back',
    'called-back_other': 'Called back {{count, number}} times',
    'logged-in_one': 'Logged in',
    'logged-in_other': 'Logged in {{count, number}} times',
    'log-in-failed_one': 'Logging in failed',
    'log-in-failed_other': 'Logging in failed {{count, number}} times',
    'manager-failed_one': 'The manager was away',
    'manager-failed_other': 'The manager was away {{count, number}} times',
    'lease-lost_one': 'A job was lost',
    'lease-lost_other': '{{count, number}} jobs were lost',
    'report-failed_one': 'A result could not be reported',
    'report-failed_other': '{{count, number}} results could not be reported',
    left: 'Left',
  },
  consent: {
    sends:
      'Jobs that a manager leases to this computer, with the data that they work on. Only the runners that you have chosen do them.',
    costs:
      'Your power, your line and room on your disk, as far as you lend it. The network may ask for a stake of its own before it takes a node.',
    sees: 'The discovery service {{dds}} learns the address of your wallet, what kinds of jobs you take and this computer’s public address. The manager {{dms}} and the domain server of each job see that address too.',
    runs: 'Whoever runs the discovery service {{dds}} and the manager {{dms}} says who gets which job, and what it is credited with.',
  },
  estimate:
    'Auki credits of jobs are what the manager says that they bring: an estimate. Hearth can’t see what was credited, and pays none of it out.',
  promise: {
    runners: 'A job of posemesh never chooses a program: it is done by a runner that you have chosen, or not at all.',
    token: 'What a job may load and store with is sent to the server of that job alone.',
  },
};

export const reasons: Readonly<Record<string, Rewording>> = {};
