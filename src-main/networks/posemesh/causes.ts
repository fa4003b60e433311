// What keeps posemesh from work on this computer, each with what to do about it.

import type { Reason } from '../../../src-preload/contract/define.ts';

export const NO_SECRET: Reason = {
  code: 'posemesh.no-secret',
  message: 'REG_SECRET required: the registration secret of this node is not set.',
  action:
    'Take it from the console of the network and set it under Network, Settings, or by command: hearth settings set networks.posemesh.regSecret',
};

export const NO_RUNNER: Reason = {
  code: 'posemesh.no-runner',
  message: 'There is no runner, so no job could be done.',
  action:
    'Add one for a kind of job under Capacity, or try the network with the runner for practice: hearth settings set networks.posemesh.noop true',
};

export const ADDRESSLESS: Reason = {
  code: 'posemesh.no-address',
  message: 'The discovery service has no address at which it could call this node back.',
  action:
    'Set networks.posemesh.nodeUrl, or register with the wallet: hearth settings set networks.posemesh.registrationMode wallet',
};

export const TOO_LITTLE_LENT: Reason = {
  code: 'posemesh.too-little-lent',
  message: 'A job would hold more of this computer than is lent to jobs.',
  action: 'Lend more under Capacity, or let a job hold less: hearth settings get networks.posemesh.jobDiskMiB',
};
