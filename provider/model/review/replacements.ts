import { diff } from "../../core/diff";
import { parseUrn } from "../../core/urn";
import { opened } from "../../core/wire";
import { editsOf, isReplacement } from "../../topology/changes";
import { kindOf, labelOf, topology, type Written } from "../resources";

/** Something that goes and comes back. */
export interface Replacement {
  kind: string;
  label: string;
}

/** What an update removes and makes again: the resource, or elements of a Topology. */
export function replacementsIn(before: Written, after: Written): Replacement[] {
  const [old, want] = [opened(before.inputs).values, opened(after.inputs).values];
  const { name } = parseUrn(after.urn);
  const kind = kindOf(after);
  if (kind) {
    const changes = diff({ schema: kind.inputs, old, state: old, want });
    return changes.some(({ replaces }) => replaces) ? [{ kind: kind.type, label: name }] : [];
  }
  const { edited } = editsOf(topology.lists, old, old, want);
  return edited
    .filter(isReplacement)
    .map(({ want: { kind, path } }) => ({ kind: kind.type, label: labelOf({ name, path }) }));
}
