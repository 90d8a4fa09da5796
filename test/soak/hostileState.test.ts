import assert from "node:assert/strict";
import { CreateRequest, DeleteRequest, UpdateRequest } from "@pulumi/pulumi/proto/provider_pb";
import fc from "fast-check";
import { parse } from "../../provider/core/check";
import type { Json } from "../../provider/core/values";
import { asNetnsError, type ErrorKind } from "../../provider/errors";
import { kinds } from "../../provider/resources";
import type { Kind } from "../../provider/resources/kind";
import { create, remove, update } from "../../provider/server/changeRpc";
import type { Plugin } from "../../provider/server/plugin";
import { decode, encode } from "../../provider/server/property";
import { inputsOf } from "../support/inputs/arbitraries";
import { hostileProperties, hostileTexts } from "../support/inputs/hostileTexts";
import { kindNamed, stateFor } from "../support/inputs/states";
import { FakeHost, pluginOn } from "../support/provider/fakeHost";
import { urn } from "../support/provider/rpcs";
import { cases } from "../support/suites/soak";

const RUNS = cases(30, 50_000);
/** Errors after which the engine knows that nothing has happened. */
const CALM: ErrorKind[] = ["user", "notFound", "exists", "unreachable", "kernel", "unsupported"];

/** The commands that only look. */
const LOOKS = [
  /^(nsenter \S+ -- )?ethtool --json -k \S+$/,
  /^(nsenter \S+ -- )?ovs-vsctl( --db=\S+)? --timeout=\d+ --format=json( -- --columns=[\w,]+ list (Bridge|Port|Interface))+$/,
];

describe("What no Check has let through, and no run recorded", function () {
  this.timeout(0);

  for (const kind of kinds) {
    it(`changes nothing on the host, as inputs or state of a ${kind.type} [64]`, async () => {
      const valid = inputsOf(kind);
      const property = fc.asyncProperty(
        hostileProperties(kind.type),
        valid,
        hostileTexts,
        async (values, inputs, text) => {
          const state = { ...stateFor(kind, inputs), ...inputs };
          for (const broken of [values, { ...state, ...values }, { ...inputs, __mark: values }]) {
            await harmless((plugin) => remove(plugin, kind, removal(kind, text, broken)));
            await harmless((plugin) => update(plugin, kind, change(kind, text, broken, inputs)));
            await harmless((plugin) => update(plugin, kind, change(kind, text, state, broken)));
          }
          // What the wire makes of it can be valid: of a reference to a resource, its id.
          if (parse(kind.inputs, decode(encode(values)).values).faults.length === 0) return;
          await harmless((plugin) => create(plugin, kind, creation(kind, values)));
        },
      );
      await fc.assert(property, { numRuns: RUNS });
    });
  }

  it("is told property by property, and what to do", async () => {
    const plugin = pluginOn(new FakeHost(), kinds);
    const kind = kindNamed("Sysctl");
    const state = { key: "kernel.hostname", value: "x", previousValue: "y", restoreOnDelete: 1, __mark: 7 };
    await assert.rejects(remove(plugin, kind, removal(kind, ":kernel.hostname", state)), {
      message: [
        "netns:index:Sysctl :kernel.hostname: left as it is, because its recorded state is damaged",
        "key: must be a key below `net.`: other keys are not of a network namespace; restoreOnDelete: must be true or false; __mark: must be a string",
        "Read it again from the host with `pulumi refresh`, or remove it from the state with `pulumi state delete`.",
      ].join("\n  "),
    });
  });

  it("is no state of an older provider, which lacks an output, and of a newer one, which has more", async () => {
    const plugin = pluginOn(new FakeHost(), kinds);
    const kind = kindNamed("Namespace");
    await remove(plugin, kind, removal(kind, "net0", { name: "net0", loopbackUp: true, later: { than: "this" } }));
  });
});

/** The request on a host where nothing is there: it may look, but not change. */
async function harmless(request: (plugin: Plugin) => Promise<unknown>): Promise<void> {
  const stderr = "nsenter: cannot open /run/netns/x: No such file or directory";
  const host = new FakeHost(() => ({ exitCode: 1, stderr }));
  await request(pluginOn(host, kinds)).catch((error: unknown) => {
    const { kind, message } = asNetnsError(error);
    assert.ok(CALM.includes(kind), message);
  });
  assert.deepEqual(host.netlink.changes, []);
  for (const argv of host.argvs) {
    assert.ok(argv.every((word) => typeof word === "string"));
    const line = argv.join(" ");
    assert.ok(
      LOOKS.some((look) => look.test(line)),
      line,
    );
  }
}

function creation(kind: Kind, values: Json): CreateRequest {
  return new CreateRequest().setUrn(urn(kind.type, "t")).setProperties(encode(values));
}

function removal(kind: Kind, id: string, state: Json): DeleteRequest {
  return new DeleteRequest().setUrn(urn(kind.type, "t")).setId(id).setProperties(encode(state));
}

function change(kind: Kind, id: string, state: Json, inputs: Json): UpdateRequest {
  const request = new UpdateRequest().setUrn(urn(kind.type, "t")).setId(id);
  return request.setOlds(encode(state)).setOldInputs(encode(inputs)).setNews(encode(inputs));
}
