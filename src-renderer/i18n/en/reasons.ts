// What the engine says in a terminal's words, for people with a window: its next steps are commands, ours are places.
import type { Rewording } from '../keys.ts';

export const reasons: Readonly<Record<string, Rewording>> = {
  'node.switched-off': { message: 'You switched sharing off.', action: 'Switch it on to take tasks again.' },
  'node.paused': { message: 'You paused it.', action: 'Resume to take tasks again.' },
  'node.released': { message: 'You took your computer back.', action: 'Resume to take tasks again.' },
  'node.no-network': { message: 'No network is switched on.', action: 'Join one under Network.' },
  'node.no-slots': {
    message: 'The limits you set leave no place for a task now.',
    action: 'Raise them under Capacity, or change your hours under Availability.',
  },
  'iicp.no-endpoint': {
    message: 'This computer listens, but nobody outside can reach it yet.',
    action: 'See under Network what stands in the way.',
  },
  'iicp.rotation-not-registered': {
    message: 'A directory takes another key only from a computer that is registered with it.',
    action: 'Wait until this one is online, then try again.',
  },
  'iicp.no-relay': {
    message: 'This computer asks for a relay that passes tasks on to it; none has let it in yet.',
    action: 'Hearth keeps asking. You can also name a relay under Network.',
  },
  'iicp.relay-asked': { message: 'This computer asks the relay that you named; it has not been let in yet.' },
  'iicp.relay-none-found': {
    message: 'Neither the directory nor another node names a relay now.',
    action: 'Hearth keeps asking. If you know one, name it under Network.',
  },
  'iicp.relay-ticket-wanted': {
    message: 'The relay takes in only nodes with a ticket that the directory signed, and this one has none.',
    action:
      'Hearth asks the directory for a ticket before each try; it gives one to nodes that it lists already. Until then only a relay that wants none can help: under Network, let Hearth choose one or name another.',
  },
  'iicp.books-disagree': {
    message:
      'This directory credits nothing to this computer: its ledger and its balance disagree. That is a fault of the directory, which shows after a computer has left it and come back.',
    action:
      'The operator of the directory can mend it: tell them the id of this computer, which is under Network. Otherwise only a new identity would be paid again (the command new-identity of Hearth); it costs the reputation and what was not received yet.',
  },
  'iicp.check-off': { message: 'IICP is switched off.', action: 'Join it under Network.' },
  'iicp.check-not-routable': {
    message: 'The directory lists this computer, but sends it no tasks now.',
    action: 'Look whether sharing is on and a model server answers.',
  },
  'iicp.check-health-shape': {
    message: 'What answers on the port is not this node, or says too little of itself.',
    action: 'Look whether another program has the port.',
  },
  'iicp.check-no-models': {
    message: 'This computer is well, but has no model to offer.',
    action: 'Start a model server, or let Hearth search under Capacity.',
  },
  'iicp.check-unreachable': {
    message: 'The directory could not reach this computer from outside.',
    action: 'See under Network what stands in the way.',
  },
  'iicp.check-not-found': {
    message: 'Whoever looks for this kind of work does not find this computer.',
    action: 'Look whether sharing is on and a model is offered. Just after a start it can take a minute.',
  },
  'iicp.hidden': {
    message:
      'The directory rates this computer {{rating}}. It shows no client a computer below {{least}}, so no task comes.',
    action:
      'See under Work what failed and mend that. Without tasks the rating can’t rise, so then begin with a new identity.',
  },
  'iicp.low-reputation': {
    message:
      'Clients that look for this kind of work find this computer, but the directory rates it {{rating}}, so others are asked first.',
    action: 'See under Work what failed: each task done well adds 0.01, each failed one takes 0.05.',
  },
  'iicp.private-endpoint': {
    message: '{{url}} can’t be reached from the Internet, so a public directory does not list it.',
    action: 'Set a public one under Network.',
  },
};
