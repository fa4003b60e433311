// The inbound address for nodes that come by UDP: a port that the router opens. It counts only once a server outside was seen to get in there, asked
// from the very socket that links use.

import type { InboundAddress, InboundAddresses } from '../../reachability/inbound.ts';
import type { Endpoint } from '../../reachability/mapping.ts';
import type { LinkLayer } from './link-layer.ts';
import type { MeshPart } from './parts.ts';
import { parseHostPort } from './transports/address.ts';

interface InboundUdpDeps {
  readonly addresses: InboundAddresses;
  readonly layer: Pick<LinkLayer, 'localOf' | 'datagramsOf'>;
  readonly changed: () => void;
}

export class InboundUdp implements MeshPart {
  readonly name = 'inbound';
  readonly #deps: InboundUdpDeps;
  #address: InboundAddress | undefined;

  constructor(deps: InboundUdpDeps) {
    this.#deps = deps;
  }

  /** Where strangers were seen to get in; undefined: nowhere, or not yet. */
  get proven(): Endpoint | undefined {
    const found = this.#address?.current();
    return found?.proven ? { address: found.host, port: found.port } : undefined;
  }

  async start(): Promise<void> {
    const { addresses, layer, changed } = this.#deps;
    const port = parseHostPort(layer.localOf('udp') ?? '')?.port;
    if (port === undefined) return;
    const datagrams = layer.datagramsOf('udp');
    this.#address = addresses.open({ id: 'fips', transport: 'udp', port, purpose: 'FIPS neighbours', datagrams });
    this.#address.onChange(changed);
  }

  async stop(): Promise<void> {
    this.#address?.close();
    this.#address = undefined;
  }
}
