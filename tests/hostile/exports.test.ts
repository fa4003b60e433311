import { expectNoHarm } from './siege.ts';
import { exports } from './surfaces/exports.ts';

expectNoHarm(exports);
