// What the node answers where a network lacks what was asked of it.

import { HearthError } from '../base/errors.ts';

/** A page or a command asked for what this network does not have. */
export class NetworkCannot extends HearthError {
  constructor(title: string, asked: string) {
    super({
      code: 'networks.cannot',
      category: 'invalid',
      message: `${title} has no such thing: ${asked.slice(0, 64)}. See what there is with: hearth --help`,
    });
  }
}
