// Where common home routers keep the switch that lets programs open ports, and the list of ports forwarded by hand. Names of menus
// are the makers' own; they change with versions, so they are given as "look there".

export interface RouterMenus {
  readonly id: string;
  /** As makers write it. */
  readonly name: string;
  /** Found in what a router calls itself. */
  readonly signs: RegExp;
  /** Usual address of its pages in the home network. */
  readonly pages?: string;
  /** Where programs are allowed to open ports. */
  readonly allow: readonly string[];
  /** Where a port is forwarded by hand. */
  readonly forward: readonly string[];
}

export const routers: readonly RouterMenus[] = [
  {
    id: 'fritzbox',
    name: 'AVM FRITZ!Box',
    signs: /fritz!?\s?box|\bavm\b/i,
    pages: 'http://fritz.box',
    allow: ['Internet', 'Permit Access (Freigaben)', 'Port Sharing', 'Permit independent port sharing for this device'],
    forward: ['Internet', 'Permit Access (Freigaben)', 'Port Sharing', 'Add Device for Sharing'],
  },
  {
    id: 'asus',
    name: 'ASUS',
    signs: /\basus|\brt-a[cx]|zenwifi/i,
    pages: 'http://www.asusrouter.com',
    allow: ['WAN', 'Internet Connection', 'Enable UPnP'],
    forward: ['WAN', 'Virtual Server / Port Forwarding'],
  },
  {
    id: 'tplink',
    name: 'TP-Link',
    signs: /tp-?link|\barcher\b|\bdeco\b/i,
    pages: 'http://tplinkwifi.net',
    allow: ['Advanced', 'NAT Forwarding', 'UPnP'],
    forward: ['Advanced', 'NAT Forwarding', 'Port Forwarding'],
  },
  {
    id: 'netgear',
    name: 'NETGEAR',
    signs: /netgear|nighthawk|\borbi\b/i,
    pages: 'http://www.routerlogin.net',
    allow: ['ADVANCED', 'Advanced Setup', 'UPnP'],
    forward: ['ADVANCED', 'Advanced Setup', 'Port Forwarding / Port Triggering'],
  },
  {
    id: 'linksys',
    name: 'Linksys',
    signs: /linksys|\bvelop\b/i,
    pages: 'http://myrouter.local',
    allow: ['Connectivity', 'Administration', 'UPnP'],
    forward: ['Security', 'Apps and Gaming', 'Single Port Forwarding'],
  },
  {
    id: 'dlink',
    name: 'D-Link',
    signs: /d-?link/i,
    pages: 'http://dlinkrouter.local',
    allow: ['Settings', 'Network', 'Advanced Settings', 'UPnP'],
    forward: ['Features', 'Port Forwarding'],
  },
  {
    id: 'unifi',
    name: 'Ubiquiti UniFi',
    signs: /unifi|ubiquiti|dream machine/i,
    allow: ['Settings', 'Internet', 'UPnP'],
    forward: ['Settings', 'Policy Engine', 'Port Forwarding'],
  },
  {
    id: 'mikrotik',
    name: 'MikroTik',
    signs: /mikrotik|routeros/i,
    pages: 'http://192.168.88.1',
    allow: ['IP', 'UPnP', 'Enabled'],
    forward: ['IP', 'Firewall', 'NAT'],
  },
  {
    id: 'openwrt',
    name: 'OpenWrt',
    signs: /openwrt|miniupnpd/i,
    pages: 'http://192.168.1.1',
    allow: ['System', 'Software', 'luci-app-upnp', 'Services', 'UPnP IGD & PCP'],
    forward: ['Network', 'Firewall', 'Port Forwards'],
  },
  {
    id: 'opnsense',
    name: 'OPNsense',
    signs: /opnsense/i,
    allow: ['System', 'Firmware', 'Plugins', 'os-upnp', 'Services', 'Universal Plug and Play'],
    forward: ['Firewall', 'NAT', 'Port Forward'],
  },
  {
    id: 'pfsense',
    name: 'pfSense',
    signs: /pfsense/i,
    allow: ['Services', 'UPnP IGD & PCP'],
    forward: ['Firewall', 'NAT', 'Port Forward'],
  },
  {
    id: 'airport',
    name: 'Apple AirPort',
    signs: /airport|time capsule/i,
    allow: ['AirPort Utility', 'Edit', 'Network', 'Network Options', 'Enable NAT Port Mapping Protocol'],
    forward: ['AirPort Utility', 'Edit', 'Network', 'Port Settings'],
  },
  {
    id: 'nest',
    name: 'Google Nest Wifi',
    signs: /\bgoogle\b|\bnest\b/i,
    allow: ['Google Home', 'Wifi', 'Settings', 'Advanced networking', 'UPnP'],
    forward: ['Google Home', 'Wifi', 'Settings', 'Advanced networking', 'Port management'],
  },
  {
    id: 'eero',
    name: 'eero',
    signs: /\beero\b/i,
    allow: ['eero', 'Settings', 'Network settings', 'UPnP'],
    forward: ['eero', 'Settings', 'Network settings', 'Reservations & port forwarding'],
  },
  {
    id: 'zyxel',
    name: 'Zyxel',
    signs: /zyxel/i,
    pages: 'http://192.168.1.1',
    allow: ['Network Setting', 'Home Networking', 'UPnP'],
    forward: ['Network Setting', 'NAT', 'Port Forwarding'],
  },
  {
    id: 'xfinity',
    name: 'Xfinity',
    signs: /xfinity|comcast|\bxb[3-8]\b/i,
    pages: 'http://10.0.0.1',
    allow: ['Advanced', 'Device Discovery', 'UPnP'],
    forward: ['Advanced', 'Port Forwarding'],
  },
  {
    id: 'bt',
    name: 'BT Smart Hub',
    signs: /smart hub|bt home ?hub/i,
    pages: 'http://bthomehub.home',
    allow: ['Advanced settings', 'Firewall', 'UPnP'],
    forward: ['Advanced settings', 'Firewall', 'Port forwarding'],
  },
  {
    id: 'freebox',
    name: 'Freebox',
    signs: /freebox/i,
    pages: 'http://mafreebox.freebox.fr',
    allow: ['Paramètres de la Freebox', 'Mode avancé', 'UPnP IGD'],
    forward: ['Paramètres de la Freebox', 'Mode avancé', 'Gestion des ports'],
  },
  {
    id: 'livebox',
    name: 'Orange Livebox',
    signs: /livebox/i,
    pages: 'http://livebox',
    allow: ['Réseau', 'UPnP'],
    forward: ['Réseau', 'NAT/PAT'],
  },
  {
    id: 'speedport',
    name: 'Telekom Speedport',
    signs: /speedport/i,
    pages: 'http://speedport.ip',
    allow: ['Heimnetzwerk', 'UPnP'],
    forward: ['Internet', 'Portfreischaltung'],
  },
];

/** By what a router calls itself, or is called, what tells most first; undefined where no maker is known in any of it. */
export function routerBy(...names: readonly (string | null | undefined)[]): RouterMenus | undefined {
  for (const name of names) {
    const text = (name ?? '').slice(0, 300);
    const known = text === '' ? undefined : routers.find(({ signs }) => signs.test(text));
    if (known) return known;
  }
  return undefined;
}
