#!/usr/bin/env bash
# two-homes.sh - two home networks, each behind a router with the kernel's NAT, and what is between them. Network namespaces, nothing else.
#
#   ID-home-a  192.168.77.10 (and .20 in ID-home-a2, on the same LAN)   behind ID-router-a, 11.203.113.101
#   ID-home-b  192.168.78.10                                            behind ID-router-b, 11.203.113.102
#   ID-wan     11.203.113.1 and .2 for servers that look public, 10.99.0.1 for one that its user has in a network of their own
#
#   up ID [plain|symmetric] [plain|symmetric]   how each router picks ports: the same towards everybody, or another for each
#   reboot ID a|b                               it loses what it knew and comes back with another external address
#   down ID
set -euo pipefail
export PATH=/usr/sbin:/sbin:$PATH LC_ALL=C
cmd=${1:?}; id=${2:?}
wan=$id-wan
inside() { ip netns exec "$@"; }

nat() { # ROUTER KIND
  local how=masquerade; [ "$2" = symmetric ] && how='masquerade fully-random'
  inside "$1" nft -f - <<NFT
flush ruleset
table ip nat {
  chain out { type nat hook postrouting priority 100; oifname wan0 $how
  }
}
table ip filter {
  # As home routers do: else what comes uncalled takes the very port that the answer is about to go out by.
  chain own { type filter hook input priority 0; policy accept
    iifname wan0 ct state new drop
  }
  chain through { type filter hook forward priority 0; policy drop
    ct state established,related accept
    iifname br0 accept
  }
}
NFT
}

home() { # LETTER NET EXTERNAL KIND
  local r=$id-router-$1 h=$id-home-$1
  ip netns add "$r"; ip netns add "$h"
  ip -n "$r" link set lo up; ip -n "$h" link set lo up
  ip -n "$r" link add br0 type bridge; ip -n "$r" link set br0 up
  ip -n "$h" link add eth0 type veth peer name lan0 netns "$r"
  ip -n "$r" link set lan0 master br0; ip -n "$r" link set lan0 up; ip -n "$h" link set eth0 up
  ip -n "$r" addr add "$2.1/24" dev br0
  ip -n "$h" addr add "$2.10/24" dev eth0; ip -n "$h" route add default via "$2.1"
  ip -n "$r" link add wan0 type veth peer name "up$1" netns "$wan"
  ip -n "$wan" link set "up$1" master br0; ip -n "$wan" link set "up$1" up; ip -n "$r" link set wan0 up
  ip -n "$r" addr add "$3/24" dev wan0; ip -n "$r" route add default via 11.203.113.1
  inside "$r" sysctl -qw net.ipv4.ip_forward=1
  nat "$r" "$4"
}

case $cmd in
up)
  ip netns add "$wan"; ip -n "$wan" link set lo up
  ip -n "$wan" link add br0 type bridge; ip -n "$wan" link set br0 up
  ip -n "$wan" addr add 11.203.113.1/24 dev br0; ip -n "$wan" addr add 11.203.113.2/24 dev br0
  ip -n "$wan" addr add 10.99.0.1/32 dev lo
  home a 192.168.77 11.203.113.101 "${3:-plain}"
  home b 192.168.78 11.203.113.102 "${4:-plain}"
  ip netns add "$id-home-a2"; ip -n "$id-home-a2" link set lo up
  ip -n "$id-home-a2" link add eth0 type veth peer name lan1 netns "$id-router-a"
  ip -n "$id-router-a" link set lan1 master br0; ip -n "$id-router-a" link set lan1 up; ip -n "$id-home-a2" link set eth0 up
  ip -n "$id-home-a2" addr add 192.168.77.20/24 dev eth0; ip -n "$id-home-a2" route add default via 192.168.77.1 ;;
reboot)
  r=$id-router-${3:?}; n=$([ "$3" = a ] && echo 1 || echo 2)
  inside "$r" conntrack -F >/dev/null 2>&1
  ip -n "$r" addr flush dev wan0; ip -n "$r" addr add "11.203.113.11$n/24" dev wan0; ip -n "$r" route replace default via 11.203.113.1
  inside "$r" conntrack -F >/dev/null 2>&1 ;;
down)
  for n in home-a home-a2 home-b router-a router-b wan; do
    ip netns list | awk '{print $1}' | grep -qx "$id-$n" || continue
    # What still runs in a namespace of our own was left there by a test.
    for pid in $(ip netns pids "$id-$n"); do kill -KILL "$pid" 2>/dev/null || true; done
    ip netns del "$id-$n"
  done ;;
*) echo "up ID [KIND] [KIND] | reboot ID a|b | down ID" >&2; exit 2 ;;
esac
