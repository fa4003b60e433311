// What is tried from inside a box, as a script for bash: a line for each try, `name<tab>what was seen`. It does what a stranger's program
// would; what would do harm if it went through is done so that it changes nothing.

export interface Target {
  readonly check: 'this-computer' | 'home-network' | 'metadata' | 'other-boxes' | 'ipv6' | 'mail';
  readonly address: string;
  readonly port: number;
}

/** One that answers wherever there is an Internet; a box may reach it. */
export const PUBLIC: Pick<Target, 'address' | 'port'> = { address: '9.9.9.9', port: 53 };

export interface Tries {
  /** For an answer of each target. A box of half a slow core takes seconds to try alone, and where none should be silent, waiting costs nothing. */
  readonly seconds: number;
  readonly targets: readonly Target[];
  /** Filled, and the root as well where it can be written. */
  readonly dataPath: string;
  readonly diskMiB: number;
  readonly writableRoot: boolean;
  /** Of a box that can't read its own limits: more than either is tried. */
  readonly beyond?: { readonly memoryMiB: number /** Null: the engine limits none. */; readonly pids: number | null };
}

export function probeScript({ seconds, targets, dataPath, diskMiB, writableRoot, beyond }: Tries): string {
  return [
    'say() { printf "%s\\t%s\\n" "$1" "$2"; }',
    'of() { local key rest; while read -r key rest; do [ "$key" = "$1:" ] && printf %s "$rest"; done </proc/self/status; }',
    'first() { local f; for f in "$@"; do [ -r "$f" ] && printf %s "$(<"$f")" && return; done; }',
    // What a program says when it is refused; empty where it was not.
    `refused() { local said; if said=$(timeout 5 "$@" 2>&1); then printf ""; else printf %s "\${said##*: }"; fi; }`,
    'say capabilities "$(of CapBnd)"',
    'say no-new-privileges "$(of NoNewPrivs)"',
    'say seccomp "$(of Seccomp)"',
    ...(beyond ? triesBeyond(beyond) : []),
    'say memory "$(first /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes)"',
    'say pids "$(first /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max)"',
    'say cpu "$(first /sys/fs/cgroup/cpu.max /sys/fs/cgroup/cpu/cpu.cfs_quota_us)"',
    'say read-only "$(refused dd if=/dev/zero of=/outside bs=1 count=1 status=none)"; rm -f /outside 2>/dev/null',
    'say mount "$(refused mount -t tmpfs none /tmp)"',
    'say devices "$(refused mknod /tmp/disk b 8 0)"',
    'found=; for d in /dev/*; do [ -b "$d" ] && found="$found $d"; done; say block-devices "$found"',
    'set=/proc/sys/kernel/panic; v=$(<$set); say kernel-settings "$(refused bash -c "echo $v >$set")"',
    'say kernel-log "$(refused dd if=/dev/kmsg of=/dev/null bs=1 count=1 status=none)"',
    ...[dataPath, ...(writableRoot ? [''] : [])].map(
      (folder) =>
        `said=$(dd if=/dev/zero of=${folder}/fill bs=1048576 count=${diskMiB + 16} status=none 2>&1); say "disk ${folder}/" "\${said##*: }"; rm -f ${folder}/fill`,
    ),
    'servers=; while read -r key value _; do [ "$key" = nameserver ] && servers="$servers $value"; done </etc/resolv.conf; say dns "$servers"',
    `try() { local said; if said=$(timeout ${seconds} bash -c "exec 3<>/dev/tcp/$1/$2" 2>&1); then printf reached; else [ $? = 124 ] && printf silence || printf %s "\${said##*: }"; fi; }`,
    ...targets.map(({ check, address, port }) => `say "net ${check} ${address} ${port}" "$(try ${address} ${port})"`),
    `say internet "$(try ${PUBLIC.address} ${PUBLIC.port})"`,
    'say end ""',
  ].join('\n');
}

/** Whether that is all that such a script says. */
export const isWhole = (said: string) => /^end\t/m.test(said);

function triesBeyond({ memoryMiB, pids }: NonNullable<Tries['beyond']>): readonly string[] {
  return [
    'say users "$(</proc/self/uid_map)"',
    `timeout 20 dd if=/dev/zero of=/dev/null bs=$((${memoryMiB + 64} * 1048576)) count=1 status=none 2>/dev/null; say memory-tried "$?"`,
    ...(pids === null
      ? []
      : [
          `said=$(timeout 5 bash -c 'for ((i = 0; i < ${pids + 32}; i++)); do sleep 9 & done' 2>&1); said=\${said//[[:cntrl:]]/ }; say processes-tried "\${said:0:120}"`,
        ]),
  ];
}
