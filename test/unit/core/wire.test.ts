import assert from "node:assert/strict";
import { dependenciesAt, SECRET, SIGNATURE, withProviders } from "../../../provider/core/wire";

const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const URN = "urn:pulumi:dev::lab::pulumi:providers:netns::lab1";
const output = (value: unknown, ...dependencies: string[]) => ({ [SIGNATURE]: OUTPUT, value, dependencies });

describe("values as the engine writes them", () => {
  it("have providers as references of URN and id, the id unknown before they are made", () => {
    const provider = (id?: string) => ({ [SIGNATURE]: RESOURCE, urn: URN, ...(id !== undefined && { id }) });
    const other = { [SIGNATURE]: RESOURCE, urn: "urn:pulumi:dev::lab::netns:index:Namespace::h1", id: "h1" };
    assert.deepEqual(withProviders({ a: { provider: output(provider("7")) }, b: [provider()], c: other, d: 1 }), {
      a: { provider: output(`${URN}::7`) },
      b: [`${URN}::${UNKNOWN}`],
      c: other,
      d: 1,
    });
  });

  it("tell at each place what it hangs on: what is around it, and what is in it", () => {
    const written = {
      a: output({ name: output("eth0", "urn:name"), local: "x", deep: [output(1, "urn:deep")] }, "urn:a"),
      b: { [SIGNATURE]: SECRET, value: { name: output("eth1", "urn:other") } },
    };
    assert.deepEqual(dependenciesAt(written, ["a", "name"]), ["urn:a", "urn:name"]);
    assert.deepEqual(dependenciesAt(written, ["a", "local"]), ["urn:a"]);
    assert.deepEqual(dependenciesAt(written, ["a"]), ["urn:a", "urn:name", "urn:deep"]);
    assert.deepEqual(dependenciesAt(written, ["b", "name"]), ["urn:other"]);
    assert.deepEqual(dependenciesAt(written, ["c", "name"]), []);
  });
});
