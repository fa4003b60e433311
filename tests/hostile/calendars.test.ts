import { besiege } from './siege.ts';
import { calendars } from './surfaces/calendars.ts';

besiege(calendars);
