import { familyOf } from "../../core/ip";
import { type Host, isKnown } from "../graph";
import { type Range, rangeOf } from "../inet";
import type { Resource } from "../resources";
import { forwards } from "../settings";
import { andMore, type Check, type Found, type Lab } from "./finding";
import { type Leg, legsOf, routersAt } from "./gateways";

export const routerWithoutForwarding: Check = {
  code: "router-without-forwarding",
  title: "A host is the gateway of others but does not forward",
  level: "error",
  find(lab) {
    const asked = new Map<string, { router: Host; family: "inet" | "inet6"; legs: Leg[] }>();
    for (const leg of legsOf(lab)) {
      if (!leg.device) continue;
      const family = familyOf(leg.gateway);
      const routers = routersAt(lab, leg, leg.device);
      const [router] = routers;
      if (!router || routers.size > 1 || forwards(router, family) !== false || !isMoreBehind(lab, router, leg))
        continue;
      const key = `${family} ${router.name}`;
      const before = asked.get(key);
      if (before) before.legs.push(leg);
      else asked.set(key, { router, family, legs: [leg] });
    }
    return [...asked.values()].map(({ router, family, legs }) => found(router, family, legs));
  },
};

function found(router: Host, family: "inet" | "inet6", legs: readonly Leg[]): Found {
  const key = family === "inet" ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding";
  const set = router.sysctls.get(key)?.by;
  const resources = [set, router.by, ...legs.map(({ route }) => route.by)];
  return {
    resources: [...new Set(resources.filter((one): one is Resource => one !== undefined))],
    what:
      `${andMore([...new Set(legs.map(({ host }) => host.name))])} send through ${router.name} to ` +
      `${andMore([...new Set(legs.map(({ route }) => String(route.destination)))])}, but ${router.name} does not forward: ` +
      `${key} is 0${set ? "" : ", the kernel's default, because nothing sets it"}.`,
    todo: `Set \`${key}\` to 1 in ${router.name}.`,
  };
}

/** Whether the route leads to more than addresses of the router's own: a network of it on another link, or a way of its own. */
function isMoreBehind(lab: Lab, router: Host, { route, device }: Leg): boolean {
  const range = isKnown(route.destination) ? rangeOf(route.destination) : undefined;
  if (!range || !device) return false;
  const near = lab.domains.of(device).devices;
  const beyond = [...router.devices.values()].filter(
    (one) => one.name !== "lo" && !near.has(one) && one.link?.type !== "dummy",
  );
  if (beyond.length === 0) return false;
  const networks = beyond.flatMap((one) => lab.addressesOf(one).map(({ network }) => network));
  const onwards = router.routes.flatMap(({ destination, type }) => {
    const to = isKnown(destination) && type === "unicast" ? rangeOf(destination) : undefined;
    return to ? [to] : [];
  });
  return [...networks, ...onwards].some((other) => overlaps(range, other));
}

function overlaps(one: Range, other: Range): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}
