import { expectNoHarm } from './siege.ts';
import { paygressLetters } from './surfaces/paygress-letters.ts';

expectNoHarm(paygressLetters);
