// `node scripts/test-networks.mjs`: builds the app with a network of the tests' own beside the shipped ones, in build/test-networks.
import { join } from 'node:path';
import { buildTestNetworksWhenNeeded } from './lib/build.mjs';
import { ROOT } from './lib/root.mjs';

buildTestNetworksWhenNeeded(join(ROOT, 'node_modules/.bin/node'));
