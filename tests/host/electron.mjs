// The module that `electron` resolves to in the stand-in. Electron's own has named exports and a default one.
import * as surface from './surface.ts';

export * from './surface.ts';
export default surface;
