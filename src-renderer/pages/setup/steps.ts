// The steps of the first run in their order: one screen each.
import { Found } from './found.tsx';
import { Gently } from './gently.tsx';
import { Join } from './join.tsx';
import { Ready } from './ready.tsx';
import type { Step } from './step.ts';

export const steps: readonly Step[] = [
  { id: 'found', title: 'setup.found.title', component: Found },
  { id: 'gently', title: 'setup.gently.title', component: Gently },
  { id: 'join', title: 'setup.join.title', component: Join },
  { id: 'ready', title: 'setup.ready.title', component: Ready },
];
