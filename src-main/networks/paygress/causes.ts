// Why nothing is sold on this computer, each with what to do about it.

import type { Reason } from '../../../src-preload/contract/define.ts';

export const NO_WALLET: Reason = {
  code: 'paygress.no-wallet',
  message: 'There is no wallet yet that payments could go to.',
  action: 'Make one under Earnings, or by command: hearth wallet words --new',
};

export const NO_MINT: Reason = {
  code: 'paygress.no-mint',
  message: 'You trust no mint yet, so no token could be taken.',
  action: 'Add one under Earnings, or by command: hearth wallet trust https://…',
};

export const NO_SPECS: Reason = {
  code: 'paygress.no-specs',
  message: 'There is no machine on offer yet.',
  action: 'Add one under Network, Paygress, Settings.',
};

export const NO_CARD: Reason = {
  code: 'paygress.no-card',
  message: 'This machine is not on offer: no box was seen to get a graphics card here.',
  action:
    'Lend memory of the graphics card under Capacity, and look there, or with “hearth workloads probe”, at what was tried.',
};

export const NO_TEMPLATE: Reason = {
  code: 'paygress.no-template',
  message: 'No template is on this computer, so nothing could run in a machine.',
  action: 'Pull one under Capacity, or by command: hearth workloads images --pull TEMPLATE',
};

export const NO_ADDRESS: Reason = {
  code: 'paygress.no-address',
  message: 'Customers are told no address at which they reach this computer.',
  action:
    'Have the router let the ports for customers through to this computer, and set networks.paygress.address to its public name or address; or let it be asked, by networks.paygress.routerPorts.',
};

export const NO_ROUTER_PORT: Reason = {
  code: 'paygress.no-router-port',
  message: 'The router does not open ports for customers, so nobody could reach what they rent.',
  action:
    'Let the router open ports by itself (UPnP, NAT-PMP or PCP), or open them by hand and set networks.paygress.routerPorts to false.',
};

export const ROUTER_ASKED: Reason = {
  code: 'paygress.router-asked',
  message: 'The router is being asked whether it opens ports for customers. Nothing is sold until it has answered.',
};

export const NOT_NOW: Reason = {
  code: 'paygress.not-now',
  message: 'Nothing is sold now: sharing is paused, out of its hours or held by a rule.',
};

export const LEFT: Reason = {
  code: 'paygress.left',
  message: 'Paygress is switched off here. What was rented is ended, and what is left of each payment is given back.',
};

export const RELAYS_AWAY: Reason = {
  code: 'paygress.relays-away',
  message: 'None of your relays can be reached, so nobody finds this computer. What is sold goes on.',
  action: 'Look at the connection, or choose other relays under Network, Paygress, Settings.',
};

export const HTTP_TAKEN: Reason = {
  code: 'paygress.http-taken',
  message: 'Nothing is sold over HTTP: its port is used by another program.',
  action: 'Choose another port under networks.paygress.httpPort, or stop that program.',
};

export const HTTP_REFUSED: Reason = {
  code: 'paygress.http-refused',
  message: 'Nothing is sold over HTTP: this computer does not let Hearth listen at that address and port.',
  action: 'Check networks.paygress.httpBind and networks.paygress.httpPort.',
};
