// Why a runner failed, or can't start. A manager is given the sentence, so it names nothing of this computer but what its user would
// tell a stranger; what the runner itself has said is never in it.

import type { Reason } from '../../../src-preload/contract/define.ts';
import { HearthError } from '../../base/errors.ts';

/** The program is not there, or can't be run. */
export class ProgramMissing extends HearthError {
  constructor(why: 'absent' | 'not-executable', cause?: unknown) {
    super(
      why === 'absent'
        ? {
            code: 'runners.program-absent',
            category: 'denied',
            message: 'The program of this runner is not there. Check its path in backends.runners.',
            cause,
          }
        : {
            code: 'runners.program-not-executable',
            category: 'denied',
            message:
              'The program of this runner can’t be run: it has to be a file that Hearth may execute. Check its rights, and its first line where it is a script.',
            cause,
          },
    );
  }
}

/** There is none for that capability in the settings. */
export class RunnerUnknown extends HearthError {
  constructor(capability: string) {
    super({
      code: 'runners.unknown',
      category: 'invalid',
      message: `There is no runner for ${capability}. Add one under Capacity, or in backends.runners.`,
      details: { capability },
    });
  }
}

/** What was asked for needs an image, and this runner has none. */
export class NoImage extends HearthError {
  constructor() {
    super({
      code: 'runners.no-image',
      category: 'invalid',
      message: 'This runner is no container, so it has no image to pull.',
    });
  }
}

/** Something is being tried or pulled already. */
export class RunnersBusy extends HearthError {
  constructor() {
    super({
      code: 'runners.busy',
      category: 'conflict',
      message: 'A runner is being tried or an image is being pulled. Wait until that has ended, or stop it.',
    });
  }
}

/** Its user has ended it. */
export class RunnerStopped extends HearthError {
  constructor() {
    super({ code: 'runners.stopped', category: 'cancelled', message: 'It was stopped, and nothing of it is left.' });
  }
}

/** A backup brought the runners, and their user has not said yet that they may run. */
export const RUNNERS_HELD: Reason = {
  code: 'runners.held',
  message:
    'The runners came with a backup and wait for your yes: what is at their paths, or behind the names of their images, may be something else here.',
  action:
    'Look at them under Capacity and say yes there, or by command: hearth settings set backends.runnersHeld false',
};

export class RunnersHeld extends HearthError {
  constructor() {
    super({ code: RUNNERS_HELD.code, category: 'denied', message: `${RUNNERS_HELD.message} ${RUNNERS_HELD.action}` });
  }
}

/** It ended by itself, and not well. */
export class RunnerEnded extends HearthError {
  constructor({ code, signal }: { readonly code: number | null; readonly signal: string | null }) {
    super(
      code !== null
        ? {
            code: 'runners.exit-code',
            category: 'rejected',
            message: `The runner ended with exit code ${code}. What it logged says more.`,
            details: { code },
          }
        : {
            code: 'runners.exit-signal',
            category: 'rejected',
            message: `The runner was ended by the signal ${signal}. What it logged may say more.`,
            details: { signal },
          },
    );
  }
}

export class TimeOver extends HearthError {
  constructor() {
    super({
      code: 'runners.time-over',
      category: 'exhausted',
      message:
        'The runner took longer than it may and was ended. Raise timeLimitSecs in backends.runners if it needs more.',
    });
  }
}

export class MemoryOver extends HearthError {
  constructor() {
    super({
      code: 'runners.memory-over',
      category: 'exhausted',
      message:
        'The container was killed, most likely since it needed more memory than it may have. Raise memoryMiB in backends.runners if there is room.',
    });
  }
}

/** It left more than it may. */
export class TooMuchLeft extends HearthError {
  constructor(what: 'bytes' | 'files' | 'entries' | 'depth') {
    super({ category: 'exhausted', ...LEFT[what] });
  }
}

const LEFT = {
  bytes: {
    code: 'runners.disk-limit',
    message: 'The runner wrote more to the disk than it may. Raise outputMiB in backends.runners if there is room.',
  },
  files: {
    code: 'runners.too-many-results',
    message:
      'The runner left more results than a job may have. Raise outputFiles in backends.runners, or pack them into one.',
  },
  entries: {
    code: 'runners.too-many-files',
    message: 'The runner left more files and folders than can be looked through. It has to clear up after itself.',
  },
  depth: {
    code: 'runners.too-deep',
    message: 'The runner left folders too deep within one another. Its results have to lie flatter.',
  },
} as const;

/** Among its results is something that is no plain file with a plain name. */
export class ResultUnsafe extends HearthError {
  constructor(what: 'link' | 'special' | 'name') {
    super({ category: 'invalid', ...UNSAFE[what] });
  }
}

const UNSAFE = {
  link: {
    code: 'runners.result-link',
    message: 'Among the results is a link, which is not followed. The runner has to leave the file itself.',
  },
  special: {
    code: 'runners.result-special',
    message: 'Among the results is something that is no file, such as a pipe or a device. The runner has to remove it.',
  },
  name: {
    code: 'runners.result-name',
    message:
      'Among the results is a file whose name is too long or holds characters that a name can’t have. The runner has to rename it.',
  },
} as const;

export class EngineFailed extends HearthError {
  constructor(doing: 'create' | 'start' | 'watch', cause: unknown) {
    super({ ...FAILED[doing], category: 'unavailable', cause });
  }
}

const FAILED = {
  create: {
    code: 'runners.engine-create',
    message:
      'The engine did not make the container. Its own log says why; check the image, the limits and the graphics card.',
  },
  start: {
    code: 'runners.engine-start',
    message: 'The engine did not start the container. Its own log says why; check what the image is to run.',
  },
  watch: {
    code: 'runners.engine-lost',
    message:
      'The engine went away, or the container was removed, while a job ran in it. Check that Podman or Docker is running.',
  },
} as const;

export class ImageMissing extends HearthError {
  constructor() {
    super({
      code: 'runners.image-missing',
      category: 'denied',
      message: 'The image of this runner is not on this computer. Pull it first: no job does that.',
    });
  }
}

/** A container that is not limited as its user wants is not started. */
export class LimitsNotKept extends HearthError {
  constructor(limit: string) {
    super({
      code: 'runners.limits-not-kept',
      category: 'denied',
      message: `The engine on this computer does not keep the limit ${limit} of a container, so it is not started. Podman without root needs cgroups version 2 for this.`,
      details: { limit },
    });
  }
}
