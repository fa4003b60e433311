// The log is the engine's, and comes with it: what the shell has to say before goes nowhere.

import { type Logger, silentLogger } from '../base/logger.ts';

export interface LateLogger {
  readonly logger: Logger;
  /** From now on lines go there. */
  open(logger: Logger): void;
}

export function lateLogger(): LateLogger {
  let current: Logger = silentLogger;
  const make = (named: () => Logger): Logger => ({
    debug: (...line) => named().debug(...line),
    info: (...line) => named().info(...line),
    warn: (...line) => named().warn(...line),
    error: (...line) => named().error(...line),
    child: (name) => make(() => named().child(name)),
  });
  return {
    logger: make(() => current),
    open: (logger) => {
      current = logger;
    },
  };
}
