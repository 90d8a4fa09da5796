import { isDeepStrictEqual } from "node:util";
import type { Fault } from "../core/check";
import type { Config } from "../core/config";
import { parseUrn } from "../core/urn";
import { grouped, isObject, type Json } from "../core/values";
import type { Properties } from "../core/wire";
import { type Finding, findingsOf } from "../model/findings";
import { graphOf } from "../model/graph";
import { labelOf, resourceOf } from "../model/resources";
import type { Definition, List } from "../resources/kind";
import { elementsOf } from "../topology/elements";
import type { Teller } from "./engine";
import { masked, secretTexts } from "./property";

/** So many of one code are told one by one: a lab of a thousand hosts may have a mistake a thousand times. */
const MOST = 3;
/** So many of the resources of one are named. */
const NAMED = 4;

/** What is certain to go wrong in a topology: told as warnings, or a reason to refuse it, as the configuration says. */
export class Findings {
  /** What was looked at in this run, by URN: Check comes more than once, in a replacement for one. */
  private readonly seen = new Map<string, Json>();

  constructor(
    private readonly wish: Config["findings"],
    private readonly engine: Teller,
  ) {}

  /** Why a Check must refuse inputs that are right so far; what is to be told is told after the answer, which waits for nothing. */
  faultsIn(urn: string, { lists }: Definition, inputs: Json, news: Properties): Fault[] {
    if (!lists || this.wish === "off") return [];
    const look = () => this.look(urn, lists, inputs);
    if (this.wish !== "error") {
      if (!isDeepStrictEqual(this.seen.get(urn), inputs)) setImmediate(() => this.tell(urn, look(), inputs, news));
      return [];
    }
    const found = look();
    const secrets = secretTexts(news);
    this.tell(
      urn,
      found.filter(({ level }) => level !== "error"),
      inputs,
      news,
    );
    return found
      .filter(({ level }) => level === "error")
      .map((one) => ({ path: one.resources[0]?.path ?? [], reason: masked(textOf(one), secrets) }));
  }

  /** A mistake in a search must not keep anybody from their lab. */
  private look(urn: string, lists: readonly List[], inputs: Json): Finding[] {
    try {
      const { name } = parseUrn(urn);
      const resources = elementsOf(lists, inputs).flatMap(({ kind, path, values }) =>
        isObject(values) ? [resourceOf(kind, name, path, values)] : [],
      );
      return findingsOf(graphOf(resources));
    } catch (error) {
      this.engine.log("debug", `no findings: ${error instanceof Error ? error.stack : error}`, urn);
      return [];
    }
  }

  private tell(urn: string, found: readonly Finding[], inputs: Json, news: Properties): void {
    if (isDeepStrictEqual(this.seen.get(urn), inputs)) return;
    this.seen.set(urn, inputs);
    const secrets = secretTexts(news);
    for (const [code, all] of grouped(found, (one) => one.code)) {
      for (const one of all.slice(0, MOST)) this.engine.log("warning", masked(textOf(one), secrets), urn);
      const more = all.length - MOST;
      const places = more === 1 ? "one more place" : `${more} more places`;
      if (more > 0) this.engine.log("warning", `${code}: the same in ${places}`, urn);
    }
  }
}

function textOf({ code, level, resources, what, todo }: Finding): string {
  const labels = resources.map(labelOf);
  const more = labels.length > NAMED ? [`${labels.length - NAMED} more`] : [];
  const where = [...labels.slice(0, NAMED), ...more].join(", ");
  return `${code}: ${what}\n  ${where}: ${todo} (${level}, docs/findings.md#${code})`;
}
