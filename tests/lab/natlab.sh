#!/usr/bin/env bash
# A home network out of network namespaces, with a real router daemon. See README.md beside this file.
#
#   lan  192.168.77.10, 2a11:db8:77::10   the user's computer         lan2 .20, ::20   a second one
#   router  br0 192.168.77.1, wan0 11.203.113.100 and up: nftables, and miniupnpd or a router with faults
#   [isp]   with --cgnat or --double-nat: a second NAT between router and wan
#   wan  11.203.113.1 and .2, 2a11:db8:ff::1   the outside, with a STUN server
#
# Nothing is made outside the namespaces: veths are born inside them. Every process is ended by its own recorded pid.
set -euo pipefail
export PATH=/usr/sbin:/sbin:$PATH LC_ALL=C

ID=${NATLAB_ID:-}
STATE=/tmp/natlab${ID:+-$ID}
HERE=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
NODE=${NODE:-node}
LAN=${ID}lan LAN2=${ID}lan2 ROUTER=${ID}router ISP=${ID}isp WAN=${ID}wan
# miniupnpd forwards nothing when its own address is a reserved one, and the ranges for documentation are. This one only looks
# public: no namespace has a route out. NATLAB_WAN_NET=203.0.113 shows what happens with a reserved one.
WAN_NET=${NATLAB_WAN_NET:-11.203.113}
LAN_NET=192.168.77 P6_LAN=2a11:db8:77 P6_WAN=2a11:db8:ff

