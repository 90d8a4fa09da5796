import { isObject, type Json, type Path } from "../../core/values";

/** An end of a link, in either form that containerlab has for it. */
export interface LinkEnd {
  node: string;
  device: string;
  mac?: { value: string; path: Path };
  addresses: { value: string; path: Path }[];
}

/** The ends of a link, or what is wrong with them. */
export function endsOf(link: Json, path: Path): LinkEnd[] | string {
  const { endpoints, endpoint } = link;
  if (endpoints === undefined && endpoint !== undefined) {
    const end = endOf(endpoint, [...path, "endpoint"]);
    return typeof end === "string" ? end : [end];
  }
  if (!Array.isArray(endpoints)) return "it has no `endpoints`";
  if (endpoints.length !== 2 && link.type === undefined) return "it has not two ends";
  const ends: LinkEnd[] = [];
  for (const [index, one] of endpoints.entries()) {
    const end = endOf(one, [...path, "endpoints", index]);
    if (typeof end === "string") return end;
    for (const key of ["ipv4", "ipv6"]) {
      const list = link[key];
      const value = Array.isArray(list) ? list[index] : undefined;
      if (typeof value === "string" && value !== "") end.addresses.push({ value, path: [...path, key, index] });
    }
    ends.push(end);
  }
  return ends;
}

function endOf(one: unknown, path: Path): LinkEnd | string {
  if (typeof one === "string") {
    const colon = one.indexOf(":");
    if (colon < 0) return `its end \`${one}\` names no device`;
    return { node: one.slice(0, colon).trim(), device: one.slice(colon + 1).trim(), addresses: [] };
  }
  if (!isObject(one)) return "an end of it is neither `NODE:DEVICE` nor a map";
  const { node, interface: device, mac } = one;
  if (node === undefined || device === undefined) return "an end of it names no node, or no interface";
  const addresses = ["ipv4", "ipv6"].flatMap((key) => {
    const value = one[key];
    return typeof value === "string" && value !== "" ? [{ value, path: [...path, key] }] : [];
  });
  return {
    node: String(node),
    device: String(device),
    ...(typeof mac === "string" && { mac: { value: mac.replaceAll("-", ":"), path: [...path, "mac"] } }),
    addresses,
  };
}
