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

/** The engine on another computer can't be spoken to. */
export class EngineUnreachable extends HearthError {
  constructor(host: string, cause?: unknown) {
    super({
      code: 'containers.engine-unreachable',
      category: 'unavailable',
      message: `The engine on ${host} does not answer. Over SSH, see whether “ssh ${host}” works in a terminal without a password; over TLS, whether its certificate names this host.`,
      details: { host },
      cause,
    });
  }
}

/** What TLS needs is missing or can't be read. */
export class RemoteCertificates extends HearthError {
  constructor(names: readonly string[], cause: unknown) {
    const files = names.join(', ');
    super({
      code: 'containers.remote-certificates',
      category: 'invalid',
      message: `An engine on another computer needs a folder that Hearth can read, with these files: ${files}. Name it in backends.boxEngine.`,
      details: { files },
      cause,
    });
  }
}

/** What boxes are tried with is made of programs of this computer. */
export class EngineOfOtherKind extends HearthError {
  constructor(processor: string) {
    super({
      code: 'containers.engine-of-other-kind',
      category: 'invalid',
      message: `The engine is on a computer with another kind of processor (${processor}). Choose one like this computer’s, or run Hearth there.`,
      details: { processor },
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
