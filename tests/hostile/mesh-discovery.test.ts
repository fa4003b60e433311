import { expectNoHarm } from './siege.ts';
import { meshDiscovery } from './surfaces/mesh-discovery.ts';

expectNoHarm(meshDiscovery);
