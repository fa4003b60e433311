import { expectNoHarm } from './siege.ts';
import { calendars } from './surfaces/calendars.ts';

expectNoHarm(calendars);
