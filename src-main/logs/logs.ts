// Hearth's own log: JSON lines, one file of at most 10 MiB and three older ones, for its owner's eyes alone.
import pino from 'pino';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { LogFile } from './log-file.ts';
import { scrub } from './scrub.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export interface LogsOptions {
  readonly dir: string;
  /** One of logLevels; anything else means `info`. */
  readonly level: string;
  /** Every line to standard output too. */
  readonly stdout?: boolean;
}

export interface Logs {
  readonly logger: Logger;
  /** Flushes, within two seconds. Lines after it are dropped. Never rejects. */
  close(): Promise<void>;
}

/** Touches the disk at the first line only, and never throws into who logs: a log that cannot be written is no reason to stop. */
export function openLogs(deps: { readonly clock: Clock }, options: LogsOptions): Logs {
  const { clock } = deps;
  const file = new LogFile(deps, { dir: options.dir, name: 'hearth.log', size: '10M', generations: 3 });
  // A reader that goes away (`hearth serve | head`) is an event here, not an exception.
  const ignore = () => undefined;
  if (options.stdout) process.stdout.on('error', ignore);
  const write = (line: string) => {
    file.write(line);
    if (options.stdout && process.stdout.writable) process.stdout.write(line);
  };
  const level = logLevels.find((known) => known === options.level) ?? 'info';
  const root = pino({ level, base: null, timestamp: () => `,"time":${clock.now()}` }, { write });
  return {
    logger: named(root, ''),
    async close() {
      await file.close();
      if (options.stdout) process.stdout.off('error', ignore);
    },
  };
}

function named(log: pino.Logger, component: string): Logger {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => {
    return (message: string, fields?: Readonly<Record<string, unknown>>) => {
      if (!log.isLevelEnabled(level)) return;
      try {
        log[level](fields ? scrub(fields) : {}, message);
      } catch {
        // A field with a getter that throws, for instance. The message is a constant and always fit.
        log[level]({ fields: 'unreadable' }, message);
      }
    };
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (name) => {
      const path = component === '' ? name : `${component}.${name}`;
      return named(log.child({ component: path }), path);
    },
  };
}
