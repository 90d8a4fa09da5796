/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`, of which only the name may hold `::`. */
const URN = /^urn:pulumi:(?<stack>.*?)::(?<project>.*?)::(?<type>.*?)::(?<name>.*)$/s;

export interface Urn {
  stack: string;
  project: string;
  /** The resource's own type, without those of its parents. */
  type: string;
  name: string;
}

/** The parts of a URN, empty where it has none. */
export function parseUrn(urn: string): Urn {
  const { stack = "", project = "", type = "", name = "" } = URN.exec(urn)?.groups ?? {};
  return { stack, project, type: type.split("$").at(-1) ?? "", name };
}
