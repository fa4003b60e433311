// What happens between this computer and a directory, as the history shows it.
import { CircleAlert, HeartPulse, LogIn, LogOut, Moon } from 'lucide-react';
import type { IicpEventKind } from '../../../src-preload/contract/networks/iicp.ts';
import type { EventSign } from '../pages.ts';

export const events: Readonly<Record<IicpEventKind, EventSign>> = {
  registered: { word: 'networks.iicp.event.registered', tone: 'good', icon: LogIn },
  're-registered': { word: 'networks.iicp.event.re-registered', tone: 'good', icon: LogIn },
  'registration-failed': { word: 'networks.iicp.event.registration-failed', tone: 'warn', icon: CircleAlert },
  beat: { word: 'networks.iicp.event.beat', tone: 'good', icon: HeartPulse },
  'beat-failed': { word: 'networks.iicp.event.beat-failed', tone: 'warn', icon: CircleAlert },
  unreachable: { word: 'networks.iicp.event.unreachable', tone: 'warn', icon: CircleAlert },
  away: { word: 'networks.iicp.event.away', tone: 'neutral', icon: Moon },
  deregistered: { word: 'networks.iicp.event.deregistered', tone: 'neutral', icon: LogOut },
  'deregistration-failed': { word: 'networks.iicp.event.deregistration-failed', tone: 'warn', icon: CircleAlert },
};
