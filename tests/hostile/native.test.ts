import { expectNoHarm } from './siege.ts';
import { native } from './surfaces/native.ts';

expectNoHarm(native);
