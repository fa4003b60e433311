// Where frames go to and come from: a transport of this node, and an address as that transport has it.

export interface Remote {
  /** Its id, of those that this node has. */
  readonly transport: string;
  /** `host:port`, IPv6 in brackets. */
  readonly address: string;
}

export const remoteKey = ({ transport, address }: Remote) => `${transport} ${address}`;
