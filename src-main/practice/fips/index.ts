// FIPS on this computer: a neighbour that is dialled, and a node beyond it that is reached through it.

import type { PracticeDeps, PracticeRun, StartPractice } from '../practice.ts';
import { startPracticeFips } from './mesh.ts';

export const practiseFips: StartPractice = async (deps: PracticeDeps): Promise<PracticeRun> => {
  const { at, neighbour, stop } = await startPracticeFips(deps);
  deps.logger.info('practice fips started', { at });
  return {
    settings: {
      // Nobody else is to come here while somebody practises.
      'networks.fips.udpBind': '127.0.0.1:0',
      'networks.fips.peers': [
        {
          npub: neighbour.npub,
          alias: 'practice',
          connect: true,
          addresses: [{ transport: 'udp', addr: at, priority: 100 }],
        },
      ],
    },
    stop,
  };
};
