import { expectNoHarm } from './siege.ts';
import { paygressHttp } from './surfaces/paygress-http.ts';

expectNoHarm(paygressHttp);
