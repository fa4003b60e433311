// Why there is no TUN device. Everything else of the mesh works without one.

import { HearthError } from '../../../base/errors.ts';

/** This user may not make one, or it is not as the setup step leaves it. */
export class TunNeedsSetup extends HearthError {
  constructor(name: string, cause?: unknown) {
    super({
      code: 'fips.tun-needs-setup',
      category: 'unavailable',
      message: `Programs on this computer can't reach the mesh by IPv6 yet, because the network device ${name} is not set up. One step as administrator makes it, until the next restart of the computer; forwards work without it.`,
      details: { name },
      cause,
    });
  }
}

/** Somebody has it, or has taken it away. */
export class TunGone extends HearthError {
  constructor(name: string, cause?: unknown) {
    super({
      code: 'fips.tun-gone',
      category: 'unavailable',
      message: `The network device ${name} has been removed, or another program uses it. Hearth tries to have it again every ten seconds.`,
      details: { name },
      cause,
    });
  }
}

export class TunUnsupported extends HearthError {
  constructor(system: string, cause?: unknown) {
    super({
      code: 'fips.tun-unsupported',
      category: 'unavailable',
      message: `Hearth has no network device for the mesh on this system (${system}). Use forwards instead, which need none.`,
      details: { system },
      cause,
    });
  }
}
