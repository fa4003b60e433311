// Why an engine for containers can't be used, or did not do what it was asked.

import { HearthError } from '../../base/errors.ts';

/** No engine for containers answers. */
export class EngineMissing extends HearthError {
  constructor(cause?: unknown) {
    super({
      code: 'containers.engine-missing',
      category: 'unavailable',
      message:
        'Neither Podman nor Docker answers on this computer. Start one of them; for Podman without root: systemctl --user enable --now podman.socket',
      cause,
    });
  }
}

/** DOCKER_HOST names an engine that does not see this computer's files. */
export class EngineElsewhere extends HearthError {
  constructor() {
    super({
      code: 'containers.engine-elsewhere',
      category: 'invalid',
      message:
        'DOCKER_HOST names an engine by the network, which does not see the files of this computer. Name a socket, such as unix:///run/podman/podman.sock, or unset it.',
    });
  }
}

export class ContainerStays extends HearthError {
  constructor(cause?: unknown) {
    super({
      code: 'containers.container-stays',
      category: 'unavailable',
      message:
        'The engine has not removed a container that is over. Hearth asks again before the next one and at its next start.',
      cause,
    });
  }
}

export class PullFailed extends HearthError {
  constructor(image: string, cause?: unknown) {
    super({
      code: 'containers.pull-failed',
      category: 'unavailable',
      message: `The image ${image} could not be pulled. Check its name, the Internet connection, and whether its registry wants a log-in.`,
      details: { image },
      cause,
    });
  }
}
