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

/** There is no step that an administrator could take once for the user. */
export class TunNeedsAdministrator extends HearthError {
  constructor(cause?: unknown) {
    super({
      code: 'fips.tun-needs-administrator',
      category: 'unavailable',
      message:
        'This system gives a network device to programs of an administrator alone. Start Hearth as one, or use forwards, which need none.',
      cause,
    });
  }
}

export class TunNeedsDriver extends HearthError {
  constructor() {
    super({
      code: 'fips.tun-needs-driver',
      category: 'unavailable',
      message:
        'Windows has no network device for the mesh by itself. Put wintun.dll from wintun.net beside the program of Hearth and start it as administrator, or use forwards, which need neither.',
    });
  }
}
