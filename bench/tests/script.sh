# script.sh COUNT LABS: what people write without any library.
count=$1
for lab in $(seq "$2"); do
  unshare --user --map-root-user --net --mount sh -ec '
    mount -t tmpfs tmpfs /run
    ip netns add switch
    ip -n switch link add br0 up type bridge
    for i in $(seq '"$count"'); do
      ip netns add h$i
      ip link add eth0 netns h$i up type veth peer name h$i netns switch
      ip -n switch link set h$i master br0 up
      ip -n h$i address add 10.0.0.$i/24 dev eth0
    done
    ip netns exec h1 ping -q -c1 -W1 10.0.0.'"$count"' >/dev/null
    echo answered'
done
