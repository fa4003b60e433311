// What the node answers where a network lacks what was asked of it.

import { HearthError } from '../base/errors.ts';

/** A page or a command asked for what this network does not have. */
export class NetworkCannot extends HearthError {
  constructor(title: string, request: string) {
    const asked = request.slice(0, 64);
    super({
      code: 'networks.cannot',
      category: 'invalid',
      message: `${title} has no such thing: ${asked}. See what there is with: hearth --help`,
      details: { title, asked },
    });
  }
}

/** It has no pages that another program could be led to. */
export class NoPages extends HearthError {
  constructor() {
    super({
      code: 'command.no-pages',
      category: 'denied',
      message: 'This node runs without pages. Start it with "hearth serve --console" to have them.',
    });
  }
}
