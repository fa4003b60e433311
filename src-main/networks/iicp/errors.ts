import { HearthError } from '../../base/errors.ts';
import type { ReceiptFault } from './receipts/refusals.ts';

/** The task server could not listen. Ask for another port, or find who has this one. */
export class PortTaken extends HearthError {
  readonly bind: string;
  readonly port: number;

  /** `by`: which program, where that is known. */
  constructor(bind: string, port: number, cause: unknown, by?: string) {
    super(
      by === undefined
        ? {
            code: 'iicp.port-taken',
            category: 'unavailable',
            message: `Port ${port} on ${bind} is used by another program. Choose another port under networks.iicp.port, or stop that program.`,
            details: { bind, port },
            cause,
          }
        : {
            code: 'iicp.port-taken-by',
            category: 'unavailable',
            message: `Port ${port} on ${bind} is used by ${by}. Choose another port under networks.iicp.port, or stop that program.`,
            details: { bind, port, by },
            cause,
          },
    );
    this.bind = bind;
    this.port = port;
  }
}

/** The system keeps a port for itself that no program has: on Windows, Hyper-V and others set whole ranges aside, other ones at each start. */
export class PortReserved extends HearthError {
  constructor(bind: string, port: number, cause: unknown) {
    super({
      code: 'iicp.port-reserved',
      category: 'denied',
      message: `The system lets no program listen on ${bind}, port ${port}. On Windows, Hyper-V, WSL and Docker set ranges of ports aside; this lists them: netsh interface ipv4 show excludedportrange protocol=tcp. Choose a port outside of them under networks.iicp.port.`,
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

const NOT_LISTENING = { taken: PortTaken, reserved: PortReserved, denied: BindRefused };

/** Why a socket could not listen there. */
export function listenRefused(
  why: keyof typeof NOT_LISTENING,
  { bind, port, cause }: { readonly bind: string; readonly port: number; readonly cause: unknown },
): PortTaken | PortReserved | BindRefused {
  return new NOT_LISTENING[why](bind, port, cause);
}

/** The key that clients seal tasks to can't be replaced now. */
export class RotationRefused extends HearthError {
  constructor(why: 'not-registered' | 'too-often') {
    super({
      code: `iicp.rotation-${why}`,
      category: 'conflict',
      message:
        why === 'too-often'
          ? 'The key was replaced eight times in 90 days, and clients may still hold each of these keys. Try again when the oldest has run out.'
          : 'A directory takes another key only from a node that is registered with it. Wait until this node is online, then try again.',
    });
  }
}

/** The directory answered a call with a status or a body that does not grant it. `status` 0: no usable answer at all. */
export class DirectoryRefused extends HearthError {
  readonly status: number;
  /** Of a refused receipt: what is wrong with it, where that was said. */
  readonly fault: ReceiptFault | undefined;

  constructor(status: number, code: string, message: string, retryAfterMs?: number, fault?: ReceiptFault) {
    super({ code, category: status === 0 ? 'unavailable' : 'rejected', message, details: { status }, retryAfterMs });
    this.status = status;
    this.fault = fault;
  }
}
