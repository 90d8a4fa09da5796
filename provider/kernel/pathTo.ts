import { NetnsError } from "../errors";
import { NetlinkError } from "../netlink/message";
import { findRoute } from "../netlink/route";
import { showLinks } from "./link";
import type { Looking } from "./looking";

interface Question {
  namespace?: string | undefined;
  to: string;
  from?: string | undefined;
  device?: string | undefined;
}

/** What `ip route get` tells of the way to an address, and how large a packet may be that takes it. */
export async function pathTo(kernel: Looking, { namespace, to, from, device }: Question) {
  const links = await showLinks(kernel, namespace);
  const out = links?.find(({ ifname }) => ifname === device);
  const words = [to, ...(from === undefined ? [] : ["from", from]), ...(device === undefined ? [] : ["oif", device])];
  const fail = (at: string, said: string) => {
    const host = namespace === undefined ? "the host" : `the namespace ${namespace}`;
    const line = ["ip", ...(namespace === undefined ? [] : ["-n", namespace]), "route", "get", ...words].join(" ");
    const own = from === undefined ? "" : ` by its address ${from}`;
    const must = from === undefined ? "" : `, where ${from} must be one of its own`;
    const todo = `See \`${line}\`${must}; give the host an address or a route for it, or name another one.`;
    const tried = `there is no way from ${host}${own} to ${to}`;
    return new NetnsError({ kind: "notFound", tried, said, todo, at: [at] });
  };
  if (!links) throw fail("namespace", "there is no such namespace");
  if (device !== undefined && !out) throw fail("device", "there is no such device");
  const found = await kernel.look(namespace, ["ip", "route", "get", ...words], (netlink, file) => {
    try {
      return findRoute(netlink, file, { dst: to, src: from, oif: out?.ifindex });
    } catch (error) {
      if (error instanceof NetlinkError && error.code !== undefined) throw fail("to", `the kernel says ${error.code}`);
      throw error;
    }
  });
  const link = links.find(({ ifindex }) => ifindex === found?.oif);
  if (!found || !link) throw fail("to", "the kernel names no device");
  const mtu = Math.min(link.mtu, found.metrics?.mtu || link.mtu);
  return { device: link.ifname, mtu, ...(found.gateway !== undefined && { gateway: found.gateway }) };
}
