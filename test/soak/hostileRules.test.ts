import assert from "node:assert/strict";
import fc from "fast-check";
import { tableFault } from "../../provider/core/nft";
import { setTable } from "../../provider/kernel/nft";
import { HOSTILE_WORDS } from "../support/inputs/hostileTexts";
import { LabHost } from "../support/labHost/labHost";
import { needs } from "../support/suites/needs";
import { cases } from "../support/suites/soak";

const OURS = { family: "inet", name: "ours" };
/** What somebody else has on the host: no text of ours may touch it. */
const FOREIGN = `
table inet theirs {
	comment "pulumi:not/ours/fw:0123"
	set s {
		type ipv4_addr
		elements = { 10.0.0.1 }
	}

	chain c {
		type filter hook input priority filter; policy accept;
		counter drop
	}
}
table ip nat {
	chain c {
		jump d
	}

	chain d {
	}
}`;
const CANARY = "/run/canary.nft";

const PIECES = [
  ...[
    "{",
    "}",
    "{ }",
    "\n",
    ";",
    "\n}\n",
    " ",
    "\t",
    "#",
    '"',
    "\\\n",
    "\\",
    "\r\n",
    "\r",
    "'",
    "`",
    "\0",
    "é",
    "\u2028",
  ],
  ...[
    "chain a {",
    "chain b { accept; }",
    "set s { type ipv4_addr; }",
    "elements = { 10.0.0.1 }",
    "map m {",
    "flags dynamic",
  ],
  ...["type filter hook input priority 0", "policy drop", "accept", "drop", "counter", "jump a", "goto c", "return"],
  ...["table inet theirs {", "table ip nat { chain c { drop; }\n}", "flush ruleset", "flush table inet theirs"],
  ...["delete table inet theirs", "destroy table ip nat", "delete chain ip nat c", "add rule inet theirs c accept"],
  ...["add table ip more", "create table ip6 more", "reset counters", "list ruleset", "monitor", "rename", "export"],
  ...[
    "add @s { ip saddr }",
    "update @s { ip saddr }",
    "delete @s { ip saddr }",
    "add element inet theirs s { 10.0.0.2 }",
  ],
  ...[`include "${CANARY}"`, "include", `"${CANARY}"`, "define x = 1", "define x = {", "$x", "redefine", "undefine"],
  ...[
    'comment "}"',
    'comment "x"',
    "flags dormant",
    "flags owner",
    'log prefix "} flush ruleset {"',
    "$(reboot)",
    "`reboot`",
  ],
  ...[
    'iifname "a*"',
    "ip saddr 10.0.0.0/8",
    "ct state new",
    "ct helper h {",
    "limit rate 3/second",
    "masquerade",
    "vmap {",
  ],
];
const piece = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...PIECES) }, fc.constantFrom(...HOSTILE_WORDS));
const noise = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(" "));
const VALID =
  'chain a {\n type filter hook input priority 0; policy accept;\n log prefix "x y" # why\n ip saddr { 10.0.0.1, 10.0.0.2 } drop\n}\n';
/** Noise alone, within a chain, and in valid text at any place: some of it must be such that Check takes it. */
const texts = fc.oneof(
  noise,
  noise.map((text) => `chain a {\n${text}\n}`),
  fc.tuple(fc.nat(VALID.length), noise).map(([at, text]) => VALID.slice(0, at) + text + VALID.slice(at)),
  fc.tuple(fc.nat(VALID.length), piece).map(([at, text]) => VALID.slice(0, at) + text + VALID.slice(at)),
);

describe("Hostile rules that Check takes", function () {
  this.timeout(0);
  let host: LabHost;

  before("a host with tables of others", async function () {
    needs("root", "nsenter", "nft").call(this);
    host = await LabHost.start();
    await host.run(["nft", "-f", "-"], { stdin: FOREIGN });
    await host.run(["sh", "-c", `echo "add table ip canary" >${CANARY}`]);
  });

  /** nft's exit code, and all tables but ours after it. */
  const load = async (text: string, isThere: boolean) => {
    const { stdin = "" } = setTable(OURS, { text, comment: "mark" }, isThere);
    const script = "nft -f - >/dev/null 2>&1; echo $?; nft delete table inet ours 2>/dev/null; nft -s list ruleset";
    const setUp = isThere ? "nft add table inet ours; " : "";
    const [code, ...rest] = (await host.run(["sh", "-c", setUp + script], { stdin })).split("\n");
    return { code, others: rest.join("\n").trim() };
  };

  it("change nothing but the table that they are of", async () => {
    const count = { taken: 0, loaded: 0 };
    const property = fc.asyncProperty(texts, fc.boolean(), async (text, isThere) => {
      if (tableFault(text) !== undefined) return;
      count.taken += 1;
      const { code, others } = await load(text, isThere);
      count.loaded += code === "0" ? 1 : 0;
      assert.equal(others, FOREIGN.trim());
    });
    const runs = cases(400, 100_000);
    await fc.assert(property, { numRuns: runs });
    assert.ok(count.taken > runs / 20, `only ${count.taken} of ${runs} were taken`);
    assert.ok(count.loaded > runs / 100, `only ${count.loaded} of ${runs} were loaded`);
  });

  const escapes = [
    "}\nflush ruleset\ntable inet ours {",
    "}\ntable ip more {",
    "chain a {\n}\n}\ndelete table ip nat\ntable inet ours {",
    `include "${CANARY}"`,
    `chain a {\n}\n}\ninclude "${CANARY}"\ntable inet ours {`,
  ];
  for (const text of escapes) {
    it(`are none such as ${JSON.stringify(text)}, which without Check would do more`, async () => {
      assert.notEqual(tableFault(text), undefined);
      const { others } = await load(text, false);
      if (!text.startsWith("include")) assert.notEqual(others, FOREIGN.trim());
      await host.run(["nft", "flush", "ruleset"]);
      await host.run(["nft", "-f", "-"], { stdin: FOREIGN });
    });
  }

  after(() => host?.stop());
});
