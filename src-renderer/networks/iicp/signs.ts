// How it stands with the directory, in a word.
import { CircleAlert, CircleCheck, CircleDashed, CircleOff, TriangleAlert } from 'lucide-react';
import type { RegistrationState } from '../../../src-preload/contract/networks.ts';
import type { Sign } from '../../signs.ts';
import type { ViewOf } from '../pages.ts';

export const registrationSigns: Record<RegistrationState, Sign> = {
  off: { word: 'networks.iicp.state.off', tone: 'neutral', icon: CircleOff },
  local: { word: 'networks.iicp.state.local', tone: 'neutral', icon: CircleDashed },
  registering: { word: 'networks.iicp.state.registering', tone: 'neutral', icon: CircleDashed },
  online: { word: 'networks.iicp.state.online', tone: 'good', icon: CircleCheck },
  offline: { word: 'networks.iicp.state.offline', tone: 'warn', icon: CircleAlert },
  parked: { word: 'networks.iicp.state.parked', tone: 'warn', icon: TriangleAlert },
};

export function signOf({ registration }: ViewOf<'iicp'>): Sign {
  return registrationSigns[registration];
}
