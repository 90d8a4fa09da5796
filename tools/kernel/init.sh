#!/bin/busybox sh
# The first process in the second kernel. Its root is that of the machine, of which nothing can be changed: what is written
# goes to memory. Over it lie some programs, in memory for speed, and the bundles of the tests; OUT alone is the machine's own folder.
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs dev /dev
for module in $($b cat /modules/order); do $b insmod "/modules/$module"; done

share=trans=virtio,version=9p2000.L,msize=512000
for tag in machine layer; do $b mount -t 9p -o "ro,cache=loose,$share" "$tag" "/$tag"; done
$b mount -t tmpfs -o mode=755,size=90% tmpfs /written
$b mkdir /written/upper /written/work
$b mount -t overlay -o lowerdir=/memory:/layer:/machine,upperdir=/written/upper,workdir=/written/work overlay /root

$b mkdir -p /root/usr/lib/modules
$b mount -t tmpfs tmpfs /root/usr/lib/modules
$b mkdir "/root/usr/lib/modules/$VERSION"
$b mount -t 9p -o "ro,cache=loose,$share" modules "/root/usr/lib/modules/$VERSION"
$b mount -t 9p -o "rw,$share" out "/root$OUT"

for place in proc sys dev; do $b mount --move "/$place" "/root/$place"; done
$b mount -t tmpfs -o mode=755 tmpfs /root/run
$b mkdir -p /root/dev/pts /root/dev/shm
$b mount -t devpts devpts /root/dev/pts
$b mount -t tmpfs shm /root/dev/shm
$b mount -t cgroup2 cgroup2 /root/sys/fs/cgroup
exec $b switch_root /root /bin/sh "$OUT/first.sh"
