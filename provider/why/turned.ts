import type { Resource } from "../model/resources";
import type { Evidence } from "./blame";
import { clause, hostText, lower } from "./words";

/** What has sent a packet elsewhere than to where it was to go. */
export interface Turned {
  /** A clause. */
  why: string;
  by: Resource | undefined;
  todo: string;
}

const TURNS = /: (dnat|redirect)$/;

/** The firewall on the way there by which a packet is by now for `about`, which is not the address that was asked for. */
export function turnedTo({ model, to, live }: Evidence, about: string | undefined): Turned | undefined {
  if (about === undefined || about === to || about === model.source) return undefined;
  const walls = (host: string) => live.graph.hosts.get(host)?.firewalls.map(({ by }) => by) ?? [];
  const turned = (host: string, why: string, by: readonly Resource[]): Turned => ({
    ...{ why, by: by.find((one) => walls(host).includes(one)) },
    todo: `Correct the rules of the firewall of ${hostText(host)}.`,
  });
  for (const { host, decided } of model.destination === about ? model.there : []) {
    const by = decided.find((one) => one.by === "firewall" && TURNS.test(one.text));
    if (by) return turned(host, `the firewall of ${hostText(host)} sends the packet there (${by.text})`, by.resources);
  }
  const { stop } = model;
  const isByWall = stop?.code === "not-modelled" && stop.by.some((one) => walls(stop.host).includes(one));
  if (!stop || !isByWall || isGateway(live.graph, about)) return undefined;
  return turned(stop.host, lower(clause(stop.why)), stop.by);
}

/** Of what goes by a gateway, it is the gateway that is asked for. */
function isGateway({ hosts }: Evidence["live"]["graph"], address: string): boolean {
  const routes = [...hosts.values()].flatMap((host) => host.routes);
  return routes.some(
    ({ gateway, nexthops }) => gateway === address || JSON.stringify(nexthops ?? "").includes(`"${address}"`),
  );
}
