import { HearthError } from '../../base/errors.ts';

/** The task server could not listen. Ask for another port, or find who has this one. */
export class PortTaken extends HearthError {
  constructor(bind: string, port: number, cause: unknown) {
    super({
      code: 'iicp.port-taken',
      category: 'unavailable',
      message: `Port ${port} on ${bind} is used by another program. Choose another one under networks.iicp.port, or stop that program.`,
      details: { bind, port },
      cause,
    });
  }
}

/** The task server may not listen there, or there is no such address on this computer. */
export class BindRefused extends HearthError {
  constructor(bind: string, port: number, cause: unknown) {
    super({
      code: 'iicp.bind-refused',
      category: 'denied',
      message: `Hearth can't listen on ${bind}, port ${port}. Check networks.iicp.bind and take a port above 1023.`,
      details: { bind, port },
      cause,
    });
  }
}

/** The directory answered a call with a status or a body that does not grant it. `status` 0: no usable answer at all. */
export class DirectoryRefused extends HearthError {
  readonly status: number;

  constructor(status: number, code: string, message: string, retryAfterMs?: number) {
    super({ code, category: status === 0 ? 'unavailable' : 'rejected', message, details: { status }, retryAfterMs });
    this.status = status;
  }
}
