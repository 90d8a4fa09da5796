import assert from "node:assert/strict";
import { tableFault, withoutComments } from "../../../provider/core/nft";

const NEEDED =
  "what is no part of a table: `chain`, `set`, `map`, `flowtable`, `counter`, `quota`, `limit`, `synproxy`, `secmark`, `ct` are";

describe("the text between the braces of a table", () => {
  const fine = [
    "",
    " \n\t\n",
    "chain a {\n}",
    "chain a { type filter hook input priority 0; policy drop; ct state established,related accept; }",
    'set s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.0.2.1-192.0.2.9 } }\nchain b { iifname "eth*" ip saddr @s drop; }',
    'chain a { log prefix "} table { # include" ; drop # } include "x"\n}',
    "chain a { ip saddr \\\n 10.0.0.1 drop; }",
    'map m { type ipv4_addr : verdict; elements = { 10.0.0.1 : jump a } }; ct helper h { type "ftp" protocol tcp; }',
    "chain a { meta mark set mark & 0xff | (1 << 3); tcp flags & (syn|ack) == syn counter; }",
    "counter c { packets 1 bytes 2; }\nquota q { over 10 mbytes; }\nlimit l { rate 3/second; }\nsynproxy p { mss 1460; }",
    "flowtable f { hook ingress priority 0; devices = { lo }; }",
    "chain includes { jump undefined-chain; }",
    'chain a { log prefix "xt target "; }',
  ];
  for (const text of fine) {
    it(`may be ${JSON.stringify(text)}`, () => assert.equal(tableFault(text), undefined));
  }

  const wrong: [text: string, fault: string][] = [
    ["chain a { accept; }\n}", "has in line 2 a `}` that closes nothing"],
    ["} table inet x {", "has in line 1 a `}` that closes nothing"],
    ["chain a {\n{\n}", "has a `{` that is not closed"],
    ["# }\nchain a { # }", "has a `{` that is not closed"],
    ["\nflush ruleset", `has in line 2 ${NEEDED}`],
    ["chain a { accept; }; table inet b {\n}", `has in line 1 ${NEEDED}`],
    ["chain a { accept; } table inet b { }", `has in line 1 ${NEEDED}`],
    ["{ chain a { } }", `has in line 1 ${NEEDED}`],
    ['"chain" a { }', `has in line 1 ${NEEDED}`],
    ["\\\nflush ruleset", `has in line 2 ${NEEDED}`],
    ["@s { }", `has in line 1 ${NEEDED}`],
    ["type filter hook input priority 0", `has in line 1 ${NEEDED}`],
    [
      'chain a {\n\tcounter xt target "MASQUERADE"\n}',
      "has in line 2 `xt`, an extension of iptables, which nft shows and does not take",
    ],
    ['comment "mine"', "has in line 1 a `comment` of the table, which is where the mark of its owner stands"],
    ["flags dormant", "has in line 1 `flags` of the table, which this resource does not set"],
    ['include "/etc/passwd"', "has in line 1 `include`, which reads a file"],
    ['chain a {\n\tinclude "/etc/passwd"\n}', "has in line 2 `include`, which reads a file"],
    ['chain a { accept;include"x"\n}', "has in line 1 `include`, which reads a file"],
    ["chain a { ip saddr {\ninclude, b } drop; }", "has in line 2 `include`, which reads a file"],
    ["chain a { define x = 1; }", "has in line 1 `define`, which sets a variable"],
    ["redefine x = 1", "has in line 1 `redefine`, which sets a variable"],
    ["undefine x", "has in line 1 `undefine`, which unsets a variable"],
    [
      "chain a { iifname $x accept; }",
      "has in line 1 a `$` outside of quotes, where nft has its variables: the program has its own",
    ],
    ["$(reboot)", "has in line 1 a `$` outside of quotes, where nft has its variables: the program has its own"],
    ['chain a { log prefix "a\nb" }', 'has in line 1 a `"` that is not closed on its line'],
    ['chain a { log prefix "a }', 'has in line 1 a `"` that is not closed on its line'],
    ["chain a { \u0000 }", "has in line 1 a control character"],
    ["chain a {\r }", "has in line 1 a control character"],
    ['chain a { log prefix "\u0007" }', "has in line 1 a control character"],
    ["chain a { # \u0000\n}", "has in line 1 a control character"],
    ["chain ä { }", "has in line 1 a sign outside of quotes that nft does not know"],
    ["chain a { log prefix 'x' }", "has in line 1 a sign outside of quotes that nft does not know"],
    ["chain a { `reboot` }", "has in line 1 a sign outside of quotes that nft does not know"],
    ["chain a { \\ }", "has in line 1 a sign outside of quotes that nft does not know"],
  ];
  for (const [text, fault] of wrong) {
    it(`may not be ${JSON.stringify(text)}`, () => assert.equal(tableFault(text), fault));
  }

  it("is given on without its comments, line by line", () => {
    assert.equal(
      withoutComments('chain a { # "\n drop # }\n log prefix "#"\n}'),
      'chain a { \n drop \n log prefix "#"\n}',
    );
  });
});
