import { expectNoHarm } from './siege.ts';
import { dialBack } from './surfaces/dial-back.ts';

expectNoHarm(dialBack);
