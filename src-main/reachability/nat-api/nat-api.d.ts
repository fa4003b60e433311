// What we use of a package without types of its own.
declare module 'nat-api' {
  export interface PortOptions {
    readonly publicPort: number;
    /** The address is ours to say: it would be that of whichever interface has answered first. */
    readonly privatePort: { readonly host: string; readonly port: number };
    readonly protocol: 'TCP' | 'UDP';
    readonly description?: string;
    /** Seconds. */
    readonly ttl?: number;
  }

  export default class NatAPI {
    constructor(options: {
      readonly autoUpdate: boolean;
      readonly enablePMP: boolean;
      readonly enableUPNP: boolean;
      readonly upnpPermanentFallback: boolean;
    });
    /** False for a failure of any kind. */
    map(options: PortOptions): Promise<boolean>;
    unmap(options: PortOptions): Promise<boolean>;
    /** Empty for a failure of any kind. */
    externalIp(): Promise<string>;
    /** Where it searches; no option leads there. */
    readonly _upnpClient: { readonly ssdp: { multicast: string; port: number } };
  }
}