die() { echo "natlab: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || die "must be root"
rx() { ip netns exec "$ROUTER" "$@"; }

# ---- processes
start_bg() { # name namespace command...
  local name=$1 ns=$2; shift 2
  ip netns exec "$ns" setsid "$@" >>"$STATE/$name.log" 2>&1 </dev/null &
  echo "$! $1" >"$STATE/$name.pid"
}

# Neither gone nor only waiting to be buried.
runs() { grep -qs '^State:.[^ZX]' "/proc/$1/status"; }

# Ends a process only if it still is the program that was started. A router that loses its power says no goodbye (KILL).
stop_pid() { # name [signal]
  local file=$STATE/$1.pid pid program
  [ -f "$file" ] || return 0
  read -r pid program <"$file" || true
  rm -f "$file"
  [ -n "${pid:-}" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "$(basename "$program")" || return 0
  kill "-${2:-TERM}" "$pid" 2>/dev/null || true
  for _ in $(seq 40); do runs "$pid" || return 0; sleep 0.05; done
  kill -KILL "$pid" 2>/dev/null || true
}

# ---- the router's kernel. No hairpin: miniupnpd's rules match what comes in from wan0, as on most routers.
nft_router() {
  local masquerade=masquerade
  [ "${F_SYM:-0}" = 0 ] || masquerade='masquerade fully-random'
  rx nft -f - <<NFT
table inet filter {
  chain miniupnpd { }
  chain prerouting_miniupnpd { }
  chain postrouting_miniupnpd { }
  chain lab_faults { }
  chain input {
    type filter hook input priority 0; policy accept;
    ct state established,related accept
    iifname "wan0" meta l4proto { icmp, ipv6-icmp } accept
    iifname "wan0" drop
    jump lab_faults
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    iifname "br0" accept
    meta l4proto ipv6-icmp accept
    jump miniupnpd
  }
  chain prerouting {
    type nat hook prerouting priority -100; policy accept;
    iifname "wan0" jump prerouting_miniupnpd
  }
  chain postrouting {
    type nat hook postrouting priority 100; policy accept;
    jump postrouting_miniupnpd
    oifname "wan0" meta nfproto ipv4 $masquerade
  }
}
NFT
}

apply_faults() {
  rx nft flush chain inet filter lab_faults
  # Byte 0 of a request is its version: 0 is NAT-PMP, 2 is PCP.
  [ "${F_PCPONLY:-0}" = 0 ] || rx nft add rule inet filter lab_faults iifname br0 udp dport 5351 @th,64,8 0 drop
  [ "${F_NOPCP:-0}" = 0 ] || rx nft add rule inet filter lab_faults iifname br0 udp dport 5351 @th,64,8 2 drop
  # miniupnpd answers PCP over IPv6 even where it is switched off.
  [ "${F_NATPMP:-yes}" = yes ] || rx nft add rule inet filter lab_faults iifname br0 udp dport 5351 reject
  [ "${F_LOSS:-0}" = 0 ] || rx nft add rule inet filter lab_faults iifname br0 udp dport '{ 1900, 5351 }' numgen random mod 100 '<' "$F_LOSS" drop
}

# ---- the router's daemon
start_router() {
  [ "${F_ABSENT:-0}" = 0 ] || return 0
  if [ -n "${F_QUIRK:-}" ]; then
    start_bg faulty "$ROUTER" "$NODE" "$HERE/faulty-router/router-child.ts" "$LAN_NET.1" "${F_EXTIP:-$(inner_wan)}" "$F_QUIRK"
    for _ in $(seq 200); do grep -qs '^ready' "$STATE/faulty.log" && return 0; sleep 0.05; done
    die "the faulty router did not start: $(cat "$STATE/faulty.log")"
  fi
  local rules="allow 1024-65535 $LAN_NET.0/24 1024-65535"
  [ "${F_REFUSE:-0}" = 0 ] || rules=
  cat >"$STATE/miniupnpd.conf" <<CONF
ext_ifname=wan0
listening_ip=br0
http_port=5000
enable_natpmp=${F_NATPMP:-yes}
enable_upnp=${F_UPNP:-yes}
min_lifetime=2
max_lifetime=${F_LEASE:-86400}
secure_mode=yes
notify_interval=30
uuid=66007e6c-0bb0-40bb-8b68-208ddb5625ec
force_igd_desc_v1=${F_IGD1:-no}
friendly_name=natlab router
lease_file=$STATE/leases
upnp_table_name=filter
upnp_nat_table_name=filter
${F_EXTIP:+ext_ip=$F_EXTIP}
$rules
deny 0-65535 0.0.0.0/0 0-65535
CONF
  # -d: stay in the foreground. The boot number has to be another at every start, also within one second.
  start_bg miniupnpd "$ROUTER" /usr/sbin/miniupnpd -f "$STATE/miniupnpd.conf" -d -P "$STATE/miniupnpd.self.pid" -b "$(($(date +%s%3N) % 16777215))"
  for _ in $(seq 100); do rx ss -Hlun 2>/dev/null | grep -qE ':(1900|5351) ' && return 0; sleep 0.02; done
  die "miniupnpd did not start: $(tail -3 "$STATE/miniupnpd.log")"
}

# ---- addresses: GEN counts the external ones handed out so far
save() { local v; { for v in $(compgen -v F_ || true); do printf '%s=%q\n' "$v" "${!v}"; done; echo "GEN=$GEN"; } >"$STATE/flags"; }
load() { [ -f "$STATE/flags" ] || die "not up"; . "$STATE/flags"; }
ext_ip() { echo "$WAN_NET.$((100 + GEN))"; }
inner_wan() { case ${F_ISP:-} in cgnat) echo "100.64.0.$((10 + GEN))";; double) echo "192.168.1.$((10 + GEN))";; *) ext_ip;; esac; }
upstream() { case ${F_ISP:-} in cgnat) echo 100.64.0.1;; double) echo 192.168.1.1;; *) echo "$WAN_NET.1";; esac; }

next_address() {
  local old_inner old_outer
  old_inner=$(inner_wan) old_outer=$(ext_ip)
  GEN=$(((GEN + 1) % 100)); save
  ip -n "$ROUTER" addr del "$old_inner/24" dev wan0
  ip -n "$ROUTER" addr add "$(inner_wan)/24" dev wan0
  ip -n "$ROUTER" route replace default via "$(upstream)"
  [ -n "${F_ISP:-}" ] || return 0
  ip -n "$ISP" addr del "$old_outer/24" dev up0
  ip -n "$ISP" addr add "$(ext_ip)/24" dev up0
  ip netns exec "$ISP" conntrack -F >/dev/null 2>&1 || true
}

