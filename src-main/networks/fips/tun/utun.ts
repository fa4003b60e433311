// What macOS asks of who wants a utun device, as bytes: <sys/kern_control.h>, <net/if_utun.h>. Little-endian, as all its computers are.

const CONTROL = 'com.apple.net.utun_control';
const INFO_BYTES = 100;
const ADDRESS_BYTES = 32;
const AF_SYSTEM = 32;
const AF_SYS_CONTROL = 2;
const AF_INET6 = 30;

export const UTUN = {
  /** PF_SYSTEM, SOCK_DGRAM and SYSPROTO_CONTROL. */
  family: AF_SYSTEM,
  datagram: 2,
  protocol: 2,
  /** CTLIOCGINFO: _IOWR('N', 3, struct ctl_info). */
  findControl: 0xc0644e03,
  /** UTUN_OPT_IFNAME. */
  nameOption: 2,
  /** F_SETFL and O_NONBLOCK. */
  setFlags: 4,
  nonBlocking: 4,
  /** In front of each packet: its address family, big-endian. */
  prefix: Buffer.from([0, 0, 0, AF_INET6]),
} as const;

/** `struct ctl_info`, which asks for the id of the control. */
export function controlInfo(): Buffer {
  const info = Buffer.alloc(INFO_BYTES);
  info.write(CONTROL, 4, 'latin1');
  return info;
}

/** Of an answered one. */
export function idOf(info: Buffer): number {
  return info.readUInt32LE(0);
}

/** `struct sockaddr_ctl`: the next device that is free. */
export function controlAddress(id: number): Buffer {
  const address = Buffer.alloc(ADDRESS_BYTES);
  address.writeUInt8(ADDRESS_BYTES, 0);
  address.writeUInt8(AF_SYSTEM, 1);
  address.writeUInt16LE(AF_SYS_CONTROL, 2);
  address.writeUInt32LE(id, 4);
  return address;
}

/** `utun4`, as it stands in front of a zero. */
export function nameOf(text: Buffer): string {
  return text.toString('latin1', 0, text.indexOf(0));
}
