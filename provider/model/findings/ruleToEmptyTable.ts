import { isKnown } from "../graph";
import type { Check, Found } from "./finding";

/** default, main, local and unspecified: the kernel fills them, or takes them for main. */
const OF_KERNEL = [0, 253, 254, 255];

export const ruleToEmptyTable: Check = {
  code: "rule-to-empty-table",
  title: "A rule points to a table without a route",
  level: "warning",
  find({ graph }) {
    if (graph.unplaced.length > 0) return [];
    return [...graph.hosts.values()].flatMap((host) => {
      if (!host.by || host.unplaced.length > 0 || host.routes.some(({ table }) => !isKnown(table))) return [];
      return host.rules.flatMap(({ by, table, action, family }): Found[] => {
        if (action !== "lookup" || !isKnown(table) || OF_KERNEL.includes(table)) return [];
        const isIn = (destination: unknown) => String(destination).includes(":") === (family === "inet6");
        if (host.routes.some((route) => route.table === table && isIn(route.destination))) return [];
        return [
          {
            resources: [by],
            what:
              `The rule sends packets to table ${table} of ${host.name}, which has no route of that family: ` +
              "they go on to the next rule as if this one were not there.",
            todo: `Add a route to the table (\`table: ${table}\`), or leave the rule out.`,
          },
        ];
      });
    });
  },
};