# ---- commands
cmd_up() {
  local n v6=1
  unset ${!F_@}
  while [ $# -gt 0 ]; do case $1 in
    --no-upnp) F_UPNP=no;;
    --no-natpmp|--upnp-only) F_NATPMP=no;;        # miniupnpd has one switch for NAT-PMP and PCP
    --pcp-only) F_UPNP=no F_PCPONLY=1;;
    --natpmp-only) F_UPNP=no F_NOPCP=1;;
    --no-pcp) F_NOPCP=1;;
    --absent) F_ABSENT=1;;                        # routes, but maps no ports
    --refuse) F_REFUSE=1;;
    --symmetric) F_SYM=1;;
    --cgnat) F_ISP=cgnat;;
    --double-nat) F_ISP=double;;
    --lease) F_LEASE=$2; shift;;                  # of miniupnpd 2.3 it shortens PCP's only
    --igd1) F_IGD1=yes;;
    --ext-ip) F_EXTIP=$2; shift;;                 # what the router says is its address
    --loss) F_LOSS=$2; shift;;                    # percent of what is sent to ports 1900 and 5351
    --quirk) F_QUIRK=$2; shift;;                  # a router with faults instead of miniupnpd
    --no-ipv6) v6=0;;
    *) die "unknown option $1";; esac; shift; done
  cmd_down
  mkdir -p "$STATE"; GEN=0; save
  for n in $LAN $LAN2 $ROUTER $WAN ${F_ISP:+$ISP}; do
    ip netns add "$n"; ip -n "$n" link set lo up
    ip netns exec "$n" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.accept_ra=0
  done
  for n in $ROUTER ${F_ISP:+$ISP}; do ip netns exec "$n" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1; done

  ip -n $ROUTER link add br0 type bridge forward_delay 0 mcast_snooping 0
  ip -n $LAN link add eth0 type veth peer name lan0 netns $ROUTER
  ip -n $LAN2 link add eth0 type veth peer name lan1 netns $ROUTER
  ip -n $ROUTER link set lan0 master br0; ip -n $ROUTER link set lan1 master br0
  if [ -n "${F_ISP:-}" ]; then
    ip -n $ROUTER link add wan0 type veth peer name cust0 netns $ISP
    ip -n $WAN link add eth0 type veth peer name up0 netns $ISP
  else
    ip -n $ROUTER link add wan0 type veth peer name eth0 netns $WAN
  fi
  for n in lan0 lan1 br0 wan0; do ip -n $ROUTER link set $n up; done
  for n in $LAN $LAN2 $WAN; do ip -n $n link set eth0 up; done

  ip -n $LAN addr add $LAN_NET.10/24 dev eth0; ip -n $LAN2 addr add $LAN_NET.20/24 dev eth0
  ip -n $ROUTER addr add $LAN_NET.1/24 dev br0
  ip -n $WAN addr add $WAN_NET.1/24 dev eth0; ip -n $WAN addr add $WAN_NET.2/24 dev eth0
  ip -n $LAN route add default via $LAN_NET.1; ip -n $LAN2 route add default via $LAN_NET.1
  ip -n $ROUTER addr add "$(inner_wan)/24" dev wan0
  [ -z "${F_ISP:-}" ] || up_isp
  ip -n $ROUTER route add default via "$(upstream)"
  [ $v6 = 0 ] || up_ipv6
  nft_router; apply_faults
  if command -v turnserver >/dev/null; then
    start_bg stun $WAN turnserver -n --stun-only --no-cli --no-tls --no-dtls -L $WAN_NET.1 -L $WAN_NET.2 -p 3478 --alt-listening-port 3479 --log-file stdout --pidfile "$STATE/turn.self.pid"
  fi
  start_router
}

up_isp() {
  ip -n $ISP link set cust0 up; ip -n $ISP link set up0 up
  ip -n $ISP addr add "$(upstream)/24" dev cust0; ip -n $ISP addr add "$(ext_ip)/24" dev up0
  ip netns exec $ISP nft -f - <<NFT
table inet isp {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    iifname "cust0" accept
    meta nfproto ipv6 accept
  }
  chain post {
    type nat hook postrouting priority 100; policy accept;
    oifname "up0" meta nfproto ipv4 masquerade
  }
}
NFT
}

