import type { Json } from "../../../provider/core/values";
import { type Graph, graphOf } from "../../../provider/model/graph";
import { resourcesOf } from "../../../provider/model/resources";

/**
 * A small lab in a few lines, as a Topology's inputs; the namespaces are those that the lines name. What a line has no word
 * for stands behind it as JSON:
 *
 *     cable a/eth0 b/eth0 {"a":{"mtu":1400}}
 *     address a/eth0 10.0.0.1/24
 */
export function topologyOfLines(lines: string): Json {
  const lists: Record<string, Json[]> = {};
  const add = (list: string, one: Json) => {
    const all = lists[list] ?? [];
    lists[list] = all;
    all.push(one);
  };
  const hosts = new Map<string, Json>();
  const at = (place = "") => {
    const [namespace = "", name = ""] = place.split("/");
    if (!hosts.has(namespace)) hosts.set(namespace, { name: namespace });
    return { namespace, name };
  };
  for (const line of lines.split("\n").map((one) => one.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    const json = line.indexOf(" {");
    const more: Json = json < 0 ? {} : JSON.parse(line.slice(json));
    const [word = "", first, ...rest] = (json < 0 ? line : line.slice(0, json)).split(/\s+/);
    const { namespace, name } = at(first);
    const device = { namespace, device: name };
    switch (word) {
      case "host":
        hosts.set(namespace, { name: namespace, ...more });
        break;
      case "cable":
        add("vethPairs", { a: { ...at(first), ...(more.a as Json) }, b: { ...at(rest[0]), ...(more.b as Json) } });
        break;
      case "bridge":
        add("bridges", { namespace, name, ...more });
        break;
      case "dummy":
        add("dummies", { namespace, name, ...more });
        break;
      case "port":
        add("bridgePorts", { namespace, bridge: name, device: rest[0], ...more });
        break;
      case "vlan":
        add("vlans", { namespace, name, parent: rest[0], vid: Number(rest[1]), ...more });
        break;
      case "macvlan":
        add("macvlans", { namespace, name, parent: rest[0], ...more });
        break;
      case "vxlan":
        add("vxlans", { namespace, name, vni: Number(rest[0]), ...more });
        break;
      case "ovs":
        add("ovsBridges", { namespace, name, ...more });
        break;
      case "ovsPort":
        add("ovsPorts", { namespace, bridge: name, name: rest[0], ...more });
        break;
      case "settings":
        add("linkSettings", { ...device, ...more });
        break;
      case "sysctl":
        add("sysctls", { namespace, key: rest[0], value: String(rest[1]), ...more });
        break;
      case "address":
        add("addresses", { ...device, address: rest[0], ...more });
        break;
      case "neighbor":
        add("neighbors", { ...device, address: rest[0], ...(rest[1] && { mac: rest[1] }), ...more });
        break;
      case "route":
        add("routes", { namespace, destination: rest[0], ...(rest[1] && { gateway: rest[1] }), ...more });
        break;
      case "rule":
        add("rules", { namespace, priority: Number(rest[0]), ...more });
        break;
      case "qdisc":
        add("qdiscs", { ...device, kind: rest[0], ...more });
        break;
      case "firewall":
        add("firewalls", { namespace, name: "filter", ...more });
        break;
      default:
        throw new Error(`No word ${word}`);
    }
  }
  return { namespaces: [...hosts.values()], ...lists };
}

function graphOfTopology(inputs: Json): Graph {
  const urn = "urn:pulumi:lab::labs::netns:index:Topology::lab";
  return graphOf(resourcesOf([{ type: "netns:index:Topology", urn, inputs }]));
}

export function graphOfLines(lines: string): Graph {
  return graphOfTopology(topologyOfLines(lines));
}
