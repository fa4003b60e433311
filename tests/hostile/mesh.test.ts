import { expectNoHarm } from './siege.ts';
import { mesh } from './surfaces/mesh.ts';

expectNoHarm(mesh);