up_ipv6() {
  ip -n $LAN addr add $P6_LAN::10/64 dev eth0 nodad; ip -n $LAN2 addr add $P6_LAN::20/64 dev eth0 nodad
  ip -n $ROUTER addr add $P6_LAN::1/64 dev br0 nodad
  ip -n $WAN addr add $P6_WAN::1/64 dev eth0 nodad
  ip -n $LAN -6 route add default via $P6_LAN::1; ip -n $LAN2 -6 route add default via $P6_LAN::1
  if [ -z "${F_ISP:-}" ]; then
    ip -n $ROUTER addr add $P6_WAN::2/64 dev wan0 nodad; ip -n $ROUTER -6 route add default via $P6_WAN::1
    ip -n $WAN -6 route add $P6_LAN::/64 via $P6_WAN::2
    return
  fi
  ip -n $ISP addr add $P6_WAN::fe/64 dev up0 nodad; ip -n $ISP addr add $P6_WAN:1::1/64 dev cust0 nodad
  ip -n $ROUTER addr add $P6_WAN:1::2/64 dev wan0 nodad; ip -n $ROUTER -6 route add default via $P6_WAN:1::1
  ip -n $ISP -6 route add $P6_LAN::/64 via $P6_WAN:1::2; ip -n $WAN -6 route add $P6_LAN::/64 via $P6_WAN::fe
  ip -n $WAN -6 route add $P6_WAN:1::/64 via $P6_WAN::fe
}

cmd_down() {
  local name n pid there
  for name in faulty miniupnpd stun; do stop_pid $name KILL; done
  there=$(ip netns list 2>/dev/null | awk '{print $1}')
  for n in $LAN $LAN2 $ROUTER $ISP $WAN; do
    grep -qx "$n" <<<"$there" || continue
    # What still runs in a namespace of our own was left there by a test.
    for pid in $(ip netns pids "$n" 2>/dev/null); do kill -KILL "$pid" 2>/dev/null || true; done
    ip netns del "$n"
  done
  rm -rf "$STATE"
}

cmd_reboot() { # [seconds without power]
  load
  stop_pid faulty KILL; stop_pid miniupnpd KILL
  rm -f "$STATE/leases" "$STATE/miniupnpd.self.pid" "$STATE/faulty.log"
  rx nft flush ruleset; rx conntrack -F >/dev/null 2>&1 || true
  ip -n $ROUTER link set lan0 down; ip -n $ROUTER link set lan1 down
  next_address
  sleep "${1:-1}"
  ip -n $ROUTER link set lan0 up; ip -n $ROUTER link set lan1 up
  nft_router; apply_faults; start_router
}

cmd_set() {
  load
  case $1 in
    refuse) F_REFUSE=1;; allow) F_REFUSE=0;; absent) F_ABSENT=1;; present) F_ABSENT=0;;
    loss) F_LOSS=$2; save; apply_faults; return;;
    quirk) F_QUIRK=$2;; noquirk) F_QUIRK=;;
    *) die "set what?";; esac
  save; stop_pid faulty; stop_pid miniupnpd; rm -f "$STATE/faulty.log"
  start_router
}

# The rules go behind the daemon's back: it still lists what it no longer forwards.
cmd_forget() { local c; for c in miniupnpd prerouting_miniupnpd postrouting_miniupnpd; do rx nft flush chain inet filter $c; done; }

cmd_status() {
  load
  echo "external $(ext_ip), the router's own $(inner_wan)"
  rx nft list chain inet filter prerouting_miniupnpd; rx nft list chain inet filter miniupnpd
  cat "$STATE/leases" 2>/dev/null || true
}

cmd_exec() { case $1 in lan|lan2|router|isp|wan) exec ip netns exec "$ID$1" "${@:2}";; *) die "no namespace $1";; esac; }

case ${1:-} in
  up) cmd_up "${@:2}";; down) cmd_down;; exec) cmd_exec "${@:2}";; status) cmd_status;;
  reboot-router) cmd_reboot "${@:2}";; new-ip) load; next_address;; forget) cmd_forget;; set) cmd_set "${@:2}";;
  log) cat "$STATE/${2:-miniupnpd}.log";;
  *) die "up [options] | down | status | exec NAMESPACE COMMAND... | reboot-router [SECONDS] | new-ip | forget | set ... | log [miniupnpd|faulty|stun]";;
esac
